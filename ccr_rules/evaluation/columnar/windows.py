"""The window of a definition, as days of a person, and which entries lie in it (SEMANTICS 9)."""

from datetime import date
from typing import Any, NamedTuple

import ibis.expr.types as ir

from ccr_rules.dates import CALENDAR_END, CALENDAR_START
from ccr_rules.evaluation.columnar.dates import DateColumn, next_day
from ccr_rules.evaluation.columnar.keeping import KeptBool, KeptDay, People
from ccr_rules.evaluation.columnar.logic import (
    Bool,
    Day,
    every,
    greatest,
    is_known,
    least,
    not_after,
)


class Window(NamedTuple):
    """The days between two bounds, and from when to when an entry in it surely lies in it."""

    open: Bool
    start: Day
    end: Day
    sure: Bool
    sure_from: Day
    sure_to: Day


class KeptWindow(NamedTuple):
    """A window whose parts are columns of the people, or known."""

    open: KeptBool
    start: KeptDay
    end: KeptDay
    sure: KeptBool
    sure_from: KeptDay
    sure_to: KeptDay

    @property
    def columns(self) -> frozenset[str]:
        """The names of those parts that are columns."""
        return frozenset(part for part in self if isinstance(part, str))


def window_between(
    lower: DateColumn | None, lower_inclusive: bool, upper: DateColumn | None, upper_inclusive: bool
) -> Window:
    """Return a window; one with an absent bound is not open, and holds nothing."""
    bounds = [bound for bound in (lower, upper) if bound is not None]
    start = sure_from = CALENDAR_START
    end = sure_to = CALENDAR_END
    low_step, high_step = (0 if lower_inclusive else 1), (0 if upper_inclusive else -1)
    if lower is not None:
        start, sure_from = _stepped(lower.first, low_step), _stepped(lower.last, low_step)
    if upper is not None:
        end, sure_to = _stepped(upper.last, high_step), _stepped(upper.first, high_step)
    there = every(bound.there for bound in bounds)
    sure = every(bound.sure for bound in bounds)
    # No day lies outside the calendar but one beyond a bound that is not included.
    opens = (lower is None and upper_inclusive) or (upper is None and lower_inclusive)
    return Window(
        there if opens else every((there, not_after(start, end))), start, end, sure, sure_from, sure_to
    )


def _stepped(day: Day, by: int) -> Day:
    return next_day(day, by) if by else day


def kept_window(window: Window, people: People) -> KeptWindow:
    """Keep the parts of a window."""
    return KeptWindow(*(people.keep(part) for part in window))


class InWindow(NamedTuple):
    """Whether an entry may lie in a window, and surely does, and its days cut to it."""

    possible: Bool
    sure: Bool
    first: Any
    last: Any


def in_window(rows: ir.Table, kept: KeptWindow, recorded: bool) -> InWindow:
    """Hold entries, which carry the window's columns, against it."""
    window = Window(*(rows[part] if isinstance(part, str) else part for part in kept))
    first: Any = rows.recorded_first if recorded else rows.clinical_first
    last: Any = rows.recorded_last if recorded else rows.clinical_last
    starts = _matters(window.start, CALENDAR_START)
    ends = _matters(window.end, CALENDAR_END)
    possible = every(
        (
            window.open,
            not_after(window.start, last) if starts else True,
            not_after(first, window.end) if ends else True,
        )
    )
    surely = every(
        (
            possible,
            rows.sure,
            window.sure,
            not_after(window.sure_from, first) if starts else True,
            not_after(last, window.sure_to) if ends else True,
        )
    )
    return InWindow(
        possible,
        surely,
        greatest([first, window.start]) if starts else first,
        least([last, window.end]) if ends else last,
    )


def _matters(day: Day, bound: date) -> bool:
    return not is_known(day) or day != bound
