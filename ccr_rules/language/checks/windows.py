"""Windows of dates that no day can lie in."""

from collections.abc import Iterator

from ccr_rules.language.ast import Place
from ccr_rules.language.checks.facts import AtMost, Facts, There
from ccr_rules.language.checks.plain_dates import known_to_the_day, plain
from ccr_rules.language.report import Report
from ccr_rules.language.ruleset import Apart, Bound, Ruleset
from ccr_rules.language.unparse import source


def check_windows(ruleset: Ruleset, report: Report) -> None:
    """Report each window whose lower end is never before its upper end."""
    for name, lower, upper, at in _windows(ruleset):
        if _never_opens(lower, upper, ruleset):
            written = f"{_word(lower, 'from', 'after')} {source(lower.date)}, "
            written += f"{_word(upper, 'to', 'before')} {source(upper.date)}"
            message = f"the window of `{name}` never opens: no day lies in it"
            hint = "the lower end must come before the upper end"
            report.add("window-never-opens", message, at, found=written, hint=hint)


def _windows(ruleset: Ruleset) -> Iterator[tuple[str, Bound, Bound, Place]]:
    for date in ruleset.dates.values():
        if date.lower and date.upper:
            yield date.name, date.lower, date.upper, date.lower.date.at
    for condition in ruleset.conditions.values():
        test = condition.test
        if isinstance(test, Apart) and test.lower and test.upper:
            yield condition.name, test.lower, test.upper, test.lower.date.at


def _never_opens(lower: Bound, upper: Bound, ruleset: Ruleset) -> bool:
    low, high = plain(lower.date, ruleset), plain(upper.date, ruleset)
    if not (known_to_the_day(low) and known_to_the_day(high)):
        return False
    ends = Facts(ruleset, [There(low, True), There(high, True)])
    if ends.contradictory:
        return False  # an end has a window of its own that never opens, and is reported there
    ends.add([AtMost(low, high, (lower.inclusive - 1) + (upper.inclusive - 1))])
    return ends.contradictory


def _word(bound: Bound, inclusive: str, exclusive: str) -> str:
    return inclusive if bound.inclusive else exclusive
