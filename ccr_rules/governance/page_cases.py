"""Beside each rule of a page, links to the cases that show it."""

from collections.abc import Iterable, Iterator

from ccr_rules.governance.case_coverage import row_name
from ccr_rules.governance.case_evidence import Evidence
from ccr_rules.governance.cases import Case
from ccr_rules.language.ruleset import Indicator, Ruleset
from ccr_rules.language.vocabulary import CANNOT_TELL, STATUS_WORDS

SHOWN = 3
"""So many cases are linked; the others are counted."""


def link(case: Case) -> str:
    """Return a link to a case of the same page."""
    return f"[{_title(case)}](#{case.id})"


def _title(case: Case) -> str:
    return case.title.replace("[", "(").replace("]", ")")


class CaseLinks:
    """Writes the links of one ruleset's cases."""

    def __init__(self, ruleset: Ruleset, evidence: Evidence) -> None:
        self._ruleset = ruleset
        self._evidence = evidence

    def beside(self, section: str, id_: str, lines: list[str]) -> Iterator[str]:
        """Yield the plain English of one definition with its cases."""
        match section:
            case "indicators":
                yield from self._indicator(self._ruleset.indicators[id_], lines)
            case "reviews":
                yield from lines
                yield from self._table(id_, _STATUSES)
            case "items":
                yield from _nested(lines, self._several(id_, ("seen", "not seen", CANNOT_TELL)))
            case "prompts":
                yield from lines
                yield from _bullet("Shown in", self._links(f"prompt {id_}: shown"))
            case "findings":
                yield from _nested(lines, self._links(f"finding {id_}"))
            case "payments":
                yield from _nested(lines, self._links(f"payment {id_}"))
            case _:
                yield from lines

    def _indicator(self, indicator: Indicator, lines: list[str]) -> Iterator[str]:
        numbers = {f"{number}. ": number for number in range(1, len(indicator.rows) + 1)}
        for line in lines:
            yield line
            number = numbers.get(line.partition(" ")[0] + " ")
            if number:
                yield from _bullet("Shown by", self._links(row_name(indicator, number)), indent="    ")
        yield from self._table(indicator.id, _ANSWERS)

    def _table(self, id_: str, words: Iterable[str]) -> Iterator[str]:
        rows = [(word, self._links(f"{id_}: {word}")) for word in words]
        if any(links for _, links in rows):
            yield from ("", "| answer | cases |", "|---|---|")
            yield from (f"| {word.removeprefix('status ')} | {links} |" for word, links in rows if links)

    def _several(self, id_: str, words: Iterable[str]) -> str:
        found = [(word, self._links(f"{id_}: {word}", shown=1)) for word in words]
        return "; ".join(f"{word}: {links}" for word, links in found if links)

    def _links(self, part: str, shown: int = SHOWN) -> str:
        cases = self._evidence.get(part, ())
        more = f" and {len(cases) - shown} more" if len(cases) > shown else ""
        return ", ".join(link(case) for case in cases[:shown]) + more


_ANSWERS = ("population in", "population out", "population undetermined", "met", "not met")
_STATUSES = (*(f"status {word}" for word in (*STATUS_WORDS, CANNOT_TELL)), "paused")


def _bullet(word: str, links: str, indent: str = "") -> Iterator[str]:
    if links:
        yield f"{indent}- {word}: {links}"


def _nested(lines: list[str], links: str) -> Iterator[str]:
    yield from lines
    yield from _bullet("Shown by", links, indent="    ")
