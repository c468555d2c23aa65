"""Truth and days as columns, folded to plain values wherever they are known beforehand.

A condition is two Booleans that are never null, *surely* and *possibly* (SEMANTICS 26). A Boolean or a
day is either a Python value or an Ibis expression; what is known when the ruleset is compiled never
becomes a column.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache, reduce
from operator import and_, or_
from typing import NamedTuple, TypeAlias, TypeGuard

import ibis
import ibis.expr.types as ir

Bool: TypeAlias = bool | ir.BooleanValue
Day: TypeAlias = date | ir.DateValue


def every(parts: Iterable[Bool]) -> Bool:
    """Return whether all hold; True when there are none."""
    columns: list[ir.BooleanValue] = []
    for part in parts:
        if part is False:
            return False
        if part is not True:
            columns.append(part)
    return reduce(and_, columns) if columns else True


def some(parts: Iterable[Bool]) -> Bool:
    """Return whether any holds; False when there are none."""
    columns: list[ir.BooleanValue] = []
    for part in parts:
        if part is True:
            return True
        if part is not False:
            columns.append(part)
    return reduce(or_, columns) if columns else False


def opposite(part: Bool) -> Bool:
    """Return the other truth value."""
    return not part if isinstance(part, bool) else ~part


def choose(test: Bool, then: Day, otherwise: Day) -> Day:
    """Return one day or another."""
    if isinstance(test, bool):
        return then if test else otherwise
    chosen: ir.DateValue = ibis.ifelse(test, as_column(then), as_column(otherwise))
    return chosen


def not_after(a: Day, b: Day) -> Bool:
    """Return whether day `a` is `b` or earlier."""
    if isinstance(a, date) and isinstance(b, date):
        return a <= b
    return as_column(a) <= as_column(b)


def sooner(a: Day, b: Day) -> Bool:
    """Return whether day `a` is earlier than `b`."""
    return opposite(not_after(b, a))


def least(days: list[Day]) -> Day:
    """Return the earliest of some days."""
    return _extreme(days, min, ibis.least)


def greatest(days: list[Day]) -> Day:
    """Return the latest of some days."""
    return _extreme(days, max, ibis.greatest)


def _extreme(days: list[Day], of_known, of_columns) -> Day:  # type: ignore[no-untyped-def]
    known = [day for day in days if isinstance(day, date)]
    columns: list[Day] = [day for day in days if not isinstance(day, date)]
    if known:
        columns.append(of_known(known))
    if len(columns) == 1:
        return columns[0]
    found: ir.DateValue = of_columns(*(as_column(day) for day in columns))
    return found


def as_column(value: Day) -> ir.DateValue:
    """Return a day as an expression."""
    return _written(value) if is_known(value) else value


@lru_cache(maxsize=1024)
def _written(value: date) -> ir.DateValue:
    """The same few days are written everywhere."""
    literal: ir.DateValue = ibis.literal(value, type="date")
    return literal


def is_known(value: Day) -> TypeGuard[date]:
    """Say whether a day is known when the ruleset is compiled."""
    return isinstance(value, date)


class Truths(NamedTuple):
    """A condition over a table: where it surely holds, and where it may hold."""

    surely: Bool
    possibly: Bool


NEVER = Truths(surely=False, possibly=False)


def known(test: Bool) -> Truths:
    """Return the truth of a test that is never unknown."""
    return Truths(test, test)


def conjunction(parts: Iterable[Truths]) -> Truths:
    """Kleene's `and`."""
    operands = list(parts)
    return Truths(every(each.surely for each in operands), every(each.possibly for each in operands))


def negation(operand: Truths) -> Truths:
    """Kleene's `not`: it swaps the two."""
    return Truths(opposite(operand.possibly), opposite(operand.surely))
