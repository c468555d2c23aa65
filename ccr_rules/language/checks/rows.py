"""Decision rows that can never decide."""

from collections.abc import Sequence

from ccr_rules.language.ast import ConditionExpression
from ccr_rules.language.checks.cases import Cases, TooManyCases, cases_of
from ccr_rules.language.checks.facts import Case, can_hold
from ccr_rules.language.report import Report
from ccr_rules.language.ruleset import Indicator, Row, Ruleset
from ccr_rules.language.unparse import source

_HINT = 'delete it or move it up; if it must be listed, add `unreachable: "why it is listed"`'


def check_rows(ruleset: Ruleset, report: Report) -> None:
    """Report each row that no record can reach, unless it says why it is listed."""
    for indicator in ruleset.indicators.values():
        _check_indicator(indicator, ruleset, report)


def _check_indicator(indicator: Indicator, ruleset: Ruleset, report: Report) -> None:
    population = _cases(indicator.population, ruleset) or (frozenset(),)
    earlier: list[Cases] = []
    for number, row in enumerate(indicator.rows):
        cases = _cases(row.test, ruleset)
        is_last = row.test is None and number == len(indicator.rows) - 1
        if cases is not None and not is_last and row.unreachable is None:
            why = _why_unreachable(cases, earlier, population, ruleset)
            if why:
                message = f"row {number + 1} of `{indicator.id}` can never decide: {why}"
                report.add("unreachable-row", message, row.at, found=_written(row), hint=_HINT)
        earlier.append(cases or ())


def _cases(test: ConditionExpression | None, ruleset: Ruleset) -> Cases | None:
    """Return the cases of a test, or None if there are too many to say anything."""
    if test is None:
        return (frozenset(),)
    try:
        return cases_of(test, ruleset)
    except TooManyCases:
        return None


def _why_unreachable(cases: Cases, earlier: Sequence[Cases], population: Cases, ruleset: Ruleset) -> str:
    """Return why no record reaches a row, or nothing if one may."""
    everything = tuple(case for before in earlier for case in before)
    if not _none_can_hold(cases, everything, population, ruleset):
        return ""  # nor then does any one of the reasons below: each rests on less
    if _none_can_hold(cases, (), (frozenset(),), ruleset):
        return "its test never holds"
    if _none_can_hold(cases, (), population, ruleset):
        return "nobody for whom it holds is in the population"
    for number, before in enumerate(earlier, start=1):
        if _none_can_hold(cases, before, population, ruleset):
            return f"whenever it holds, row {number} holds and decides first"
    return "whenever it holds, one of the rows before it decides first"


def _none_can_hold(cases: Cases, others: Sequence[Case], population: Cases, ruleset: Ruleset) -> bool:
    return not any(can_hold(case | people, others, ruleset) for case in cases for people in population)


def _written(row: Row) -> str:
    return "otherwise" if row.test is None else source(row.test)
