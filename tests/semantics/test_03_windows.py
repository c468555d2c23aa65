"""SEMANTICS 9: the earliest and the latest entry of a list in a window."""

import pytest

from tests.semantics.specification import Specification

RULES = """
let: {START: "@2024-03-10", END: "@2024-03-20", MONTH: "@2024-03"}
dates:
  FROM_TO: {earliest: review, from: START, to: END}
  BETWEEN: {latest: review, after: START, before: END}
  FIRST: {earliest: review}
  LAST: {latest: review}
  SINCE_SUPPORT: {earliest: review, from: SUPPORT}
  UNTIL_SUPPORT: {latest: review, to: SUPPORT}
  SINCE_MARCH: {earliest: review, from: MONTH}
  SUPPORT: {latest: support}
"""


@pytest.mark.parametrize(
    ("day", "from_to", "between"),
    [
        ("2024-03-09", "absent", "absent"),
        ("2024-03-10", "2024-03-10", "absent"),
        ("2024-03-11", "2024-03-11", "2024-03-11"),
        ("2024-03-19", "2024-03-19", "2024-03-19"),
        ("2024-03-20", "2024-03-20", "absent"),
        ("2024-03-21", "absent", "absent"),
    ],
)
def test_from_and_to_include_their_day_after_and_before_do_not(
    spec: Specification, day: str, from_to: str, between: str
) -> None:
    spec(
        record=f"date | code\n{day} | review",
        as_of="2024-06-01",
        expect={"FROM_TO": from_to, "BETWEEN": between},
    )


def test_an_absent_bound_makes_the_date_absent(spec: Specification) -> None:
    """9. Without support information there is no review since it."""
    spec(
        record="date | code\n2024-03-15 | review",
        as_of="2024-06-01",
        expect={"SINCE_SUPPORT": "absent", "UNTIL_SUPPORT": "absent"},
    )


def test_a_possible_bound_makes_the_date_possible(spec: Specification) -> None:
    """9. With a bound that may not be there nothing is sure."""
    spec(
        record="""
            date       | code    | certain
            2024-03-12 | support | no
            2024-03-15 | review  |
        """,
        as_of="2024-06-01",
        expect={"SINCE_SUPPORT": "maybe 2024-03-15", "UNTIL_SUPPORT": "absent"},
    )


def test_the_window_cuts_what_may_lie_across_its_edge(spec: Specification) -> None:
    """9. A review of March is in the window only if it was from the 10th to the 20th."""
    spec(
        record="date | code\n2024-03 | review",
        as_of="2024-06-01",
        expect={
            "FROM_TO": "maybe 2024-03-10..2024-03-20",
            "BETWEEN": "maybe 2024-03-11..2024-03-19",
            "FIRST": "2024-03-01..2024-03-31",
        },
    )


def test_a_bound_known_to_the_month(spec: Specification) -> None:
    """9. Since some day of March: surely in April, perhaps in March, not in February."""
    for day, since in [
        ("2024-02-29", "absent"),
        ("2024-03-01", "maybe 2024-03-01"),
        ("2024-03-31", "2024-03-31"),
        ("2024-04-01", "2024-04-01"),
    ]:
        spec(record=f"date | code\n{day} | review", as_of="2024-06-01", expect={"SINCE_MARCH": since})


def test_the_earliest_of_several(spec: Specification) -> None:
    """9. No later than the least last day of the sure ones, no earlier than any possible one."""
    spec(
        record="""
            date       | code   | certain
            2024-03    | review |
            2024-03-20 | review |
            2024-03-05 | review | no
            2024-05-01 | review |
        """,
        as_of="2024-06-01",
        expect={"FIRST": "2024-03-01..2024-03-20", "LAST": "2024-05-01"},
    )


def test_the_latest_of_several(spec: Specification) -> None:
    spec(
        record="""
            date       | code   | certain
            2024-03-20 | review |
            2024-03    | review |
            2024-03-25 | review | no
        """,
        as_of="2024-06-01",
        expect={"FIRST": "2024-03-01..2024-03-20", "LAST": "2024-03-20..2024-03-31"},
    )


def test_only_possible_entries_make_a_possible_date(spec: Specification) -> None:
    """9. As wide as all of them together."""
    spec(
        record="""
            date       | code    | certain
            2024-03-20 | review  | no
            2024-03-05 | review? |
        """,
        as_of="2024-06-01",
        expect={"FIRST": "maybe 2024-03-05..2024-03-20", "LAST": "maybe 2024-03-05..2024-03-20"},
    )
