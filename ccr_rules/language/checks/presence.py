"""When a date is there because another one is."""

from collections.abc import Iterable, Iterator

from ccr_rules.language.ast import Choice, DateExpression, DateName, ReviewDate
from ccr_rules.language.checks.plain_dates import always_there, plain, root
from ccr_rules.language.ruleset import Extreme, Ruleset
from ccr_rules.language.walk import walk


def follows(given: DateExpression, wanted: DateExpression, ruleset: Ruleset) -> bool:
    """Say whether one plain date is surely there whenever another one is; True is certain."""
    if always_there(wanted):
        return True
    if always_there(given):
        return False
    targets = set(any_of(wanted))
    return all(_leads_to(date, targets, ruleset) for date in any_of(given))


def any_of(date: DateExpression) -> Iterator[DateExpression]:
    """Yield the dates of which any one being there makes a plain date be there."""
    date = root(date)
    if isinstance(date, Choice):
        for each in date.dates:
            yield from any_of(each)
    else:
        yield date


def _leads_to(date: DateExpression, targets: set[DateExpression], ruleset: Ruleset) -> bool:
    """Say whether a date being there means that a target is: itself, or an end of its window."""
    if date in targets:
        return True
    ends = (plain(end, ruleset) for end in window_ends(date, ruleset))
    return any(_all_lead_to(any_of(end), targets, ruleset) for end in ends if not always_there(end))


def _all_lead_to(dates: Iterable[DateExpression], targets: set[DateExpression], ruleset: Ruleset) -> bool:
    return all(_leads_to(date, targets, ruleset) for date in dates)


def window_ends(date: DateExpression, ruleset: Ruleset) -> list[DateExpression]:
    """Return the ends of the window in which a date is looked for."""
    extreme = extreme_of(date, ruleset)
    return [bound.date for bound in (extreme.lower, extreme.upper) if bound] if extreme else []


def extreme_of(date: DateExpression, ruleset: Ruleset) -> Extreme | None:
    """Return the definition of a date, if it is one of `dates`."""
    return ruleset.dates.get(date.name) if isinstance(date, DateName) else None


def is_readable(date: DateExpression, ruleset: Ruleset) -> bool:
    """Say whether all that a plain date names could be read."""
    for part in walk(date):
        if isinstance(part, DateName) and part.name not in ruleset.dates:
            return False
        if isinstance(part, ReviewDate) and part.review not in ruleset.reviews:
            return False
    return True
