"""The 95 % confidence interval of a count of people, as of a Poisson variable.

Byar's approximation from 10 on, the exact interval below, as the R package PHEindicatormethods of Public
Health England has it (after Breslow and Day, Statistical methods in cancer research, volume II, 1987). The
exact ends are found by halving an interval that holds them.
"""

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Final, NamedTuple

EXACT_BELOW: Final = 10
_TAIL: Final = 0.025
_Z: Final = NormalDist().inv_cdf(1 - _TAIL)
_HALVINGS: Final = 60
_FAR: Final = 40.0
"""Above the upper end of every count that is reckoned exactly."""


class Interval(NamedTuple):
    """Both ends, and how they were reckoned."""

    low: float
    high: float
    method: str


def poisson_interval(count: int) -> Interval:
    """Return the interval of a count that is not negative."""
    if count >= EXACT_BELOW:
        return Interval(_byar(count, -1), _byar(count + 1, 1), "Byar")
    low = _where(lambda mean: 1 - _at_most(count - 1, mean) > _TAIL) if count else 0.0
    return Interval(low, _where(lambda mean: _at_most(count, mean) < _TAIL), "exact Poisson")


def _byar(count: int, sign: int) -> float:
    return float(count * (1 - 1 / (9 * count) + sign * _Z / (3 * math.sqrt(count))) ** 3)


def _at_most(count: int, mean: float) -> float:
    """Return how likely a Poisson variable is at most a count."""
    return math.exp(-mean) * sum(mean**each / math.factorial(each) for each in range(count + 1))


def _where(holds: Callable[[float], bool]) -> float:
    """Return the mean from which on something holds."""
    low, high = 0.0, _FAR
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
