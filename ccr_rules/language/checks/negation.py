"""`not` over a comparison of a date that may be absent: it holds where nothing is known."""

from ccr_rules.language.ast import (
    And,
    Between,
    Compare,
    ConditionExpression,
    DateExpression,
    IsNull,
    Not,
    Or,
)
from ccr_rules.language.checks.plain_dates import always_there, plain, root
from ccr_rules.language.checks.presence import follows
from ccr_rules.language.contents import all_conditions
from ccr_rules.language.report import Report
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.language.unparse import source

_Dates = tuple[DateExpression, ...]


def check_negations(ruleset: Ruleset, report: Report) -> None:
    """Warn of each such comparison, unless a test beside it settles whether the date is there."""
    for condition in all_conditions(ruleset):
        _visit(condition, False, (), ruleset, report)


def _visit(
    test: ConditionExpression, negated: bool, settled: _Dates, ruleset: Ruleset, report: Report
) -> None:
    match test:
        case Not(operand=operand):
            _visit(operand, not negated, settled, ruleset, report)
        case And(operands=operands) | Or(operands=operands):
            beside = (*settled, *_settled(test, ruleset))
            for operand in operands:
                _visit(operand, negated, beside, ruleset, report)
        case Compare(left=left, right=right) if negated:
            _check(test, (left, right), settled, ruleset, report)
        case Between(date=date, low=low, high=high) if negated:
            _check(test, (date, low, high), settled, ruleset, report)
        case _:
            pass


def _settled(test: And | Or, ruleset: Ruleset) -> _Dates:
    """Return the dates that the other operands need not ask for: `x is not null and …`, `x is null or …`."""
    beside = [operand for operand in test.operands if isinstance(operand, IsNull)]
    return tuple(plain(each.date, ruleset) for each in beside if each.negated is isinstance(test, And))


def _check(test: Compare | Between, dates: _Dates, settled: _Dates, ruleset: Ruleset, report: Report) -> None:
    """Warn of the first date that may be absent; asking for it may settle the others."""
    for date in dates:
        wanted = plain(date, ruleset)
        if not always_there(wanted) and not any(follows(there, wanted, ruleset) for there in settled):
            written = source(root(date))
            message = f"`not` over a comparison of `{written}`, which may be absent: without it this holds"
            hint = f"write `{written} is null or …`, or `{written} is not null and …`"
            report.add("negated-comparison", message, test.at, found=source(test), hint=hint)
            return
