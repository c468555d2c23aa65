"""Three-valued truth after Kleene: FALSE, UNKNOWN, TRUE (SEMANTICS 2 and 5).

UNKNOWN never means "no": it means that the record does not settle the question.
"""

from collections.abc import Iterable
from enum import IntEnum


class Truth(IntEnum):
    """A truth value; the numeric order makes `and` the minimum and `or` the maximum."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    def __str__(self) -> str:
        """Return the word used in explanations: false, unknown or true."""
        return self.name.lower()


FALSE = Truth.FALSE
UNKNOWN = Truth.UNKNOWN
TRUE = Truth.TRUE

_NEGATION = (TRUE, UNKNOWN, FALSE)


def negation(value: Truth) -> Truth:
    """Kleene's `not`: UNKNOWN stays UNKNOWN."""
    return _NEGATION[value]


def conjunction(values: Iterable[Truth]) -> Truth:
    """Kleene's `and`: the least of the values; TRUE when there are none."""
    return min(values, default=TRUE)


def disjunction(values: Iterable[Truth]) -> Truth:
    """Kleene's `or`: the greatest of the values; FALSE when there are none."""
    return max(values, default=FALSE)


def truth_of(value: bool) -> Truth:
    """Lift a settled yes or no."""
    return TRUE if value else FALSE
