"""The one rewriting there is (SEMANTICS 6): what a date's own window already says.

Where D is defined with `from: E`, `D >= E` holds whenever D is there, even if neither is known to
the day; compared as intervals it would come out as unknown. So it becomes `D is not null`, and with
`to: E` so does `D <= E`. E is compared as written: a name is not looked through.
"""

from collections.abc import Mapping

from ccr_rules.language.ast import (
    And,
    Between,
    Compare,
    ConditionExpression,
    DateExpression,
    DateName,
    IsNull,
    Not,
    Or,
)
from ccr_rules.language.ruleset import Bound, Extreme

Dates = Mapping[str, Extreme]


def rewritten(condition: ConditionExpression, dates: Dates) -> ConditionExpression:
    """Return the condition with the identity of SEMANTICS 6 applied throughout."""
    match condition:
        case Not(operand=operand):
            return Not(rewritten(operand, dates), at=condition.at)
        case And(operands=operands):
            return And(tuple(rewritten(operand, dates) for operand in operands), at=condition.at)
        case Or(operands=operands):
            return Or(tuple(rewritten(operand, dates) for operand in operands), at=condition.at)
        case Between():
            return _between(condition, dates)
        case Compare():
            return _compare(condition, dates)
        case _:
            return condition


def _compare(test: Compare, dates: Dates) -> Compare | IsNull:
    left, right = test.left, test.right
    if test.operator == ">=":
        date = _window_says(left, _lower(left, dates), right) or _window_says(
            right, _upper(right, dates), left
        )
    elif test.operator == "<=":
        date = _window_says(left, _upper(left, dates), right) or _window_says(
            right, _lower(right, dates), left
        )
    else:
        date = None
    return test if date is None else IsNull(date, negated=True, at=test.at)


def _between(test: Between, dates: Dates) -> Between | And:
    """`between` is the conjunction of two comparisons; it is taken apart only if the identity fits one."""
    low = Compare(">=", test.date, test.low, at=test.at)
    high = Compare("<=", test.date, test.high, at=test.at)
    both = (_compare(low, dates), _compare(high, dates))
    return test if both == (low, high) else And(both, at=test.at)


def _window_says(date: DateExpression, bound: Bound | None, other: DateExpression) -> DateExpression | None:
    return date if bound and bound.inclusive and bound.date == other else None


def _lower(date: DateExpression, dates: Dates) -> Bound | None:
    return dates[date.name].lower if isinstance(date, DateName) and date.name in dates else None


def _upper(date: DateExpression, dates: Dates) -> Bound | None:
    return dates[date.name].upper if isinstance(date, DateName) and date.name in dates else None
