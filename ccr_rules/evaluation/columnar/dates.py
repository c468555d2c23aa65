"""Partial dates as columns: the calculus of `ccr_rules.dates`, column by column (SEMANTICS 2 to 7)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import ibis

from ccr_rules.dates import CALENDAR_END, CALENDAR_START, DateValue, Duration, shift_day
from ccr_rules.evaluation.columnar.logic import (
    Bool,
    Day,
    Truths,
    as_column,
    choose,
    every,
    greatest,
    is_known,
    least,
    not_after,
    opposite,
    some,
    sooner,
)
from ccr_rules.language.ast import Comparison

_CALENDAR_YEARS: Final = CALENDAR_END.year - CALENDAR_START.year + 1
_MOST: Final = {
    "day": 366 * _CALENDAR_YEARS,
    "week": 53 * _CALENDAR_YEARS,
    "month": 12 * _CALENDAR_YEARS,
    "year": _CALENDAR_YEARS,
}
"""A longer duration leads out of the calendar from every day of it, as this one does."""


class DateColumn(NamedTuple):
    """A date over a table: whether it may be there, whether it surely is, and between which days.

    Where it is absent, `first` and `last` may be any days; nothing reads them there.
    """

    there: Bool
    sure: Bool
    first: Day
    last: Day


ABSENT = DateColumn(there=False, sure=False, first=CALENDAR_END, last=CALENDAR_START)


def constant(value: DateValue) -> DateColumn:
    """Return a date that is written down, and so is the same for everybody and certainly there."""
    return DateColumn(there=True, sure=True, first=value.first, last=value.last)


def exactly(day: Day) -> DateColumn:
    """Return the date of a day that is known for everybody."""
    return DateColumn(there=True, sure=True, first=day, last=day)


def shift(value: DateColumn, duration: Duration, sign: int) -> DateColumn:
    """Shift both ends by a calendar duration; month ends clamp, the calendar saturates."""
    first = _shift_day(value.first, duration, sign)
    last = first if value.last is value.first else _shift_day(value.last, duration, sign)
    return DateColumn(value.there, value.sure, first, last)


def _shift_day(day: Day, duration: Duration, sign: int) -> Day:
    if is_known(day):
        return shift_day(day, duration, sign)
    amount = sign * min(duration.amount, _MOST[duration.unit])
    if amount == 0:
        return day
    moved = as_day(as_column(day) + ibis.interval(amount, unit=duration.unit))
    return greatest([least([moved, CALENDAR_END])]) if amount > 0 else greatest([moved, CALENDAR_START])


def next_day(day: Day, by: int) -> Day:
    """Return the day after (1) or before (-1), also beyond the end of the calendar."""
    if is_known(day):
        return date.fromordinal(day.toordinal() + by)
    return as_day(as_column(day) + ibis.interval(by, unit="day"))


def as_day(moved: Any) -> Any:
    """Make a day of what an engine may have made an instant (DuckDB does, when it adds an interval)."""
    return moved.cast("timestamp").cast("date")


# --- comparisons -----------------------------------------------------------------------------------


def _guarded(a: DateColumn, b: DateColumn, surely: Bool, possibly: Bool) -> Truths:
    return Truths(every((a.sure, b.sure, surely)), every((a.there, b.there, possibly)))


def at_most(a: DateColumn, b: DateColumn) -> Truths:
    """`a <= b`."""
    return _guarded(a, b, not_after(a.last, b.first), not_after(a.first, b.last))


def before(a: DateColumn, b: DateColumn) -> Truths:
    """`a < b`."""
    return _guarded(a, b, sooner(a.last, b.first), sooner(a.first, b.last))


def _exactly_equal(a: DateColumn, b: DateColumn) -> Bool:
    return every((not_after(a.last, b.first), not_after(b.last, a.first)))


def same_day(a: DateColumn, b: DateColumn) -> Truths:
    """`a = b`: certain only between two dates known to the day."""
    return _guarded(
        a, b, _exactly_equal(a, b), every((not_after(a.first, b.last), not_after(b.first, a.last)))
    )


def different_day(a: DateColumn, b: DateColumn) -> Truths:
    """`a != b`; FALSE, as every comparison is, where a side is absent."""
    apart = some((sooner(a.last, b.first), sooner(b.last, a.first)))
    return _guarded(a, b, apart, opposite(_exactly_equal(a, b)))


COMPARISONS: Final[Mapping[Comparison, Callable[[DateColumn, DateColumn], Truths]]] = {
    "<=": at_most,
    "<": before,
    ">=": lambda a, b: at_most(b, a),
    ">": lambda a, b: before(b, a),
    "=": same_day,
    "!=": different_day,
}


def is_null(value: DateColumn) -> Truths:
    """`value is null`: unknown for a date that may be there."""
    return Truths(opposite(value.there), opposite(value.sure))


# --- choices ---------------------------------------------------------------------------------------


def earlier(values: Sequence[DateColumn]) -> DateColumn:
    """Return the earlier of some dates that may be missing (SEMANTICS 7)."""
    there = some(value.there for value in values)
    sure = some(value.sure for value in values)
    first = least([choose(value.there, value.first, CALENDAR_END) for value in values])
    surely = least([choose(value.sure, value.last, CALENDAR_END) for value in values])
    at_all = greatest([choose(value.there, value.last, CALENDAR_START) for value in values])
    return DateColumn(there, sure, first, choose(sure, surely, at_all))


def later(values: Sequence[DateColumn]) -> DateColumn:
    """Return the later of some dates that may be missing (SEMANTICS 7)."""
    there = some(value.there for value in values)
    sure = some(value.sure for value in values)
    last = greatest([choose(value.there, value.last, CALENDAR_START) for value in values])
    surely = greatest([choose(value.sure, value.first, CALENDAR_START) for value in values])
    at_all = least([choose(value.there, value.first, CALENDAR_END) for value in values])
    return DateColumn(there, sure, choose(sure, surely, at_all), last)


def coalesce(values: Sequence[DateColumn]) -> DateColumn:
    """Return the first date that is there, as CQL's `Coalesce`; a `maybe` is followed both ways."""
    settled: Bool = False
    firsts: list[Day] = []
    lasts: list[Day] = []
    for value in values:
        counts = every((value.there, opposite(settled)))
        firsts.append(choose(counts, value.first, CALENDAR_END))
        lasts.append(choose(counts, value.last, CALENDAR_START))
        settled = some((settled, value.sure))
    there = some(value.there for value in values)
    return DateColumn(there, settled, least(firsts), greatest(lasts))


CHOICES: Final[Mapping[str, Callable[[Sequence[DateColumn]], DateColumn]]] = {
    "later": later,
    "earlier": earlier,
    "coalesce": coalesce,
}
