"""The status of a review at a day (SEMANTICS 21 to 24).

Each guard that is UNKNOWN is followed both ways, so the result is the set of possible statuses.
After the first guard a review is taken to have opened: its due day and its end are then read as
intervals, because a present `opens` has a present `due` and `until` (the checker sees to that).
"""

from collections.abc import Iterator
from datetime import date

import msgspec

from ccr_rules.dates import ABSENT_DATE, PRESENT, DateValue, Duration, shift_day
from ccr_rules.language.ruleset import ReviewStatus
from ccr_rules.truth import FALSE, TRUE, Truth, disjunction, negation

TIMELINE: tuple[ReviewStatus, ...] = (
    "not applicable",
    "upcoming",
    "open",
    "due soon",
    "overdue",
    "lapsed",
    "done",
    "done late",
    "declined",
)
"""The order in which several possible statuses are listed."""


class ReviewDates(msgspec.Struct, frozen=True, gc=False):
    """The dates that a review's status rests on; `until` absent means that it never ends."""

    opens: DateValue
    due: DateValue
    done: DateValue
    declined: DateValue
    until: DateValue


def possible_statuses(
    applies: Truth, dates: ReviewDates, remind: Duration, today: date
) -> tuple[ReviewStatus, ...]:
    """Return every status that the record allows, in the order of `TIMELINE`; one means settled.

    `applies` is the review's own condition and that the person lives.
    """
    found = set(_follow(applies, dates, remind, today))
    return tuple(status for status in TIMELINE if status in found)


def _follow(applies: Truth, dates: ReviewDates, remind: Duration, today: date) -> Iterator[ReviewStatus]:
    opens, due, done, declined, until = dates.opens, dates.due, dates.done, dates.declined, dates.until
    out = disjunction((negation(applies), _absent(opens)))
    if out is not FALSE:
        yield "not applicable"
    if out is TRUE:
        return
    if done.presence is not ABSENT_DATE:
        yield from _done(done, due)
        if done.presence is PRESENT:
            return
    if declined.presence is not ABSENT_DATE:
        yield "declined"
        if declined.presence is PRESENT:
            return
    if until.presence is not ABSENT_DATE:
        if today > until.first:
            yield "lapsed"
        if today > until.last:
            return
    yield from _running(opens, due, remind, today)


def _absent(value: DateValue) -> Truth:
    return Truth(2 - value.presence)


def _done(done: DateValue, due: DateValue) -> Iterator[ReviewStatus]:
    if done.first <= due.last:
        yield "done"
    if done.last > due.first:
        yield "done late"


def _running(opens: DateValue, due: DateValue, remind: Duration, today: date) -> Iterator[ReviewStatus]:
    if today < opens.last:
        yield "upcoming"
    if today < opens.first:
        return
    if today > due.first:
        yield "overdue"
    if shift_day(due.first, remind, -1) <= today <= due.last:
        yield "due soon"
    if today < shift_day(due.last, remind, -1):
        yield "open"
