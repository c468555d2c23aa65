"""Small numbers are hidden, and so is what they could be worked out from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.population.report.organisations import EVERYBODY, Unit
from ccr_rules.population.report.suppression import hidden, hidden_units, is_small, rounded

BELOW = 5


def shown(*rows: tuple[int, ...]) -> list[int]:
    return [key for key in range(len(rows)) if key not in hidden(dict(enumerate(rows)), BELOW)]


def test_nothing_small_hides_nothing() -> None:
    assert shown((5, 0), (9, 7), (0, 0)) == [0, 1, 2]


def test_a_small_row_takes_the_next_smallest_with_it() -> None:
    assert shown((4, 20), (9, 9), (30, 30), (0, 0)) == [2, 3]


def test_several_small_rows_that_add_up_to_enough_hide_no_other() -> None:
    assert shown((3, 0), (3, 0), (30, 0)) == [2]


def test_two_small_rows_whose_sum_is_small_take_a_third_with_them() -> None:
    assert shown((1, 0), (1, 0), (30, 0), (40, 0)) == [3]


def test_a_row_is_added_until_every_column_of_the_hidden_adds_up_to_enough() -> None:
    assert shown((2, 10), (0, 12), (9, 20), (50, 60)) == [3]


def test_a_small_total_hides_every_row_but_those_of_nobody() -> None:
    assert shown((1, 20), (0, 30), (0, 0)) == [2]


def test_what_is_hidden_anyhow_counts_among_the_hidden() -> None:
    assert hidden({0: (9,), 1: (30,), 2: (8,)}, BELOW, {1}) == {1, 2}
    assert hidden({0: (9,)}, BELOW, {0}) == {0}
    whole = {EVERYBODY: (39,), Unit("practice", practice="a"): (9,), Unit("practice", practice="b"): (30,)}
    assert hidden_units(whole, BELOW, {EVERYBODY}) == set(whole)


def test_without_a_limit_everything_is_shown() -> None:
    assert hidden({0: (1, 2)}, 0) == frozenset()


ROWS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 3)), min_size=1, max_size=7)


@given(ROWS, st.integers(2, 8))
def test_no_small_number_can_be_worked_out_from_the_total(rows: list[tuple[int, ...]], below: int) -> None:
    kept_back = hidden(dict(enumerate(rows)), below)
    total = [sum(column) for column in zip(*rows, strict=True)]
    assert all(key in kept_back for key, row in enumerate(rows) if is_small(row, below))
    if is_small(total, below):
        return  # the total is hidden as well
    for column in range(3):
        left = total[column] - sum(row[column] for key, row in enumerate(rows) if key not in kept_back)
        assert left == 0 or left >= below, "the hidden rows add up to no small number"
        small = [key for key in kept_back if 0 < rows[key][column] < below]
        for key in small:
            others = [rows[other] for other in kept_back if other != key]
            assert any(map(any, others)), "another row of somebody is hidden too"
            assert left > rows[key][column], "so it may be any number up to more than it is"


@given(ROWS, st.integers(2, 8))
def test_no_row_is_hidden_without_a_small_one(rows: list[tuple[int, ...]], below: int) -> None:
    if not any(is_small(row, below) for row in rows):
        assert hidden(dict(enumerate(rows)), below) == frozenset()


UNITS = st.dictionaries(
    st.tuples(st.sampled_from("XY"), st.sampled_from("pq"), st.sampled_from("123")),
    st.tuples(st.integers(0, 12), st.integers(0, 12)),
    min_size=1,
)


def summed(practices: dict[tuple[str, str, str], tuple[int, int]]) -> dict[Unit, tuple[int, ...]]:
    counts: dict[Unit, tuple[int, ...]] = {}
    for (board, letter, practice), row in practices.items():
        network = board + letter
        path = (Unit("icb", board), Unit("pcn", board, network), Unit("practice", board, network, practice))
        for unit in (EVERYBODY, *path):
            counts[unit] = tuple(map(sum, zip(counts.get(unit, (0, 0)), row, strict=True)))
    return counts


def parent(unit: Unit) -> Unit:
    levels: dict[str, Unit] = {
        "icb": EVERYBODY,
        "pcn": Unit("icb", unit.icb),
        "practice": Unit("pcn", unit.icb, unit.pcn),
    }
    return levels[unit.level]


@given(UNITS)
def test_no_small_number_can_be_added_up_or_taken_off_along_the_levels(
    practices: dict[tuple[str, str, str], tuple[int, int]],
) -> None:
    counts = summed(practices)
    kept_back = hidden_units(counts, BELOW)
    assert all(unit in kept_back for unit, row in counts.items() if is_small(row, BELOW))
    for unit in counts:
        parts = [each for each in counts if each.level != "all" and parent(each) == unit]
        unseen = [each for each in parts if each in kept_back]
        if unit in kept_back:
            assert all(each in kept_back for each in parts if any(counts[each])), "parts would add up to it"
        elif unseen:
            left = [sum(column) for column in zip(*(counts[each] for each in unseen), strict=True)]
            assert len(unseen) > 1
            assert not is_small(left, BELOW)


def test_practices_without_networks_stand_within_everybody() -> None:
    a, b, c = (Unit("practice", practice=name) for name in "abc")
    counts = {EVERYBODY: (40,), a: (2,), b: (8,), c: (30,)}
    assert hidden_units(counts, BELOW) == {a, b}
    assert hidden_units({}, BELOW) == frozenset()


@pytest.mark.parametrize(
    ("count", "to", "shown"), [(7, 5, 5), (8, 5, 10), (5, 10, 10), (4, 10, 0), (7, 0, 7)]
)
def test_counts_are_rounded_to_the_nearest(count: int, to: int, shown: int) -> None:
    assert rounded(count, to) == shown
