"""Formulas over the properties of a flat fact, as the ways in which they hold.

A way asks that some properties lie in ranges; a formula holds if any of its ways does. So each way
becomes one rule without nesting, which is the shape in which durable-rules is safe.
"""

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

FAR = 1_000_000
"""More days than lie between any two dates of the calendar."""

OPEN = 2 * FAR
"""The end of a range that has none."""

MOST_WAYS = 500
"""Far more than one ruleset of durable-rules may have rules; beyond it nothing more is worked out."""


class Range(NamedTuple):
    """A property, by its number in the fact, and the least and the greatest value that are asked of it."""

    number: int
    least: int
    greatest: int


Way = frozenset[Range]
"""What must hold together; each property stands in it at most once."""

Ways = tuple[Way, ...]

ALWAYS: Ways = (frozenset(),)
NEVER: Ways = ()


class TooManyWays(Exception):
    """A formula that would need more rules than are worth counting."""


def at_least(number: int, value: int) -> Ways:
    """The property is `value` or more."""
    return (frozenset((Range(number, value, OPEN),)),)


def at_most(number: int, value: int) -> Ways:
    """The property is `value` or less."""
    return (frozenset((Range(number, -OPEN, value),)),)


def either(alternatives: Iterable[Ways]) -> Ways:
    """Return the ways in which at least one formula holds."""
    return _least(way for ways in alternatives for way in ways)


def both(*formulas: Ways) -> Ways:
    """Return the ways in which all the formulas hold. Raises TooManyWays."""
    found = ALWAYS
    for ways in formulas:
        if len(found) * len(ways) > MOST_WAYS:
            raise TooManyWays
        joined = (_joined(one, other) for one, other in product(found, ways))
        found = _least(way for way in joined if way is not None)
    return found


def _joined(one: Way, other: Way) -> Way | None:
    """Return what both ask; None where no value is left for some property."""
    ranges = {each.number: each for each in one}
    for number, least, greatest in other:
        known = ranges.get(number, Range(number, -OPEN, OPEN))
        ranges[number] = Range(number, max(known.least, least), min(known.greatest, greatest))
    if any(each.least > each.greatest for each in ranges.values()):
        return None
    return frozenset(ranges.values())


def _least(ways: Iterable[Way]) -> Ways:
    """Return the ways without those that ask more than another one does, in an order of their own."""
    kept: list[Way] = []
    for way in sorted(set(ways), key=lambda each: (len(each), sorted(each))):
        if not any(_follows(way, other) for other in kept):
            kept.append(way)
    return tuple(kept)


def _follows(way: Way, other: Way) -> bool:
    """Say whether `other` holds wherever `way` does."""
    ranges = {each.number: each for each in way}
    return all(
        (known := ranges.get(each.number)) and each.least <= known.least and known.greatest <= each.greatest
        for each in other
    )
