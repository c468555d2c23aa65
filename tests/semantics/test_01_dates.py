"""SEMANTICS 1 to 7: dates, durations, comparisons, and the three kinds of not knowing."""

import pytest

from tests.semantics.specification import Specification

RULES = """
let:
  DUE: DX + 3 months
  LATER: later(DX, SUPPORT)
  EARLIER: earlier(DX, SUPPORT)
  EITHER: Coalesce(DX, SUPPORT)
dates:
  DX: {latest: diagnosis}
  SUPPORT: {earliest: support}
  AFTERWARDS: {earliest: support, from: DX, to: DX + 3 months}
  STRICTLY: {earliest: support, after: DX, before: DX + 3 months}
conditions:
  by_march: DX <= @2024-03-31
  in_march: DX between @2024-03-01 and @2024-03-31
  on_the_first: DX = @2024-03-01
  another_day: DX != @2024-03-01
  before_support: DX < SUPPORT
  not_by_march: not (DX <= @2024-03-31)
  no_support: SUPPORT is null
  some_support: SUPPORT is not null
  says_the_window: AFTERWARDS >= DX and AFTERWARDS <= DX + 3 months
  turned_round: DX <= AFTERWARDS and AFTERWARDS between DX and DX + 3 months
  says_more: AFTERWARDS > DX
  of_after: STRICTLY >= DX
"""


@pytest.mark.parametrize(
    ("diagnosed", "due"),
    [
        ("2023-11-30", "2024-02-29"),  # a leap year
        ("2024-11-30", "2025-02-28"),
        ("2024-01-31", "2024-04-30"),
        ("2024-02-29", "2024-05-29"),
        ("2024-12-31", "2025-03-31"),
    ],
)
def test_month_ends_clamp(spec: Specification, diagnosed: str, due: str) -> None:
    """3. Three months from 30 November end on the last day of February."""
    spec(record=f"date | code\n{diagnosed} | diagnosis", as_of="2026-01-01", expect={"DUE": due})


def test_a_partial_date_is_all_its_days(spec: Specification) -> None:
    """2. A month is its first to its last day, and both ends are moved."""
    spec(
        record="""
            date    | code
            2024-01 | diagnosis
        """,
        as_of="2024-06-01",
        expect={"DX": "2024-01-01..2024-01-31", "DUE": "2024-04-01..2024-04-30"},
    )


def test_an_absent_date_makes_every_comparison_false(spec: Specification) -> None:
    """4 and 5. So its negation holds: `not` over a comparison says nothing of a date that is not there."""
    spec(
        as_of="2024-06-01",
        expect={
            "DX": "absent",
            "DUE": "absent",
            "by_march": "false",
            "in_march": "false",
            "on_the_first": "false",
            "another_day": "false",
            "before_support": "false",
            "not_by_march": "true",
            "no_support": "true",
            "some_support": "false",
        },
    )


def test_an_imprecise_date_is_unknown_only_where_it_matters(spec: Specification) -> None:
    """4. All of March is by 31 March; whether it was the first of March cannot be told."""
    spec(
        record="""
            date    | code
            2024-03 | diagnosis
        """,
        as_of="2024-06-01",
        expect={
            "by_march": "true",
            "in_march": "true",
            "on_the_first": "unknown",
            "another_day": "unknown",
            "not_by_march": "false",
        },
    )


def test_what_was_not_supplied_may_be_there(spec: Specification) -> None:
    """4 and 5. A date that may be there is never surely before another, and surely after none it precedes."""
    spec(
        record="""
            date       | code
            2024-03-01 | diagnosis
        """,
        as_of="2024-03-31",
        without=["Observation"],
        expect={
            "SUPPORT": "maybe 1850-01-01..2024-03-31",
            "no_support": "unknown",
            "some_support": "unknown",
            "before_support": "unknown",
        },
    )


def test_what_the_window_says_already_holds(spec: Specification) -> None:
    """6. Support given from the diagnosis on is never before it, even if neither is known to the day."""
    spec(
        record="""
            date    | code
            2024-03 | diagnosis
            2024-03 | support
        """,
        as_of="2024-06-01",
        expect={"AFTERWARDS": "maybe 2024-03-01..2024-03-31", "says_the_window": "unknown"},
    )
    spec(
        record="""
            date       | code
            2024-03    | diagnosis
            2024-04-10 | support
        """,
        as_of="2024-07-01",
        expect={"AFTERWARDS": "2024-04-10", "says_the_window": "true"},
    )


def test_nothing_else_is_read_from_a_window(spec: Specification) -> None:
    """6. The first support is of 15 March or of 10 April, and the diagnosis of some day in March.

    The window says that it is not before the diagnosis, as `from` includes its day. That it is after
    it is not said, and `after` has no such identity.
    """
    spec(
        record="""
            date       | code
            2024-03    | diagnosis
            2024-03-15 | support
            2024-04-10 | support
        """,
        as_of="2024-07-01",
        expect={
            "AFTERWARDS": "2024-03-15..2024-04-10",
            "says_the_window": "true",
            "turned_round": "true",
            "says_more": "unknown",
            "of_after": "unknown",
        },
    )


def test_later_and_earlier_of_two_dates(spec: Specification) -> None:
    """7. What is not there is passed over."""
    both = """
        date       | code
        2024-03-01 | diagnosis
        2024-05-01 | support
    """
    one = """
        date       | code
        2024-05-01 | support
    """
    spec(
        record=both,
        as_of="2024-06-01",
        expect={"LATER": "2024-05-01", "EARLIER": "2024-03-01", "EITHER": "2024-03-01"},
    )
    spec(
        record=one,
        as_of="2024-06-01",
        expect={"LATER": "2024-05-01", "EARLIER": "2024-05-01", "EITHER": "2024-05-01"},
    )
    spec(as_of="2024-06-01", expect={"LATER": "absent", "EARLIER": "absent", "EITHER": "absent"})


def test_choosing_among_dates_that_may_be_there(spec: Specification) -> None:
    """7. A possible diagnosis widens the choice; what surely stands makes the choice surely there."""
    spec(
        record="""
            date       | code       | certain
            2024-03-01 | diagnosis  | no
            2024-05-01 | support    |
        """,
        as_of="2024-06-01",
        expect={
            "DX": "maybe 2024-03-01",
            "LATER": "2024-05-01",
            "EARLIER": "2024-03-01..2024-05-01",
            "EITHER": "2024-03-01..2024-05-01",
        },
    )
    spec(
        record="""
            date       | code       | certain
            2024-03-01 | diagnosis  | no
        """,
        as_of="2024-06-01",
        expect={"LATER": "maybe 2024-03-01", "EARLIER": "maybe 2024-03-01", "EITHER": "maybe 2024-03-01"},
    )


def test_the_calendar_ends(spec: Specification) -> None:
    """1. Arithmetic stays between 1850 and 2999."""
    rules = """
let:
  EVER: as_of + 9999 years
  ONCE: as_of - 9999 years
  WEEKS: as_of + 99999 weeks
  DAYS: as_of - 999999 days
conditions: {ordered: ONCE < EVER and DAYS < WEEKS}
"""
    expect = {"EVER": "2999-12-31", "ONCE": "1850-01-01", "WEEKS": "2999-12-31", "DAYS": "1850-01-01"}
    spec(rules=rules, as_of="2024-06-01", expect=expect)
