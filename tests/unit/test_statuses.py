"""The status of a review, guard by guard (SEMANTICS 22): each UNKNOWN guard is followed both ways."""

from collections.abc import Sequence
from datetime import date

import pytest

from ccr_rules.dates import Duration
from ccr_rules.evaluation.statuses import TIMELINE, ReviewDates, possible_statuses
from ccr_rules.language.ruleset import REVIEW_STATUSES
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth
from tests.unit.test_dates import value

OPENS, DUE, UNTIL = "2024-01-10", "2024-04-10", "2025-01-10"


def statuses(
    *,
    today: str,
    applies: Truth = TRUE,
    opens: str = OPENS,
    due: str = DUE,
    done: str = "absent",
    declined: str = "absent",
    until: str = UNTIL,
    remind: int = 28,
) -> Sequence[str]:
    dates = ReviewDates(value(opens), value(due), value(done), value(declined), value(until))
    return possible_statuses(applies, dates, Duration(remind, "day"), date.fromisoformat(today))


@pytest.mark.parametrize(
    ("applies", "opens", "expected"),
    [
        (FALSE, OPENS, ["not applicable"]),
        (UNKNOWN, OPENS, ["not applicable", "overdue"]),
        (TRUE, OPENS, ["overdue"]),
        (TRUE, "absent", ["not applicable"]),
        (TRUE, f"maybe {OPENS}", ["not applicable", "overdue"]),
        (UNKNOWN, "absent", ["not applicable"]),
        (FALSE, f"maybe {OPENS}", ["not applicable"]),
    ],
)
def test_whether_it_applies(applies: Truth, opens: str, expected: list[str]) -> None:
    assert list(statuses(today="2024-05-01", applies=applies, opens=opens)) == expected


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ("2024-04-10", ["done"]),
        ("2024-04-11", ["done late"]),
        ("2024-04-01..2024-04-30", ["done", "done late"]),
        ("maybe 2024-04-10", ["overdue", "done"]),
        ("maybe 2024-04-11", ["overdue", "done late"]),
        ("maybe 2024-04-01..2024-04-30", ["overdue", "done", "done late"]),
    ],
)
def test_whether_it_was_done(done: str, expected: list[str]) -> None:
    assert list(statuses(today="2024-05-01", done=done)) == expected


@pytest.mark.parametrize(
    ("done", "declined", "expected"),
    [
        ("absent", "2024-02-01", ["declined"]),
        ("absent", "maybe 2024-02-01", ["overdue", "declined"]),
        ("2024-03-01", "2024-02-01", ["done"]),
        ("maybe 2024-03-01", "2024-02-01", ["done", "declined"]),
    ],
)
def test_whether_it_was_declined(done: str, declined: str, expected: list[str]) -> None:
    assert list(statuses(today="2024-05-01", done=done, declined=declined)) == expected


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("absent", ["overdue"]),
        ("2024-05-01", ["overdue"]),
        ("2024-04-30", ["lapsed"]),
        ("2024-04-01..2024-05-31", ["overdue", "lapsed"]),
        ("maybe 2024-04-30", ["lapsed"]),  # it has opened, so it ends: SEMANTICS 21
    ],
)
def test_whether_it_has_ended(until: str, expected: list[str]) -> None:
    assert list(statuses(today="2024-05-01", until=until)) == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2024-01-09", ["upcoming"]),
        ("2024-01-10", ["open"]),
        ("2024-03-12", ["open"]),
        ("2024-03-13", ["due soon"]),
        ("2024-04-10", ["due soon"]),
        ("2024-04-11", ["overdue"]),
    ],
)
def test_while_it_runs(today: str, expected: list[str]) -> None:
    assert list(statuses(today=today)) == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2024-01-09", ["upcoming"]),
        ("2024-01-10", ["upcoming", "open"]),
        ("2024-01-19", ["upcoming", "open"]),
        ("2024-01-20", ["open"]),
        ("2024-03-13", ["open", "due soon"]),
        ("2024-03-23", ["due soon"]),
        ("2024-04-11", ["due soon", "overdue"]),
        ("2024-04-21", ["overdue"]),
    ],
)
def test_while_it_runs_from_a_day_in_ten(today: str, expected: list[str]) -> None:
    """Opens from 10 to 20 January, due from 10 to 20 April."""
    ten = statuses(today=today, opens="2024-01-10..2024-01-20", due="2024-04-10..2024-04-20")
    assert list(ten) == expected


def test_without_notice_only_the_due_day_is_due_soon() -> None:
    assert list(statuses(today="2024-04-09", remind=0)) == ["open"]
    assert list(statuses(today="2024-04-10", remind=0)) == ["due soon"]


def test_every_status_has_its_place() -> None:
    """In the order of the guards, and in the order in which answers list them."""
    assert set(TIMELINE) == set(REVIEW_STATUSES)


def test_nothing_known_allows_everything() -> None:
    wide = "maybe 1850-01-01..2024-06-01"
    found = statuses(
        today="2024-05-01", applies=UNKNOWN, opens=wide, due=wide, done=wide, declined=wide, until=wide
    )
    assert list(found) == list(TIMELINE)
