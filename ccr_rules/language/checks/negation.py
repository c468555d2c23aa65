"""`not` over a comparison of a date that may be absent: it holds where nothing is known."""

from ccr_rules.language.ast import (
    And,
    Between,
    Choice,
    Compare,
    ConditionExpression,
    DateExpression,
    IsNull,
    Not,
    Or,
)
from ccr_rules.language.checks.plain_dates import always_there, plain, root
from ccr_rules.language.contents import all_conditions
from ccr_rules.language.report import Report
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.language.unparse import source

_Dates = frozenset[DateExpression]


def check_negations(ruleset: Ruleset, report: Report) -> None:
    """Warn of each such comparison, unless a test beside it settles whether the date is there."""
    for condition in all_conditions(ruleset):
        _visit(condition, False, frozenset(), ruleset, report)


def _visit(
    test: ConditionExpression, negated: bool, settled: _Dates, ruleset: Ruleset, report: Report
) -> None:
    match test:
        case Not(operand=operand):
            _visit(operand, not negated, settled, ruleset, report)
        case And(operands=operands) | Or(operands=operands):
            beside = settled | _settled(test, ruleset)
            for operand in operands:
                _visit(operand, negated, beside, ruleset, report)
        case Compare() | Between() if negated:
            _check(test, settled, ruleset, report)


def _settled(test: And | Or, ruleset: Ruleset) -> _Dates:
    """Return the dates that the other operands need not ask for: `x is not null and …`, `x is null or …`."""
    beside = [operand for operand in test.operands if isinstance(operand, IsNull)]
    return frozenset(
        root(plain(each.date, ruleset)) for each in beside if each.negated is isinstance(test, And)
    )


def _check(test: Compare | Between, settled: _Dates, ruleset: Ruleset, report: Report) -> None:
    dates = (test.left, test.right) if isinstance(test, Compare) else (test.date, test.low, test.high)
    for date in dates:
        if not _is_there(plain(date, ruleset), settled):
            written = source(date)
            message = f"`not` over a comparison of `{written}`, which may be absent: without it this holds"
            hint = f"write `{written} is null or …`, or `{written} is not null and …`"
            report.add("negated-comparison", message, test.at, found=source(test), hint=hint)


def _is_there(date: DateExpression, settled: _Dates) -> bool:
    date = root(date)
    if date in settled or always_there(date):
        return True
    return isinstance(date, Choice) and any(_is_there(each, settled) for each in date.dates)
