"""A ruleset's reviews as one FHIR Questionnaire (R4): a tab for each review that says what it is made of."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from ccr_rules.codelists.codelist import Codelist, suggestible
from ccr_rules.errors import UsageError
from ccr_rules.evaluation.prompting import MOST_OFFERED
from ccr_rules.exports.canonical import CANONICAL, metadata, url_of
from ccr_rules.exports.form import LEAST, MOST, Answer, Field, tab, with_content
from ccr_rules.language.english.phrases import grounds_in_words, listed
from ccr_rules.language.ruleset import CodelistUse, Grounds, Review, Ruleset
from ccr_rules.record.entry import SNOMED

KIND: Final = "Questionnaire"
CodelistOf = Callable[[str, str | None], Codelist]
"""Finds a codelist by name and release."""

_CORE = "http://hl7.org/fhir/StructureDefinition/"
_SAYS: dict[Answer, str] = {
    "held": "Held",
    "done": "Done",
    "offered": "Offered, not taken up yet",
    "declined": "Declined",
}


def questionnaire(
    ruleset: Ruleset,
    codelist: CodelistOf,
    *,
    review: str | None = None,
    base: Ruleset | None = None,
    canonical: str = CANONICAL,
) -> dict[str, Any]:
    """Return the Questionnaire of a ruleset, or of one `review` of it.

    `codelist` finds the codelists; `base` is the ruleset that an overlay extends.

    Raises:
        UsageError: if there is no such review, or none says what it is made of.
    """
    chosen = _chosen(ruleset, review)
    title = chosen[0].title if review else ""
    items = _Items(codelist, canonical)
    return {
        **metadata(canonical, KIND, ruleset, review or "", title),
        **_derived(ruleset if review else base, canonical),
        "subjectType": ["Patient"],
        "item": [items.of(tab(each, ruleset)) for each in chosen],
    }


def _chosen(ruleset: Ruleset, review: str | None) -> list[Review]:
    having = with_content(ruleset)
    if not having:
        raise UsageError(
            f"{ruleset.reference} has no questionnaire: none of its reviews says what is prepared, asked, "
            f"covered or done afterwards; name a ruleset whose reviews do, or add `covers: …` to one"
        )
    chosen = [each for each in having if review in (None, each.id)]
    if not chosen:
        there = listed((each.id for each in having), "or")
        raise UsageError(f"{ruleset.reference} has no questionnaire of a review {review}; name {there}")
    return chosen


def _derived(source: Ruleset | None, canonical: str) -> dict[str, Any]:
    """Return what the Questionnaire is derived from: that of the whole ruleset, or of the ruleset's base."""
    if source is None or not with_content(source):
        return {}
    return {"derivedFrom": [f"{url_of(canonical, KIND, source)}|{source.version}"]}


class _Items:
    """Writes fields as items."""

    def __init__(self, codelist: CodelistOf, canonical: str) -> None:
        self._codelist = codelist
        self._answers = f"{canonical.rstrip('/')}/CodeSystem/review-answers"

    def of(self, field: Field) -> dict[str, Any]:
        """Return one item with all that stands in it; what does not apply is left out."""
        item: dict[str, Any] = {
            "extension": [*_scale(field), *_note(field.grounds)],
            "linkId": field.link.link_id,
            "code": list(self._codes(field.link.codelists)),
            "text": field.text,
            "type": field.type,
            "enableWhen": list(self._enabled(field)),
            "answerOption": [{"valueCoding": self._answer(each)} for each in field.answers],
            "item": [self.of(each) for each in field.inside],
        }
        return {key: value for key, value in item.items() if value}

    def _codes(self, codelists: Iterable[CodelistUse]) -> Iterator[dict[str, str]]:
        """Yield the verified codes of codelists, of each those that a card would offer."""
        for use in codelists:
            for entry in suggestible(self._codelist(use.codelist, use.release))[:MOST_OFFERED]:
                yield {"system": SNOMED, "code": entry.code, "display": entry.display}

    def _enabled(self, field: Field) -> Iterator[dict[str, Any]]:
        if field.asked_if:
            link, answer = field.asked_if
            yield {"question": link.link_id, "operator": "=", "answerCoding": self._answer(answer)}

    def _answer(self, answer: Answer) -> dict[str, str]:
        return {"system": self._answers, "code": answer, "display": _SAYS[answer]}


def _scale(field: Field) -> Iterator[dict[str, Any]]:
    if field.type == "integer":
        yield {"url": f"{_CORE}minValue", "valueInteger": LEAST}
        yield {"url": f"{_CORE}maxValue", "valueInteger": MOST}


def _note(grounds: Grounds) -> Iterator[dict[str, Any]]:
    """Yield where the words are from, as a note for those who keep the form."""
    text = grounds_in_words(grounds)
    if text:
        yield {"url": f"{_CORE}designNote", "valueMarkdown": text.removeprefix("[").removesuffix("]")}
