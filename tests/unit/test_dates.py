"""Partial dates as intervals: clamping, saturation, comparisons, choices."""

from collections.abc import Sequence
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.dates import (
    ABSENT,
    CALENDAR_END,
    CALENDAR_START,
    COMPARISONS,
    MAYBE,
    PRESENT,
    DateValue,
    Duration,
    Unit,
    coalesce,
    days_between,
    display,
    earlier,
    is_null,
    later,
    on,
    shift,
    shift_day,
    span,
    within_calendar,
)
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth


def day(text: str) -> date:
    return date.fromisoformat(text)


def value(text: str) -> DateValue:
    """Read `absent`, `2024-03-31`, `2024-03-01..2024-03-31`, `maybe …`."""
    if text == "absent":
        return ABSENT
    presence = MAYBE if text.startswith("maybe ") else PRESENT
    first, _, last = text.removeprefix("maybe ").partition("..")
    return DateValue(presence, day(first), day(last or first))


@pytest.mark.parametrize(
    ("start", "amount", "unit", "sign", "expected"),
    [
        ("2024-02-28", 1, "day", 1, "2024-02-29"),
        ("2023-02-28", 1, "day", 1, "2023-03-01"),
        ("2024-03-01", 1, "day", -1, "2024-02-29"),
        ("2024-01-31", 1, "week", 1, "2024-02-07"),
        ("2024-02-07", 1, "week", -1, "2024-01-31"),
        ("2024-11-30", 3, "month", 1, "2025-02-28"),
        ("2023-11-30", 3, "month", 1, "2024-02-29"),
        ("2024-03-31", 1, "month", -1, "2024-02-29"),
        ("2024-01-15", 12, "month", 1, "2025-01-15"),
        ("2024-02-29", 1, "year", 1, "2025-02-28"),
        ("2024-02-29", 4, "year", 1, "2028-02-29"),
        ("2024-02-29", 1, "year", -1, "2023-02-28"),
        ("2024-05-31", 0, "month", 1, "2024-05-31"),
        ("2024-12-31", 1, "month", 1, "2025-01-31"),
        ("2024-01-01", 1, "month", -1, "2023-12-01"),
    ],
)
def test_durations_follow_the_calendar(start: str, amount: int, unit: Unit, sign: int, expected: str) -> None:
    """Month ends clamp; days and weeks count."""
    assert shift_day(day(start), Duration(amount, unit), sign) == day(expected)


def test_a_duration_cannot_cross_a_comparison() -> None:
    """30 November + 3 months is 28 February, and 28 February - 3 months is 28 November (SEMANTICS 3)."""
    three = Duration(3, "month")
    november, february = on(day("2024-11-30")), on(day("2025-02-28"))
    assert COMPARISONS["<="](shift(november, three), february) is TRUE
    assert COMPARISONS["<="](november, shift(february, three, -1)) is FALSE


@pytest.mark.parametrize("unit", ["day", "week", "month", "year"])
def test_the_calendar_saturates(unit: Unit) -> None:
    """Nothing leaves 1850 to 2999."""
    far = Duration(999_999, unit)
    assert shift_day(day("2024-02-29"), far) == CALENDAR_END
    assert shift_day(day("2024-02-29"), far, -1) == CALENDAR_START
    assert shift_day(CALENDAR_END, Duration(1, unit)) == CALENDAR_END
    assert shift_day(CALENDAR_START, Duration(1, unit), -1) == CALENDAR_START
    assert shift_day(CALENDAR_END, Duration(0, unit)) == CALENDAR_END


def test_what_lies_in_the_calendar() -> None:
    assert within_calendar(CALENDAR_START)
    assert within_calendar(CALENDAR_END)
    assert not within_calendar(day("1849-12-31"))
    assert not within_calendar(day("3000-01-01"))


