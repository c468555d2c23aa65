"""What there is of an entry as of a day (SEMANTICS 8)."""

from collections.abc import Iterator
from datetime import date

import msgspec

from ccr_rules.dates import ABSENT, CALENDAR_START, MAYBE, PRESENT, DateValue
from ccr_rules.record.entry import Days, Entry
from ccr_rules.record.patient import RecordFinding


class Moment(msgspec.Struct, frozen=True, gc=False):
    """The question's two days: what is true on `as_of`, as far as it was recorded by `known_on`."""

    as_of: date
    known_on: date


class Seen(msgspec.Struct, frozen=True, gc=False):
    """An entry as of the moment: its clinical days, its recorded days, and whether it surely exists."""

    first: date
    last: date
    recorded_first: date
    recorded_last: date
    sure: bool


def see(entry: Entry, moment: Moment, born: Days | None) -> Seen | None:
    """SEMANTICS 8: cut an entry to what can be known of it at the moment; None if it does not exist."""
    recorded = entry.recorded
    clinical = entry.clinical or recorded or undated(born, moment)
    first, last = clinical.first, clinical.last
    cut_to = recorded.last if recorded else moment.known_on
    if first <= cut_to < last:
        last = cut_to
    if first > moment.as_of or (recorded and recorded.first > moment.known_on):
        return None
    sure = last <= moment.as_of and (recorded is None or recorded.last <= moment.known_on)
    entered = recorded or _entered(first, born, moment)
    return Seen(first, min(last, moment.as_of), entered.first, min(entered.last, moment.known_on), sure)


def _entered(first: date, born: Days | None, moment: Moment) -> Days:
    """Return when an entry without a recorded day can have been entered: once it had happened, if it had."""
    return Days(first, moment.known_on) if first <= moment.known_on else undated(born, moment)


def undated(born: Days | None, moment: Moment) -> Days:
    """Return the days between birth and `known_on`: where what has no date at all can lie.

    A birth later than that says nothing about what was known before it.
    """
    first = born.first if born and born.first <= moment.known_on else CALENDAR_START
    return Days(first, moment.known_on)


def as_of_date(days: Days | None, as_of: date) -> DateValue:
    """Return a date of the patient as of a day: absent when unknown or still to come."""
    if days is None or days.first > as_of:
        return ABSENT
    if days.last > as_of:
        return DateValue(MAYBE, days.first, as_of)
    return DateValue(PRESENT, days.first, days.last)


def date_findings(entry: Entry, moment: Moment) -> Iterator[RecordFinding]:
    """Say what is wrong with the dates of an entry that was known at the moment."""
    clinical, recorded = entry.clinical, entry.recorded
    if recorded and recorded.first > moment.known_on:
        return
    if clinical is None and recorded is None:
        yield RecordFinding(
            "undated", "An entry has no date, so it may stand anywhere in the record.", (entry.reference,)
        )
    elif clinical and recorded and clinical.first > recorded.last:
        yield RecordFinding(
            "future-dated", "An entry is dated later than the day it was recorded.", (entry.reference,)
        )
