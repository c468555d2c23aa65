"""Which items of two lists belong together, and which have moved."""

from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.governance.alignment import align, moved

WORDS = st.lists(st.sampled_from("abcde"), max_size=8)


def test_the_surest_sign_is_tried_first() -> None:
    before, after = ["aX", "bX"], ["bY", "bX"]
    assert align(before, after, [str, lambda word: word[0]]) == [(1, 1)]
    assert align(before, after, [str, lambda word: word[0], len]) == [(0, 0), (1, 1)]


def test_a_key_of_none_belongs_to_nothing() -> None:
    assert align(["a"], ["a"], [lambda _: None]) == []


def test_one_item_moved_past_others_is_one_move() -> None:
    assert moved(align("abcd", "bcda", [str])) == {(0, 3)}
    assert moved(align("abcd", "abcd", [str])) == set()
    assert moved([]) == set()


@given(WORDS, WORDS)
def test_every_item_is_used_once_and_equal_items_are_never_left(before: list[str], after: list[str]) -> None:
    pairs = align(before, after, [str])
    left = [i for i in range(len(before)) if i not in {i for i, _ in pairs}]
    right = [j for j in range(len(after)) if j not in {j for _, j in pairs}]
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert not {before[i] for i in left} & {after[j] for j in right}


@given(st.permutations(range(6)))
def test_what_has_not_moved_is_in_order(order: list[int]) -> None:
    pairs = sorted(enumerate(order))
    stayed = [pair for pair in pairs if pair not in moved(pairs)]
    assert [j for _, j in stayed] == sorted(j for _, j in stayed)
    assert stayed
