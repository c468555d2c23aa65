"""Formulas as the ways in which they hold: each becomes one rule without nesting."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.evaluation.durable.ways import (
    ALWAYS,
    MOST_WAYS,
    NEVER,
    TooManyWays,
    Ways,
    at_least,
    at_most,
    both,
    either,
)

NUMBERS = range(4)
VALUES = range(-2, 3)


def holds(ways: Ways, fact: Mapping[int, int]) -> bool:
    return any(all(each.least <= fact[each.number] <= each.greatest for each in way) for way in ways)


tests = st.builds(at_least, st.sampled_from(NUMBERS), st.sampled_from(VALUES)) | st.builds(
    at_most, st.sampled_from(NUMBERS), st.sampled_from(VALUES)
)
formulas = st.recursive(
    tests | st.just(ALWAYS) | st.just(NEVER),
    lambda inner: (
        st.lists(inner, max_size=3).map(either) | st.tuples(inner, inner).map(lambda two: both(*two))
    ),
    max_leaves=6,
)
facts = st.fixed_dictionaries({number: st.sampled_from(VALUES) for number in NUMBERS})


@given(formulas, formulas, facts)
def test_both_hold_where_each_does(one: Ways, other: Ways, fact: Mapping[int, int]) -> None:
    assert holds(both(one, other), fact) == (holds(one, fact) and holds(other, fact))


@given(formulas, formulas, facts)
def test_either_holds_where_one_does(one: Ways, other: Ways, fact: Mapping[int, int]) -> None:
    assert holds(either((one, other)), fact) == (holds(one, fact) or holds(other, fact))


@given(formulas)
def test_no_way_follows_from_another(ways: Ways) -> None:
    for way in ways:
        others = tuple(each for each in ways if each != way)
        assert len(either((others, (way,)))) == len(ways)


@given(formulas)
def test_a_property_stands_in_a_way_once(ways: Ways) -> None:
    for way in ways:
        assert len({each.number for each in way}) == len(way)


def test_what_is_always_asked_alone_is_enough() -> None:
    assert either((ALWAYS, at_least(0, 1))) == ALWAYS
    assert both(ALWAYS, at_least(0, 1)) == at_least(0, 1)


def test_what_cannot_be_has_no_way() -> None:
    assert both(at_least(0, 2), at_most(0, 1)) == NEVER
    assert either(()) == NEVER


def test_more_ways_than_are_worth_counting_are_refused() -> None:
    many = [either((at_least(2 * number, 1), at_least(2 * number + 1, 1))) for number in range(9)]
    assert len(both(*many[:8])) == 256
    assert MOST_WAYS < 2**9
    with pytest.raises(TooManyWays):
        both(*many)
