"""Dates reduced to what they are made of, so that two ways of writing one date are equal."""

from ccr_rules.dates import Duration, shift
from ccr_rules.language.ast import (
    AsOf,
    Choice,
    DateExpression,
    DateLiteral,
    DateName,
    ReviewDate,
    Shift,
)
from ccr_rules.language.ruleset import Ruleset


def plain(date: DateExpression, ruleset: Ruleset) -> DateExpression:
    """Return a date with lets, reviews' dates, parameters and sums of literals worked out."""
    match date:
        case DateName(name=name) if name in ruleset.lets:
            return plain(ruleset.lets[name].date, ruleset)
        case ReviewDate():
            behind = _behind(date, ruleset)
            return date if behind is None else plain(behind, ruleset)
        case DateLiteral(value=value):
            return DateLiteral(value, "")
        case Shift(date=inner, sign=sign, duration=duration):
            return _shifted(plain(inner, ruleset), sign, _plain_duration(duration))
        case Choice(pick=pick, dates=dates):
            return Choice(pick, tuple(plain(each, ruleset) for each in dates))
        case _:
            return date


def _behind(date: ReviewDate, ruleset: Ruleset) -> DateExpression | None:
    review = ruleset.reviews.get(date.review)
    if review is None:
        return None
    behind: DateExpression | None = getattr(review, date.field)
    return behind


def _shifted(inner: DateExpression, sign: int, duration: Duration) -> DateExpression:
    if isinstance(inner, DateLiteral):
        return DateLiteral(shift(inner.value, duration, sign), "")
    return Shift(inner, 1 if sign > 0 else -1, duration)


def _plain_duration(duration: Duration) -> Duration:
    if duration.unit == "year":
        return Duration(12 * duration.amount, "month")
    return Duration(7 * duration.amount, "day") if duration.unit == "week" else duration


def root(date: DateExpression) -> DateExpression:
    """Return the date that a shifted date is shifted from: both are there or neither is."""
    while isinstance(date, Shift):
        date = date.date
    return date


def always_there(date: DateExpression) -> bool:
    """Say whether a plain date can never be absent."""
    date = root(date)
    if isinstance(date, Choice):
        return any(always_there(each) for each in date.dates)
    return isinstance(date, AsOf | DateLiteral)


def known_to_the_day(date: DateExpression) -> bool:
    """Say whether a plain date holds no literal such as @2024-03, whose order within the month is open."""
    if isinstance(date, DateLiteral):
        return date.value.is_exact
    if isinstance(date, Choice):
        return all(known_to_the_day(each) for each in date.dates)
    return known_to_the_day(date.date) if isinstance(date, Shift) else True


def days_of(duration: Duration) -> tuple[int, int]:
    """Return the fewest and the most days that a plain duration can take, month ends included."""
    if duration.unit == "day":
        return duration.amount, duration.amount
    middle = duration.amount * 30_436_875 // 1_000_000
    return middle - 5, middle + 6
