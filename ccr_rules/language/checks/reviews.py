"""Reviews whose dates could not do their work."""

from ccr_rules.language.ast import Choice, DateExpression
from ccr_rules.language.checks.plain_dates import plain
from ccr_rules.language.checks.presence import any_of, extreme_of, follows, is_readable
from ccr_rules.language.codes import Code
from ccr_rules.language.report import Report
from ccr_rules.language.ruleset import Review, Ruleset
from ccr_rules.language.unparse import source


def check_reviews(ruleset: Ruleset, report: Report) -> None:
    """Report reviews that could open without being due, or count what was done before."""
    for review in ruleset.reviews.values():
        _check_follows(review, "due", review.due, ruleset, report)
        if review.until is not None:
            _check_follows(review, "until", review.until, ruleset, report)
        _check_anchored(review, "done", review.done, ruleset, report)
        if review.declined is not None:
            _check_anchored(review, "declined", review.declined, ruleset, report)
        _check_done_is_earliest(review, ruleset, report)


_FOLLOWING: dict[str, tuple[Code, str]] = {
    "due": ("due-may-be-absent", "without being due"),
    "until": ("until-may-be-absent", "without an end"),
}


def _check_follows(
    review: Review, field: str, date: DateExpression, ruleset: Ruleset, report: Report
) -> None:
    opens, following = plain(review.opens, ruleset), plain(date, ruleset)
    if not (is_readable(opens, ruleset) and is_readable(following, ruleset)):
        return
    if not follows(opens, following, ruleset):
        code, consequence = _FOLLOWING[field]
        message = (
            f"the review `{review.id}` can open {consequence}: `{field}` can be absent where `opens` is there"
        )
        hint = f"make `{field}` from the dates of `opens`"
        report.add(code, message, date.at, found=source(date), hint=hint)


def _check_anchored(
    review: Review, field: str, date: DateExpression, ruleset: Ruleset, report: Report
) -> None:
    plain_date = plain(date, ruleset)
    parts = plain_date.dates if isinstance(plain_date, Choice) else (plain_date,)
    for part in parts:
        extreme = extreme_of(part, ruleset)
        if (extreme is None or extreme.lower is None) and is_readable(part, ruleset):
            message = f"`{field}` of the review `{review.id}` could count what was there before it opened"
            hint = "use a date defined with `from` or `after`, or `earlier(…)` of such dates"
            report.add("done-unanchored", message, date.at, found=source(part), hint=hint)


def _check_done_is_earliest(review: Review, ruleset: Ruleset, report: Report) -> None:
    done = plain(review.done, ruleset)
    for date in any_of(done):
        extreme = extreme_of(date, ruleset)
        if extreme and extreme.pick != "earliest":
            message = f"`done` of the review `{review.id}` rests on a latest entry: another one would move it"
            hint = f"define `{extreme.name}` with `earliest`"
            report.add("done-not-earliest", message, review.done.at, found=extreme.name, hint=hint)
    if isinstance(done, Choice) and done.pick != "earlier":
        message = f"`done` of the review `{review.id}` is not the first that counts"
        report.add("done-not-earliest", message, review.done.at, found=source(done), hint="use `earlier(…)`")
