"""What a casebook holds: cases, the record of each, and what is expected of its answers."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ccr_rules.language.ast import NOWHERE, Place
from ccr_rules.record.entry import Days, EntryState, Episode
from ccr_rules.record.patient import Mode

Section = Literal[
    "completeness",
    "indicators",
    "reviews",
    "dates",
    "items",
    "prompts",
    "findings",
    "unsettled",
    "payments",
    "suggested_codes",
]


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """One entry of a case's record: exactly one of `code`, `term` and `codelist` is given."""

    id: str
    clinical: Days | None
    recorded: Days | None = None
    code: str = ""
    term: str = ""
    codelist: str = ""
    class_: str | None = None
    episode: Episode = "unstated"
    state: EntryState = "done"
    kind: str | None = None
    certain: bool = True
    at: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class CasePatient:
    """The dates of a case's patient."""

    born: Days | None = None
    died: Days | None = None
    registered: Days | None = None
    deregistered: Days | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """One thing expected: in which section of the answer, of which id, of which part of it, and what.

    A list is expected as a whole, in any order. Dates are in the form of `days_text`.
    """

    section: Section
    id: str
    part: str
    value: str | tuple[str, ...]
    at: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class CaseDay:
    """What is expected when the question is asked as of one day."""

    as_of: date
    known_on: date | None
    expected: tuple[Expected, ...]
    at: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Case:
    """One readable case. `supplied` None means that every kind of resource was supplied."""

    id: str
    title: str
    entries: tuple[CaseEntry, ...]
    days: tuple[CaseDay, ...]
    patient: CasePatient = CasePatient()
    supplied: frozenset[str] | None = None
    mode: Mode | None = None
    shows: tuple[str, ...] = ()
    at: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Casebook:
    """The cases of one ruleset; `ruleset` is its id."""

    ruleset: str
    cases: tuple[Case, ...]
    file: str = ""
    at: Place = field(default=NOWHERE, compare=False)


def days_text(first: date, last: date) -> str:
    """Return days as cases compare them: `2024-03-01`, or `2024-03-01..2024-03-31`."""
    return first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"
