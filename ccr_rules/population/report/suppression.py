"""Small numbers are not shown, nor what they could be worked out from.

A row of counts that add up, such as met and not met, is shown or hidden as a whole. A row with a small count
is hidden. Then, since the total of the rows is known, so many more are hidden that the hidden ones, added up,
are no small number either, and that there are at least two of them: what the total less the shown rows gives
away is that sum and no row of it.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, TypeVar

from ccr_rules.population.report.organisations import EVERYBODY, Unit

DEFAULT: Final = 5
"""Counts below this are small, 0 apart."""

Counts = Sequence[int]
Key = TypeVar("Key")


def is_small(counts: Counts, below: int) -> bool:
    """Say whether a row holds a small number."""
    return any(0 < count < below for count in counts)


def hidden(rows: Mapping[Key, Counts], below: int, already: Collection[Key] = frozenset()) -> frozenset[Key]:
    """Return the rows that must not be shown beside the total of all of them; `already` are hidden anyhow.

    If the total itself is small, none may be shown but those of nobody, and the total may not either.
    """
    people = [key for key, counts in rows.items() if any(counts)]
    total = _added([rows[key] for key in people])
    if is_small(total, below):
        return frozenset(people)
    chosen = [key for key in people if key in already or is_small(rows[key], below)]
    others = sorted((key for key in people if key not in chosen), key=lambda key: sum(rows[key]))
    while chosen and others and not _is_safe([rows[key] for key in chosen], below):
        chosen.append(others.pop(0))
    return frozenset(chosen)


def _is_safe(rows: Sequence[Counts], below: int) -> bool:
    return len(rows) > 1 and not is_small(_added(rows), below)


def _added(rows: Sequence[Counts]) -> Counts:
    return [sum(column) for column in zip(*rows, strict=True)]


def hidden_units(
    counts: Mapping[Unit, Counts], below: int, already: Collection[Unit] = frozenset()
) -> frozenset[Unit]:
    """Return the units that must not be shown, where practices add up to networks, boards and everybody.

    `already` are hidden anyhow. What is in a hidden unit is hidden too: from its parts it could be added up.
    """
    within: dict[Unit, dict[Unit, Counts]] = {}
    for unit in counts:
        if unit != EVERYBODY:
            within.setdefault(_parent(unit, counts), {})[unit] = counts[unit]
    found: set[Unit] = set(already)
    if is_small(counts.get(EVERYBODY, ()), below):
        found.add(EVERYBODY)
    waiting = [EVERYBODY]
    while waiting:
        parent = waiting.pop()
        parts = within.get(parent, {})
        found |= (
            {unit for unit in parts if any(parts[unit])} if parent in found else hidden(parts, below, already)
        )
        waiting += parts
    return frozenset(found)


def _parent(unit: Unit, units: Mapping[Unit, Counts]) -> Unit:
    """Return the smallest unit that holds another."""
    above = (Unit("pcn", unit.icb, unit.pcn), Unit("icb", unit.icb))
    return next((each for each in above if each in units and each.level != unit.level), EVERYBODY)


def rounded(count: int, to: int) -> int:
    """Return a count rounded to the nearest multiple, halves up; 0 or 1 rounds to nothing."""
    return count if to < 2 else (2 * count + to) // (2 * to) * to
