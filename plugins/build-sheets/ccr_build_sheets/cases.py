"""The cases from which test patients are chosen: those of a ruleset and of what it extends.

Only cases that a person can enter in a GP system are taken: every day known, nothing left unsupplied, entries
by code or by an official term, and no other state than done.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from ccr_rules.errors import RulesetError
from ccr_rules.governance.case_checking import check_casebook
from ccr_rules.governance.case_records import RecordBuilder
from ccr_rules.governance.casebook import CASEBOOK_FILE, read_casebook
from ccr_rules.governance.cases import Case, CaseDay, CaseEntry
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import Library, Located
from ccr_rules.record.entry import Days

_VERSION: Final = re.compile(rb"^version:\s*(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A case, asked about on one day. `of` is the ruleset whose casebook has it."""

    case: Case
    day: date
    of: str

    def on(self, day: date) -> "Asked":
        """Return the same question on another day, with the whole record moved along."""
        away = day - self.day
        moved = tuple(entry_on(entry, day_of(entry) + away) for entry in self.case.entries)
        person = self.case.patient
        dates = {
            name: _moved(getattr(person, name), away)
            for name in ("born", "died", "registered", "deregistered")
        }
        case = replace(self.case, entries=moved, patient=replace(person, **dates))
        return Asked(case, day, self.of)

    def with_entry(self, index: int, day: date) -> "Asked":
        """Return the same question with one entry on another day."""
        entries = list(self.case.entries)
        entries[index] = entry_on(entries[index], day)
        return replace(self, case=replace(self.case, entries=tuple(entries)))


@dataclass(frozen=True, slots=True)
class Found:
    """The cases that were found, and the casebooks that could not be used."""

    asked: tuple[Asked, ...]
    unusable: tuple[str, ...]


def entry_on(entry: CaseEntry, day: date) -> CaseEntry:
    """Return an entry on another day, entered as much later as it was."""
    recorded = _moved(entry.recorded, day - day_of(entry))
    return replace(entry, clinical=Days(day, day), recorded=recorded)


def cases_of(ruleset: Ruleset, library: Library, records: RecordBuilder) -> Found:
    """Return the cases of a ruleset that a person can enter, then those of the rulesets it extends."""
    asked: list[Asked] = []
    unusable: list[str] = []
    owner: Ruleset | None = ruleset
    while owner is not None:
        try:
            asked += _read(owner, library, records)
        except RulesetError:
            unusable.append(owner.reference)
        base = owner.base
        owner = library.find(f"{base.ruleset}@{base.version}") if base else None
    return Found(tuple(asked), tuple(unusable))


def _read(owner: Ruleset, library: Library, records: RecordBuilder) -> Iterator[Asked]:
    for located in library.located():
        if _is(located, owner) and (located.folder / CASEBOOK_FILE).is_file():
            text = (located.folder / CASEBOOK_FILE).read_bytes()
            casebook = read_casebook(text, f"{located.family}/{CASEBOOK_FILE}")
            if problems := check_casebook(casebook, owner, records):
                raise RulesetError("the casebook names what is not there", problems)
            for case in casebook.cases:
                known = ((_as_known(case, day.as_of), day) for day in case.days)
                yield from (
                    Asked(each, day.as_of, owner.reference)
                    for each, day in known
                    if _can_be_entered(each, day)
                )
            return


def _is(located: Located, ruleset: Ruleset) -> bool:
    if located.family != ruleset.id:
        return False
    version = _VERSION.search(located.text())
    return version is not None and version[1].decode(errors="replace") == ruleset.version


def _as_known(case: Case, day: date) -> Case:
    """Return a case without the entries that do not exist yet on a day (SEMANTICS 8)."""
    there = tuple(
        entry
        for entry in case.entries
        if all(days is None or days.first <= day for days in (entry.clinical, entry.recorded))
    )
    return replace(case, entries=there)


def _can_be_entered(case: Case, day: CaseDay) -> bool:
    person = case.patient
    dates = (person.born, person.died, person.registered, person.deregistered)
    return (
        case.supplied is None
        and day.known_on in (None, day.as_of)
        and all(each is None or each.first == each.last for each in dates)
        and all(_is_plain(entry) for entry in case.entries)
    )


def _is_plain(entry: CaseEntry) -> bool:
    dates = (entry.clinical, entry.recorded or entry.clinical)
    known = all(days is not None and days.first == days.last for days in dates)
    return known and entry.certain and entry.state == "done" and not entry.term


def day_of(entry: CaseEntry) -> date:
    """Return the day of an entry; cases without one are not taken."""
    return entry.clinical.first if entry.clinical else date.min


def _moved(days: Days | None, away: timedelta) -> Days | None:
    return None if days is None else Days(days.first + away, days.last + away)