@given(
    st.dates(CALENDAR_START, CALENDAR_END),
    st.dates(CALENDAR_START, CALENDAR_END),
    st.builds(Duration, st.integers(0, 5000), st.sampled_from(["day", "week", "month", "year"])),
    st.sampled_from([1, -1]),
)
def test_durations_keep_the_order_of_days(a: date, b: date, duration: Duration, sign: int) -> None:
    """So the ends of an interval are its ends after a shift, too."""
    first, last = min(a, b), max(a, b)
    moved = shift(span(first, last), duration, sign)
    assert moved.first <= moved.last
    assert within_calendar(moved.first)
    assert within_calendar(moved.last)


def test_both_ends_of_a_date_are_moved() -> None:
    month = Duration(1, "month")
    assert shift(value("2024-01-30..2024-01-31"), month) == value("2024-02-29")
    assert shift(value("maybe 2024-01-31"), month) == value("maybe 2024-02-29")
    assert shift(ABSENT, month) is ABSENT


@pytest.mark.parametrize(
    ("a", "operator", "b", "expected"),
    [
        # Both known to the day.
        ("2024-03-10", "<=", "2024-03-10", TRUE),
        ("2024-03-10", "<", "2024-03-10", FALSE),
        ("2024-03-10", ">=", "2024-03-10", TRUE),
        ("2024-03-10", ">", "2024-03-10", FALSE),
        ("2024-03-10", "=", "2024-03-10", TRUE),
        ("2024-03-10", "!=", "2024-03-10", FALSE),
        ("2024-03-10", "<", "2024-03-11", TRUE),
        ("2024-03-10", ">", "2024-03-11", FALSE),
        ("2024-03-10", "=", "2024-03-11", FALSE),
        ("2024-03-10", "!=", "2024-03-11", TRUE),
        # A month against a day: before it, in it, at its ends, after it.
        ("2024-03-01..2024-03-31", "<=", "2024-02-29", FALSE),
        ("2024-03-01..2024-03-31", "<=", "2024-03-01", UNKNOWN),
        ("2024-03-01..2024-03-31", "<=", "2024-03-31", TRUE),
        ("2024-03-01..2024-03-31", "<", "2024-03-01", FALSE),
        ("2024-03-01..2024-03-31", "<", "2024-03-31", UNKNOWN),
        ("2024-03-01..2024-03-31", "<", "2024-04-01", TRUE),
        ("2024-03-01..2024-03-31", ">=", "2024-03-01", TRUE),
        ("2024-03-01..2024-03-31", ">", "2024-03-01", UNKNOWN),
        ("2024-03-01..2024-03-31", ">", "2024-03-31", FALSE),
        ("2024-03-01..2024-03-31", "=", "2024-03-15", UNKNOWN),
        ("2024-03-01..2024-03-31", "=", "2024-04-01", FALSE),
        ("2024-03-01..2024-03-31", "!=", "2024-03-15", UNKNOWN),
        ("2024-03-01..2024-03-31", "!=", "2024-04-01", TRUE),
        ("2024-03-01..2024-03-31", "!=", "2024-02-29", TRUE),
        ("2024-03-01..2024-03-31", "=", "2024-03-01..2024-03-31", UNKNOWN),
        # A date that may not be there is never surely anything.
        ("maybe 2024-03-10", "<=", "2024-03-11", UNKNOWN),
        ("2024-03-10", "<=", "maybe 2024-03-11", UNKNOWN),
        ("maybe 2024-03-10", "<=", "2024-03-09", FALSE),
        ("maybe 2024-03-10", "=", "2024-03-10", UNKNOWN),
        ("maybe 2024-03-10", "!=", "2024-03-11", UNKNOWN),
        ("maybe 2024-03-10", "!=", "2024-03-10", FALSE),
    ],
)
def test_comparisons(a: str, operator: str, b: str, expected: Truth) -> None:
    assert COMPARISONS[operator](value(a), value(b)) is expected


