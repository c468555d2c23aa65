"""The earliest and latest entry of a codelist in a window, and entries that lie apart (SEMANTICS 9, 16)."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from ccr_rules.dates import (
    ABSENT,
    ABSENT_DATE,
    CALENDAR_END,
    CALENDAR_START,
    MAYBE,
    PRESENT,
    DateValue,
    Duration,
    after,
    at_least,
    at_most,
    before,
    shift_day,
    span,
)
from ccr_rules.evaluation.members import Member
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth

ONE_DAY = timedelta(days=1)


class Window(msgspec.Struct, frozen=True, gc=False):
    """The days between two bounds; a bound of None is open."""

    lower: DateValue | None
    lower_inclusive: bool
    upper: DateValue | None
    upper_inclusive: bool

    @property
    def has_absent_bound(self) -> bool:
        """An absent bound makes every `earliest` and `latest` over the window absent."""
        return (self.lower is not None and self.lower.presence is ABSENT_DATE) or (
            self.upper is not None and self.upper.presence is ABSENT_DATE
        )

    def holds(self, first: date, last: date) -> Truth:
        """Say whether a day between `first` and `last` lies in the window."""
        entry = span(first, last)
        truth = TRUE
        if self.lower is not None:
            truth = at_least(entry, self.lower) if self.lower_inclusive else after(entry, self.lower)
        if self.upper is not None and truth is not FALSE:
            test = at_most if self.upper_inclusive else before
            truth = min(truth, test(entry, self.upper))
        return truth

    @property
    def start(self) -> date:
        """The first day that can lie in the window."""
        if self.lower is None:
            return CALENDAR_START
        if self.lower_inclusive:
            return self.lower.first
        return min(self.lower.first, CALENDAR_END - ONE_DAY) + ONE_DAY

    @property
    def end(self) -> date:
        """The last day that can lie in the window."""
        if self.upper is None:
            return CALENDAR_END
        if self.upper_inclusive:
            return self.upper.last
        return max(self.upper.last, CALENDAR_START + ONE_DAY) - ONE_DAY


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A possible entry of a window, cut to it. `member` is None for what was not supplied."""

    first: date
    last: date
    sure: bool
    member: Member | None


def candidates(
    members: Iterable[Member], window: Window, *, recorded: bool, unsupplied_until: date | None
) -> list[Candidate]:
    """Return the possible entries of a window that has no absent bound.

    `recorded` chooses the recorded instead of the clinical days. `unsupplied_until` is the last day
    on which an entry of a kind that was not supplied could stand; None when all kinds were supplied.
    """
    start, end = window.start, window.end
    found = []
    for member in members:
        seen = member.seen
        first = seen.recorded_first if recorded else seen.first
        last = seen.recorded_last if recorded else seen.last
        holds = window.holds(first, last)
        if holds is FALSE:
            continue
        cut_first, cut_last = max(first, start), min(last, end)
        if cut_first <= cut_last:
            found.append(Candidate(cut_first, cut_last, member.sure and holds is TRUE, member))
    if unsupplied_until is not None and start <= min(end, unsupplied_until):
        found.append(Candidate(start, min(end, unsupplied_until), sure=False, member=None))
    return found


def earliest(possible: Sequence[Candidate]) -> DateValue:
    """Return when the earliest of the possible entries was."""
    if not possible:
        return ABSENT
    first = min(candidate.first for candidate in possible)
    sure = [candidate.last for candidate in possible if candidate.sure]
    if sure:
        return DateValue(PRESENT, first, min(sure))
    return DateValue(MAYBE, first, max(candidate.last for candidate in possible))


def latest(possible: Sequence[Candidate]) -> DateValue:
    """Return when the latest of the possible entries was."""
    if not possible:
        return ABSENT
    last = max(candidate.last for candidate in possible)
    sure = [candidate.first for candidate in possible if candidate.sure]
    if sure:
        return DateValue(PRESENT, max(sure), last)
    return DateValue(MAYBE, min(candidate.first for candidate in possible), last)


def lie_apart(possible: Sequence[Candidate], at_least_apart: Duration) -> Truth:
    """Say whether two of the possible entries lie at least a duration apart (SEMANTICS 16).

    What was not supplied may hold any number of entries, so one such candidate stands for two.
    """
    sure = [candidate for candidate in possible if candidate.sure]
    if _entries(sure) > 1:
        least_last = min(candidate.last for candidate in sure)
        if max(candidate.first for candidate in sure) >= shift_day(least_last, at_least_apart):
            return TRUE
    unseen = any(candidate.member is None for candidate in possible)
    if not unseen and _entries(possible) < 2:
        return FALSE
    least_first = min(candidate.first for candidate in possible)
    if max(candidate.last for candidate in possible) < shift_day(least_first, at_least_apart):
        return FALSE
    return UNKNOWN


def _entries(possible: Iterable[Candidate]) -> int:
    """Count the entries among some candidates: one that was sent twice is one."""
    return len({candidate.member.entry.reference for candidate in possible if candidate.member})
