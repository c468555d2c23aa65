"""Taking a condition apart: the cases in which it holds, each a set of facts."""

from collections.abc import Iterable
from itertools import product

from ccr_rules.language.ast import (
    And,
    Between,
    BooleanLiteral,
    Compare,
    ConditionExpression,
    ConditionName,
    DateExpression,
    IsNull,
    Not,
    Or,
)
from ccr_rules.language.checks.facts import AtMost, Case, Fact, Says, There
from ccr_rules.language.checks.plain_dates import always_there, known_to_the_day, plain
from ccr_rules.language.ruleset import Apart, Ruleset

_MOST_CASES = 48

Cases = tuple[Case, ...]

_OPPOSITES = {"<=": (">",), "<": (">=",), ">=": ("<",), ">": ("<=",), "=": ("<", ">"), "!=": ("=",)}


class TooManyCases(Exception):
    """A condition with too many cases to look into."""


def cases_of(test: ConditionExpression, ruleset: Ruleset, holds: bool = True) -> Cases:
    """Return the cases in which a condition holds (or, with `holds` False, does not).

    Raises:
        TooManyCases: if there are too many to look into.
    """
    match test:
        case BooleanLiteral(value=value):
            return (frozenset(),) if value is holds else ()
        case Not(operand=operand):
            return cases_of(operand, ruleset, not holds)
        case And(operands=operands) | Or(operands=operands):
            parts = [cases_of(operand, ruleset, holds) for operand in operands]
            return _all_of(parts) if isinstance(test, And) is holds else _any_of(parts)
        case ConditionName(name=name):
            return _named(test, name, ruleset, holds)
        case Between(date=date, low=low, high=high):
            both = And((Compare(">=", date, low), Compare("<=", date, high)))
            return cases_of(both, ruleset, holds)
        case IsNull(date=date, negated=negated):
            return (frozenset({There(plain(date, ruleset), negated is holds)}),)
        case Compare():
            return _compared(test, ruleset, holds)
        case _:
            return (frozenset({Says(test, holds)}),)


def _all_of(parts: Iterable[Cases]) -> Cases:
    cases: Cases = (frozenset(),)
    for part in parts:
        cases = tuple(one | other for one, other in product(cases, part))
        if len(cases) > _MOST_CASES:
            raise TooManyCases
    return cases


def _any_of(parts: Iterable[Cases]) -> Cases:
    cases = tuple(case for part in parts for case in part)
    if len(cases) > _MOST_CASES:
        raise TooManyCases
    return cases


def _named(test: ConditionName, name: str, ruleset: Ruleset, holds: bool) -> Cases:
    named = ruleset.conditions.get(name)
    if named is None or isinstance(named.test, Apart):
        return (frozenset({Says(test, holds)}),)
    return cases_of(named.test, ruleset, holds)


def _compared(test: Compare, ruleset: Ruleset, holds: bool) -> Cases:
    left, right = plain(test.left, ruleset), plain(test.right, ruleset)
    if not (known_to_the_day(left) and known_to_the_day(right)):
        return (frozenset({Says(Compare(test.operator, left, right), holds)}),)
    if holds:
        return _ordered(test.operator, left, right)
    absent = tuple(frozenset({There(date, False)}) for date in (left, right) if not always_there(date))
    opposites = (_ordered(operator, left, right) for operator in _OPPOSITES[test.operator])
    return (*absent, *_any_of(opposites))


def _ordered(operator: str, left: DateExpression, right: DateExpression) -> Cases:
    facts: dict[str, tuple[tuple[Fact, ...], ...]] = {
        "<=": ((AtMost(left, right, 0),),),
        "<": ((AtMost(left, right, -1),),),
        ">=": ((AtMost(right, left, 0),),),
        ">": ((AtMost(right, left, -1),),),
        "=": ((AtMost(left, right, 0), AtMost(right, left, 0)),),
        "!=": ((AtMost(left, right, -1),), (AtMost(right, left, -1),)),
    }
    return tuple(frozenset(case) for case in facts[operator])
