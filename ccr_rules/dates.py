"""Partial dates as intervals, and calendar durations (SEMANTICS 1 to 5 and 7).

A date value says whether there is a date (absent, maybe, present) and between which two days it
lies, both included. `2024-03` is 1 to 31 March; a full date has `first == last`.
"""

import calendar
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from enum import IntEnum
from typing import Final, Literal

import msgspec

from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth, truth_of

CALENDAR_START = date(1850, 1, 1)
CALENDAR_END = date(2999, 12, 31)
SHORTEST_MONTH = 28

Unit = Literal["day", "week", "month", "year"]


class Presence(IntEnum):
    """Whether there is a date at all."""

    ABSENT = 0
    MAYBE = 1
    PRESENT = 2


ABSENT_DATE = Presence.ABSENT
MAYBE = Presence.MAYBE
PRESENT = Presence.PRESENT


class DateValue(msgspec.Struct, frozen=True, gc=False):
    """A date that is absent, possible or present, between `first` and `last` (days, inclusive)."""

    presence: Presence
    first: date
    last: date

    @property
    def is_exact(self) -> bool:
        """True for a date that is certainly there and known to the day."""
        return self.presence is PRESENT and self.first == self.last


ABSENT = DateValue(Presence.ABSENT, CALENDAR_END, CALENDAR_START)
"""The date that is not there. Its empty interval is never read by a comparison."""


def on(day: date) -> DateValue:
    """Return the value of a date known to the day."""
    return DateValue(PRESENT, day, day)


def span(first: date, last: date) -> DateValue:
    """Return the value of a date that lies between two days, both included."""
    return DateValue(PRESENT, first, last)


class Duration(msgspec.Struct, frozen=True, gc=False):
    """A calendar duration such as `3 months`; `amount` is a whole number, never negative."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        """Return the duration in words: `1 month`, `93 days`."""
        return f"{self.amount} {self.unit}" if self.amount == 1 else f"{self.amount} {self.unit}s"


def within_calendar(day: date) -> bool:
    """Say whether a day lies inside the calendar of SEMANTICS 1 (1850 to 2999)."""
    return CALENDAR_START <= day <= CALENDAR_END


def shift_day(day: date, duration: Duration, sign: int = 1) -> date:
    """Add (or with `sign=-1` subtract) a duration; month ends clamp, the calendar saturates."""
    amount = duration.amount * sign
    if duration.unit == "day":
        return _saturated_days(day, amount)
    if duration.unit == "week":
        return _saturated_days(day, 7 * amount)
    return _saturated_months(day, amount if duration.unit == "month" else 12 * amount)


def _saturated_days(day: date, days: int) -> date:
    if days > (CALENDAR_END - day).days:
        return CALENDAR_END
    if days < (CALENDAR_START - day).days:
        return CALENDAR_START
    return day + timedelta(days=days)


def _saturated_months(day: date, months: int) -> date:
    year, month_index = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > CALENDAR_END.year:
        return CALENDAR_END
    if year < CALENDAR_START.year:
        return CALENDAR_START
    month = month_index + 1
    if day.day <= SHORTEST_MONTH:
        return date(year, month, day.day)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def shift(value: DateValue, duration: Duration, sign: int = 1) -> DateValue:
    """Shift both ends of a date by a calendar duration; an absent date stays absent."""
    if value.presence is ABSENT_DATE:
        return value
    first = shift_day(value.first, duration, sign)
    if value.first == value.last:
        return DateValue(value.presence, first, first)
    return DateValue(value.presence, first, shift_day(value.last, duration, sign))


def _guarded(a: DateValue, b: DateValue, surely: bool, possibly: bool) -> Truth:
    """SEMANTICS 4: absent sides make FALSE; a `maybe` side turns TRUE into UNKNOWN."""
    if not possibly or a.presence is ABSENT_DATE or b.presence is ABSENT_DATE:
        return FALSE
    if surely and a.presence is PRESENT and b.presence is PRESENT:
        return TRUE
    return UNKNOWN


def at_most(a: DateValue, b: DateValue) -> Truth:
    """`a <= b`."""
    return _guarded(a, b, a.last <= b.first, a.first <= b.last)


def before(a: DateValue, b: DateValue) -> Truth:
    """`a < b`."""
    return _guarded(a, b, a.last < b.first, a.first < b.last)


def at_least(a: DateValue, b: DateValue) -> Truth:
    """`a >= b`."""
    return at_most(b, a)


def after(a: DateValue, b: DateValue) -> Truth:
    """`a > b`."""
    return before(b, a)


def same_day(a: DateValue, b: DateValue) -> Truth:
    """`a = b`: certain only between two dates known to the day."""
    return _guarded(a, b, a.first == a.last == b.first == b.last, a.first <= b.last and b.first <= a.last)


def different_day(a: DateValue, b: DateValue) -> Truth:
    """`a != b`; FALSE, as every comparison is, where a side is absent."""
    apart = a.last < b.first or b.last < a.first
    return _guarded(a, b, apart, apart or not a.first == a.last == b.first == b.last)


COMPARISONS: dict[str, Callable[[DateValue, DateValue], Truth]] = {
    "<=": at_most,
    "<": before,
    ">=": at_least,
    ">": after,
    "=": same_day,
    "!=": different_day,
}


def is_null(value: DateValue) -> Truth:
    """`value is null`: UNKNOWN for a date that may be there."""
    if value.presence is MAYBE:
        return UNKNOWN
    return truth_of(value.presence is ABSENT_DATE)


def earlier(values: Iterable[DateValue]) -> DateValue:
    """Return the earlier of some dates that may be missing (SEMANTICS 7)."""
    possible = [v for v in values if v.presence is not ABSENT_DATE]
    if not possible:
        return ABSENT
    sure = [v for v in possible if v.presence is PRESENT]
    first = min(v.first for v in possible)
    if sure:
        return DateValue(PRESENT, first, min(v.last for v in sure))
    return DateValue(MAYBE, first, max(v.last for v in possible))


def later(values: Iterable[DateValue]) -> DateValue:
    """Return the later of some dates that may be missing (SEMANTICS 7)."""
    possible = [v for v in values if v.presence is not ABSENT_DATE]
    if not possible:
        return ABSENT
    sure = [v for v in possible if v.presence is PRESENT]
    last = max(v.last for v in possible)
    if sure:
        return DateValue(PRESENT, max(v.first for v in sure), last)
    return DateValue(MAYBE, min(v.first for v in possible), last)


def coalesce(values: Iterable[DateValue]) -> DateValue:
    """Return the first date that is there, as CQL's `Coalesce`; a `maybe` is followed both ways."""
    candidates: list[DateValue] = []
    for value in values:
        if value.presence is not ABSENT_DATE:
            candidates.append(value)
        if value.presence is PRESENT:
            break
    if not candidates:
        return ABSENT
    return DateValue(
        candidates[-1].presence,
        min(v.first for v in candidates),
        max(v.last for v in candidates),
    )


def days_between(start: date, end: date) -> int:
    """Return the number of days from `start` to `end`; negative when `end` is earlier."""
    return (end - start).days


MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""As a screen shows them, whatever the locale of the process."""


def display(day: date) -> str:
    """Return a day as the NHS Common User Interface shows it: `01-Jan-2026`."""
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year}"
