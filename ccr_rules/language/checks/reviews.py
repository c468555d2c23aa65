"""Reviews whose dates could not do their work."""

from collections.abc import Iterator

from ccr_rules.language.ast import Choice, DateExpression, DateName
from ccr_rules.language.checks.plain_dates import always_there, plain, root
from ccr_rules.language.report import Report
from ccr_rules.language.ruleset import Extreme, Review, Ruleset
from ccr_rules.language.unparse import source


def check_reviews(ruleset: Ruleset, report: Report) -> None:
    """Report reviews that could open without being due, or count what was done before."""
    for review in ruleset.reviews.values():
        _check_due(review, ruleset, report)
        _check_done(review, ruleset, report)
        if review.declined is not None:
            _check_anchored(review, "declined", review.declined, ruleset, report)


def _check_due(review: Review, ruleset: Ruleset, report: Report) -> None:
    opens, due = plain(review.opens, ruleset), plain(review.due, ruleset)
    if not _follows(opens, due, ruleset):
        message = (
            f"the review `{review.id}` can open without being due: `due` may be absent where `opens` is there"
        )
        hint = "make `due` from the dates of `opens`"
        report.add("due-may-be-absent", message, review.due.at, found=source(review.due), hint=hint)


def _follows(opens: DateExpression, due: DateExpression, ruleset: Ruleset) -> bool:
    """Say whether one date is surely there whenever another one is."""
    if always_there(due):
        return True
    wanted = set(_any_of(due))
    if always_there(opens):
        return False
    return all(_leads_to(date, wanted, ruleset) for date in _any_of(opens))


def _any_of(date: DateExpression) -> Iterator[DateExpression]:
    """Yield the dates of which any one being there makes this one be there."""
    date = root(date)
    if isinstance(date, Choice):
        for each in date.dates:
            yield from _any_of(each)
    else:
        yield date


def _leads_to(date: DateExpression, wanted: set[DateExpression], ruleset: Ruleset) -> bool:
    """Say whether a date being there means that one of those wanted is: itself, or an end of its window."""
    if date in wanted:
        return True
    extreme = ruleset.dates.get(date.name) if isinstance(date, DateName) else None
    bounds = (extreme.lower, extreme.upper) if extreme else ()
    ends = [plain(bound.date, ruleset) for bound in bounds if bound]
    return any(
        not always_there(end) and all(_leads_to(part, wanted, ruleset) for part in _any_of(end))
        for end in ends
    )


def _check_done(review: Review, ruleset: Ruleset, report: Report) -> None:
    _check_anchored(review, "done", review.done, ruleset, report)
    for date in _any_of(plain(review.done, ruleset)):
        extreme = _extreme(date, ruleset)
        if extreme and extreme.pick != "earliest":
            message = (
                f"`done` of the review `{review.id}` rests on the latest entry: a later one would undo it"
            )
            hint = f"define `{extreme.name}` with `earliest`"
            report.add("done-not-earliest", message, review.done.at, found=extreme.name, hint=hint)


def _check_anchored(
    review: Review, field: str, date: DateExpression, ruleset: Ruleset, report: Report
) -> None:
    plain_date = plain(date, ruleset)
    parts = plain_date.dates if isinstance(plain_date, Choice) else (plain_date,)
    for part in parts:
        extreme = _extreme(part, ruleset)
        if extreme is None or extreme.lower is None:
            message = (
                f"`{field}` of the review `{review.id}` could count what was there before the review opened"
            )
            hint = "use a date defined with `from` or `after`, or `earlier(…)` of such dates"
            report.add("done-unanchored", message, date.at, found=source(part), hint=hint)


def _extreme(date: DateExpression, ruleset: Ruleset) -> Extreme | None:
    return ruleset.dates.get(date.name) if isinstance(date, DateName) else None
