"""The points that a practice achieves for an indicator, from its counts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ccr_rules.errors import UsageError
from ccr_rules.governance.achievement import achieved_points
from ccr_rules.language.ruleset import Indicator
from ccr_rules.library.library import Library

QOF = Library.shipped().find("qof-cancer@2023")
CAN004 = QOF.indicators["CAN004"]  # 6 points, 50 to 90 %


@pytest.mark.parametrize(
    ("numerator", "denominator", "points"),
    [
        (0, 100, "0"),
        (49, 100, "0"),
        (50, 100, "0"),
        (51, 100, "0.15"),
        (70, 100, "3"),
        (89, 100, "5.85"),
        (90, 100, "6"),
        (91, 100, "6"),
        (100, 100, "6"),
        (7, 10, "3"),
        (1, 1, "6"),
        (0, 1, "0"),
        (0, 0, "0"),
    ],
)
def test_points_rise_between_the_thresholds(numerator: int, denominator: int, points: str) -> None:
    assert achieved_points(CAN004, numerator, denominator) == Decimal(points)


def test_they_are_not_rounded() -> None:
    assert achieved_points(CAN004, 2, 3) == Decimal(300) / Decimal(120)
    assert str(achieved_points(CAN004, 4, 7)).startswith("1.0714285714")


def test_two_equal_thresholds_are_one_step() -> None:
    step = replace(CAN004, thresholds=(80, 80))
    assert [achieved_points(step, each, 10) for each in (7, 8, 9)] == [0, 6, 6]


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 10), (11, 10), (1, 0), (0, -1)])
def test_counts_that_cannot_be_are_refused(numerator: int, denominator: int) -> None:
    with pytest.raises(UsageError, match="cannot be counts of CAN004"):
        achieved_points(CAN004, numerator, denominator)


@pytest.mark.parametrize(
    ("indicator", "missing"),
    [(QOF.indicators["CAN001"], "thresholds"), (replace(CAN004, points=None), "points")],
)
def test_an_indicator_that_counts_do_not_achieve_is_refused(indicator: Indicator, missing: str) -> None:
    with pytest.raises(UsageError, match=f"has no {missing}"):
        achieved_points(indicator, 1, 2)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 500))
def test_more_people_met_never_achieve_less(one: int, other: int, denominator: int) -> None:
    fewer, more = sorted((min(one, denominator), min(other, denominator)))
    less = achieved_points(CAN004, fewer, denominator)
    assert 0 <= less <= achieved_points(CAN004, more, denominator) <= 6
