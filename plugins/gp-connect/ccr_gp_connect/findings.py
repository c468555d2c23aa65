"""What somebody should know of a GP Connect record: one sentence each, and the references."""

from collections.abc import Iterable
from typing import Final

from ccr_rules.record.patient import RecordFinding

MESSAGES: Final = {
    "gp-connect-problem-joined": (
        "a problem header and the item that it is about (actualProblem) are read as one entry, the item's"
    ),
    "gp-connect-problem-dates-differ": (
        "a problem header and its item give different days: the entry lies somewhere between them"
    ),
    "gp-connect-problem-differs": (
        "a problem header and the item that it names have no code or term in common, or contradict each "
        "other: they are read as two entries"
    ),
    "gp-connect-dated-by-consultation": "entries without a day have the day of their consultation",
    "gp-connect-no-meaning": (
        "entries with neither a usable code nor a term: nobody can tell what they are, so their kind is not "
        "complete"
    ),
    "gp-connect-must-not": "problem headers with elements that GP Connect says must not be there: {}",
}
"""Every finding of this plugin; `{}` takes the names of elements."""


class Noted:
    """Collects findings; whatever the order in which they arise, they are listed in the same one."""

    def __init__(self) -> None:
        self._about: dict[str, set[str]] = {}
        self._details: dict[str, set[str]] = {}

    def note(self, finding: str, references: Iterable[str], detail: str = "") -> None:
        """Note a finding about some resources; `detail` is the name of an element."""
        self._about.setdefault(finding, set()).update(references)
        if detail:
            self._details.setdefault(finding, set()).add(detail)

    def listed(self) -> list[RecordFinding]:
        """Return the findings."""
        return [
            RecordFinding(finding, self._message(finding), tuple(sorted(about)))
            for finding, about in sorted(self._about.items())
        ]

    def _message(self, finding: str) -> str:
        return MESSAGES[finding].replace("{}", ", ".join(sorted(self._details.get(finding, ()))))