@pytest.mark.parametrize("operator", list(COMPARISONS))
@pytest.mark.parametrize("other", ["2024-03-10", "maybe 2024-03-10", "absent"])
def test_an_absent_side_makes_every_comparison_false(operator: str, other: str) -> None:
    assert COMPARISONS[operator](ABSENT, value(other)) is FALSE
    assert COMPARISONS[operator](value(other), ABSENT) is FALSE


SOME_DAYS = [date(2024, 2, number) for number in (27, 28, 29)]
INTERVALS = [(a, b) for a, b in product(SOME_DAYS, SOME_DAYS) if a <= b]


@pytest.mark.parametrize("operator", list(COMPARISONS))
def test_comparisons_are_exactly_what_the_days_allow(operator: str) -> None:
    """TRUE if every pair of days fits, FALSE if none does, UNKNOWN otherwise."""
    compare = COMPARISONS[operator]
    for a, b in product(INTERVALS, INTERVALS):
        pairs = [(x, y) for x, y in product(SOME_DAYS, SOME_DAYS) if a[0] <= x <= a[1] and b[0] <= y <= b[1]]
        results = {compare(on(x), on(y)) for x, y in pairs}
        assert compare(span(*a), span(*b)) is (results.pop() if len(results) == 1 else UNKNOWN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("absent", TRUE),
        ("maybe 2024-03-10", UNKNOWN),
        ("2024-03-10", FALSE),
        ("2024-03-01..2024-03-09", FALSE),
    ],
)
def test_is_null(text: str, expected: Truth) -> None:
    assert is_null(value(text)) is expected


@pytest.mark.parametrize(
    ("dates", "earliest", "latest", "first_there"),
    [
        ([], "absent", "absent", "absent"),
        (["absent", "absent"], "absent", "absent", "absent"),
        (["2024-03-10", "absent"], "2024-03-10", "2024-03-10", "2024-03-10"),
        (["absent", "2024-03-10", "2024-03-01"], "2024-03-01", "2024-03-10", "2024-03-10"),
        (
            ["maybe 2024-03-01", "2024-03-10"],
            "2024-03-01..2024-03-10",
            "2024-03-10",
            "2024-03-01..2024-03-10",
        ),
        (
            ["maybe 2024-03-20", "2024-03-10"],
            "2024-03-10",
            "2024-03-10..2024-03-20",
            "2024-03-10..2024-03-20",
        ),
        (
            ["maybe 2024-03-20", "maybe 2024-03-10"],
            "maybe 2024-03-10..2024-03-20",
            "maybe 2024-03-10..2024-03-20",
            "maybe 2024-03-10..2024-03-20",
        ),
        (
            ["2024-03-01..2024-03-31", "2024-03-20"],
            "2024-03-01..2024-03-20",
            "2024-03-20..2024-03-31",
            "2024-03-01..2024-03-31",
        ),
    ],
)
def test_choices(dates: Sequence[str], earliest: str, latest: str, first_there: str) -> None:
    """SEMANTICS 7: possible unless absent, sure if present."""
    values = [value(text) for text in dates]
    assert earlier(values) == value(earliest)
    assert later(values) == value(latest)
    assert coalesce(values) == value(first_there)


def test_exact_means_there_and_known_to_the_day() -> None:
    assert value("2024-03-10").is_exact
    assert not value("maybe 2024-03-10").is_exact
    assert not value("2024-03-01..2024-03-31").is_exact
    assert not ABSENT.is_exact


def test_words() -> None:
    assert [str(Duration(n, "month")) for n in (0, 1, 2)] == ["0 months", "1 month", "2 months"]
    assert str(Duration(93, "day")) == "93 days"
    assert display(day("2026-01-01")) == "01-Jan-2026"
    assert days_between(day("2024-02-28"), day("2024-03-01")) == 2
    assert days_between(day("2024-03-01"), day("2024-02-28")) == -2
