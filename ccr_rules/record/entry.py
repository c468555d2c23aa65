"""One coded thing in a patient's record, whatever FHIR resource or export it came from."""

from datetime import date
from typing import Literal

import msgspec

Episode = Literal["first", "new", "review", "end", "unstated", "other"]
"""SEMANTICS 14. `other` is an episode word that was not recognised; it is never selected."""

EntryState = Literal["done", "not-done", "declined", "planned"]
"""What the entry says happened. Only `done` entries count as done; the others keep their meaning."""

SNOMED = "http://snomed.info/sct"


class Coding(msgspec.Struct, frozen=True, gc=False, cache_hash=True):
    """A code in a system, with the term that the record shows for it."""

    system: str
    code: str
    display: str = ""


class Days(msgspec.Struct, frozen=True, gc=False, cache_hash=True):
    """A day known exactly (`first == last`) or only to the month or year; both ends included."""

    first: date
    last: date


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One entry: a diagnosis, an activity, a letter.

    `reference` is the FHIR reference (`Condition/c1`); `kind` the canonical resource type
    (STU3 ReferralRequest and ProcedureRequest are `ServiceRequest`); `clinical` the days on which it
    happened, `recorded` those on which it was entered, each None when the record does not say.
    `certain` is False for a diagnosis marked unconfirmed, provisional or differential.
    """

    reference: str
    kind: str
    codings: tuple[Coding, ...]
    text: str = ""
    clinical: Days | None = None
    recorded: Days | None = None
    episode: Episode = "unstated"
    state: EntryState = "done"
    certain: bool = True

    @property
    def said(self) -> "Said":
        """Return what the entry says, whoever it is about and whenever it was."""
        return Said(self.kind, self.codings, self.text, self.episode, self.state, self.certain)


class Said(msgspec.Struct, frozen=True, gc=False, cache_hash=True):
    """What an entry says, whoever it is about and whenever it was: it repeats from patient to patient.

    The fields are those of Entry.
    """

    kind: str
    codings: tuple[Coding, ...]
    text: str
    episode: Episode
    state: EntryState
    certain: bool
