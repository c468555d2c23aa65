"""Findings about the record itself, collected while it is read.

A finding is one sentence and the references that it is about. No text of the record stands in it:
only references, element names, kinds and codes (patient data never reaches a log).
"""

import re
from collections.abc import Iterable

from ccr_rules.record.patient import RecordFinding

MESSAGES = {
    "kind-not-read": "kinds of resource that the engine does not read: {}",
    "coding-without-system": "codings without a system: their code is not used, only their term",
    "code-malformed": "codes that cannot be codes of their system (spaces, letters): never matched",
    "description-id-as-code": "SNOMED CT description ids where a concept id belongs: never matched",
    "episode-not-recognised": "episode words that are not recognised: {}; these entries are never selected",
    "status-not-recognised": "statuses that are not recognised: {}; these entries are possible, not sure",
    "date-outside-calendar": "dates outside the years 1850 to 2999: read as undated",
    "date-not-precise": "dates given as words, a range or an age that cannot be placed: read as 'some day'",
    "date-not-read": "dates of birth, death or registration that are no dates: read as not known",
    "entry-without-code": "entries with neither a code nor a term: they can match no codelist",
    "not-about-the-patient": "resources about somebody or something other than the patient: left out",
    "version-differs": "the record looks like FHIR {}, not like the version that was asked for",
}
"""Every finding that reading can raise; `{}` takes the details."""

_SHOWABLE = re.compile(r"[A-Za-z0-9._/-]{1,40}")


def showable(text: str, instead: str = "text") -> str:
    """Return a code or name if it can be no free text of a patient's record, else what stands for it."""
    return text if _SHOWABLE.fullmatch(text) else instead


Note = tuple[str, tuple[str, ...]]
"""A finding, and the details that its message names."""


class Findings:
    """Collects findings during one reading; each id is listed once, with all that it is about."""

    def __init__(self) -> None:
        self._about: dict[str, dict[str, None]] = {}
        self._details: dict[str, dict[str, None]] = {}

    def note(self, finding: str, reference: str = "", detail: str = "") -> None:
        """Note a finding about a resource, with a code or kind that its message names."""
        about = self._about.setdefault(finding, {})
        if reference:
            about[reference] = None
        if detail:
            self._details.setdefault(finding, {})[showable(detail)] = None

    def notes(self) -> tuple[Note, ...]:
        """Return what was noted, whatever it was about."""
        return tuple((finding, tuple(self._details.get(finding, ()))) for finding in self._about)

    def note_again(self, notes: Iterable[Note], reference: str) -> None:
        """Note about a resource what was noted about one that says the same."""
        for finding, details in notes:
            for detail in details or ("",):
                self.note(finding, reference, detail)

    def listed(self) -> tuple[RecordFinding, ...]:
        """Return the findings in the order in which they first arose."""
        return tuple(
            RecordFinding(finding, self._message(finding), tuple(about))
            for finding, about in self._about.items()
        )

    def _message(self, finding: str) -> str:
        return MESSAGES[finding].replace("{}", ", ".join(sorted(self._details.get(finding, {}))))
