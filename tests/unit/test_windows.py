"""Windows at their edges, and the entries that can lie in them (SEMANTICS 9 and 16)."""

from datetime import date

import pytest

from ccr_rules import Entry
from ccr_rules.codelists.codelist import Match
from ccr_rules.dates import ABSENT, CALENDAR_END, CALENDAR_START, DateValue, Duration, on
from ccr_rules.evaluation.asof import Seen
from ccr_rules.evaluation.members import Member
from ccr_rules.evaluation.windows import Candidate, Window, candidates, earliest, latest, lie_apart
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth
from tests.unit.test_dates import value

START, END = on(date(2024, 3, 10)), on(date(2024, 3, 20))
MATCH = Match("code", None, "a term")


def window(low: DateValue | None = START, high: DateValue | None = END, *, closed: bool = True) -> Window:
    return Window(low, closed, high, closed)


def member(text: str, *, sure: bool = True, reference: str = "") -> Member:
    days = value(text)
    seen = Seen(days.first, days.last, days.first, days.last, sure)
    return Member(Entry(reference or f"Condition/{text}", "Condition", ()), MATCH, seen, sure)


def candidate(text: str, *, sure: bool = True, reference: str = "") -> Candidate:
    each = member(text, sure=sure, reference=reference)
    return Candidate(each.seen.first, each.seen.last, sure, each)


def unseen(text: str) -> Candidate:
    days = value(text)
    return Candidate(days.first, days.last, sure=False, member=None)


@pytest.mark.parametrize(
    ("days", "closed", "truth"),
    [
        ("2024-03-09", True, FALSE),
        ("2024-03-10", True, TRUE),
        ("2024-03-10", False, FALSE),
        ("2024-03-11", False, TRUE),
        ("2024-03-19", False, TRUE),
        ("2024-03-20", False, FALSE),
        ("2024-03-20", True, TRUE),
        ("2024-03-21", True, FALSE),
        ("2024-03-09..2024-03-10", True, UNKNOWN),
        ("2024-03-20..2024-03-21", True, UNKNOWN),
        ("2024-03-01..2024-03-31", True, UNKNOWN),
    ],
)
def test_whether_an_entry_lies_in_it(days: str, closed: bool, truth: Truth) -> None:
    each = value(days)
    assert window(closed=closed).holds(each.first, each.last) is truth


def test_open_ends() -> None:
    assert window(None, None).holds(CALENDAR_START, CALENDAR_END) is TRUE
    assert (window(None, None).start, window(None, None).end) == (CALENDAR_START, CALENDAR_END)
    assert not window(None, None).has_absent_bound
    assert window(ABSENT, END).has_absent_bound
    assert window(START, ABSENT).has_absent_bound


def test_the_edges_of_the_calendar() -> None:
    """One day further in does not leave the calendar."""
    last, first = on(CALENDAR_END), on(CALENDAR_START)
    assert window(last, None, closed=False).start == CALENDAR_END
    assert window(None, first, closed=False).end == CALENDAR_START
    assert window(START, END, closed=False).start == date(2024, 3, 11)
    assert window(START, END, closed=False).end == date(2024, 3, 19)


def test_what_lies_outside_or_only_between_two_bounds_is_no_candidate() -> None:
    """The bounds are known to the month and cross: nothing can lie in the window."""
    crossed = window(value("2024-03-20..2024-03-25"), value("2024-03-01..2024-03-15"))
    spanning = [member("2024-03-01..2024-03-31"), member("2024-02-01")]
    assert candidates(spanning, crossed, recorded=False, unsupplied_until=None) == []


def test_what_was_not_supplied_reaches_from_the_start_to_today() -> None:
    def last(until: str) -> list[tuple[date, date]]:
        found = candidates([], window(), recorded=False, unsupplied_until=date.fromisoformat(until))
        return [(each.first, each.last) for each in found]

    assert last("2024-03-09") == []
    assert last("2024-03-10") == [(date(2024, 3, 10), date(2024, 3, 10))]
    assert last("2024-06-01") == [(date(2024, 3, 10), date(2024, 3, 20))]


def test_the_extremes_of_nothing() -> None:
    assert earliest([]) is ABSENT
    assert latest([]) is ABSENT


WEEK = Duration(7, "day")


@pytest.mark.parametrize(
    ("possible", "truth"),
    [
        ([], FALSE),
        ([candidate("2024-03-01")], FALSE),
        ([candidate("2024-03-01..2024-03-31")], FALSE),
        ([candidate("2024-03-01"), candidate("2024-03-08")], TRUE),
        ([candidate("2024-03-01"), candidate("2024-03-07")], FALSE),
        ([candidate("2024-03-01"), candidate("2024-03-08", sure=False)], UNKNOWN),
        ([candidate("2024-03-01"), candidate("2024-03-07..2024-03-08")], UNKNOWN),
        ([candidate("2024-03-01..2024-03-02"), candidate("2024-03-09..2024-03-10")], TRUE),
        ([candidate("2024-03-01..2024-03-31"), candidate("2024-03-10")], UNKNOWN),
        ([unseen("2024-03-01..2024-03-31")], UNKNOWN),
        ([unseen("2024-03-01..2024-03-07")], FALSE),
        ([candidate("2024-03-01"), unseen("2024-03-01..2024-03-08")], UNKNOWN),
        # One entry that was sent twice is one entry.
        (
            [
                candidate("2024-03-01..2024-03-31", reference="a"),
                candidate("2024-03-01..2024-03-31", reference="a"),
            ],
            FALSE,
        ),
    ],
)
def test_apart(possible: list[Candidate], truth: Truth) -> None:
    assert lie_apart(possible, WEEK) is truth


def test_no_days_apart_still_needs_two_entries() -> None:
    none = Duration(0, "day")
    assert (
        lie_apart([candidate("2024-03-01", reference="a"), candidate("2024-03-01", reference="b")], none)
        is TRUE
    )
    assert (
        lie_apart([candidate("2024-03-01", reference="a"), candidate("2024-03-01", reference="a")], none)
        is FALSE
    )
