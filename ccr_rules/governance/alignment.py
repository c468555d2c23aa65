"""Finding in two lists which items belong together, and which of those have moved."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
Pair = tuple[int, int]


def align(before: Sequence[T], after: Sequence[T], same: Sequence[Callable[[T], object]]) -> list[Pair]:
    """Return which items belong together, as pairs of places, in the order of `before`.

    The keys of `same` are tried in turn, each on what is still left; of equal items the first belong
    together. A key of None belongs to nothing.
    """
    left, right = list(range(len(before))), list(range(len(after)))
    pairs: list[Pair] = []
    for key in same:
        for i in left.copy():
            wanted = key(before[i])
            j = next((j for j in right if wanted is not None and key(after[j]) == wanted), None)
            if j is not None:
                pairs.append((i, j))
                left.remove(i)
                right.remove(j)
    return sorted(pairs)


def moved(pairs: Sequence[Pair]) -> set[Pair]:
    """Return the fewest pairs that must have moved for the others to be in the same order on both sides."""
    return set(pairs) - set(_longest_rising(pairs))


def _longest_rising(pairs: Sequence[Pair]) -> list[Pair]:
    """Return a longest part of the pairs in which both places rise."""
    ends: list[int] = []  # the lowest second place at which a chain of that length can end
    chains: list[list[Pair]] = []
    for pair in sorted(pairs):
        at = bisect_left(ends, pair[1])
        chain = [*(chains[at - 1] if at else ()), pair]
        ends[at : at + 1] = [pair[1]]
        chains[at : at + 1] = [chain]
    return chains[-1] if chains else []
