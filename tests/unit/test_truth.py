"""Kleene's three truth values, in full tables."""

import pytest

from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth, conjunction, disjunction, negation, truth_of


@pytest.mark.parametrize(("value", "negated"), [(TRUE, FALSE), (UNKNOWN, UNKNOWN), (FALSE, TRUE)])
def test_not(value: Truth, negated: Truth) -> None:
    assert negation(value) is negated


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (TRUE, TRUE, TRUE, TRUE),
        (TRUE, UNKNOWN, UNKNOWN, TRUE),
        (TRUE, FALSE, FALSE, TRUE),
        (UNKNOWN, TRUE, UNKNOWN, TRUE),
        (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        (UNKNOWN, FALSE, FALSE, UNKNOWN),
        (FALSE, TRUE, FALSE, TRUE),
        (FALSE, UNKNOWN, FALSE, UNKNOWN),
        (FALSE, FALSE, FALSE, FALSE),
    ],
)
def test_and_or(a: Truth, b: Truth, both: Truth, either: Truth) -> None:
    assert conjunction([a, b]) is both
    assert disjunction([a, b]) is either


def test_of_nothing() -> None:
    """All of no conditions hold, and none of them does."""
    assert conjunction([]) is TRUE
    assert disjunction([]) is FALSE


def test_a_settled_answer() -> None:
    assert truth_of(True) is TRUE
    assert truth_of(False) is FALSE


def test_the_words() -> None:
    assert [str(value) for value in (FALSE, UNKNOWN, TRUE)] == ["false", "unknown", "true"]
