"""Walking expressions: what stands in them, and what they say of dates and reviews."""

from collections.abc import Iterator

from ccr_rules.language.ast import (
    And,
    AnyExpression,
    Between,
    Choice,
    Compare,
    IsNull,
    Not,
    Or,
    Shift,
)


def depth(expression: AnyExpression) -> int:
    """Return how many expressions stand in one another, at most."""
    return 1 + max((depth(part) for part in parts(expression)), default=0)


def parts(expression: AnyExpression) -> tuple[AnyExpression, ...]:
    """Return the expressions that stand directly in an expression."""
    match expression:
        case Shift(date=date) | IsNull(date=date):
            return (date,)
        case Choice(dates=dates):
            return dates
        case Compare(left=left, right=right):
            return (left, right)
        case Between(date=date, low=low, high=high):
            return (date, low, high)
        case Not(operand=operand):
            return (operand,)
        case And(operands=operands) | Or(operands=operands):
            return operands
        case _:
            return ()


def walk(expression: AnyExpression) -> Iterator[AnyExpression]:
    """Yield an expression and all that stands in it, outer ones first."""
    yield expression
    for part in parts(expression):
        yield from walk(part)
