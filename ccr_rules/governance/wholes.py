"""A definition as a whole: all that it says, and what it means apart from its words."""

from collections.abc import Iterator, Mapping

from ccr_rules.governance.changes import ANSWERS, WORDS, Effect, Side
from ccr_rules.governance.definitions import SECTIONS, Section
from ccr_rules.governance.facets import Facets
from ccr_rules.governance.row_changes import Rows
from ccr_rules.language.ruleset import Placeholder, Template


def whole(section: Section, id_: str, facets: Facets) -> tuple[Side, Effect]:
    """Return all that a definition says, a line for each part, and whether answers rest on any of it."""
    parts = list(section.parts(facets, id_))
    lines = [(facet.part, facet.cql, facet.english) for facet in parts]
    if section.name == "indicators":
        rows = Rows(facets.ruleset.indicators[id_], facets)
        numbered = enumerate((rows.whole(index) for index in range(len(rows.parts))), start=1)
        lines += [(f"row {number}", row.cql, row.english) for number, row in numbered]
    side = Side(
        "\n".join(f"{part}: {cql}" for part, cql, _ in lines),
        "\n".join(f"{part}: {english}" for part, _, english in lines),
    )
    return side, ANSWERS if any(facet.effect == ANSWERS for facet in parts) else WORDS


def meaning_of(section: Section, id_: str, facets: Facets) -> tuple[str, ...]:
    """Return what a definition means, apart from its words."""
    return tuple(
        f"{facet.part}: {facet.meaning}" for facet in section.parts(facets, id_) if facet.effect == ANSWERS
    )


def meanings_of_rules(facets: Facets) -> Mapping[str, tuple[str, ...]]:
    """Return what each rule means, with the dates that its texts show, as `section/id`."""
    return {
        f"{section.name}/{id_}": (*meaning_of(section, id_, facets), *_more(section.name, id_, facets))
        for section in SECTIONS
        if section.is_rule
        for id_ in section.definitions(facets.ruleset)
    }


def _more(section: str, id_: str, facets: Facets) -> Iterator[str]:
    ruleset = facets.ruleset
    match section:
        case "indicators":
            yield from (str(row) for row in Rows(ruleset.indicators[id_], facets).meanings())
        case "prompts":
            yield from _shown(ruleset.prompts[id_].summary, facets)
            yield from _shown(ruleset.prompts[id_].detail, facets)
        case "findings":
            yield from _shown(ruleset.findings[id_].message, facets)
        case _:
            pass


def _shown(text: Template | None, facets: Facets) -> Iterator[str]:
    """Yield what the placeholders of a text show."""
    for part in text.parts if text else ():
        if isinstance(part, Placeholder):
            review = facets.meaning.review(facets.ruleset.reviews[part.review]) if part.review else ""
            yield f"shows {facets.meaning.date(part.date)} {review} {part.field} {part.text}"
