"""All conditions and all dates of a ruleset, wherever they stand."""

from collections.abc import Iterator

from ccr_rules.language.ast import ConditionExpression
from ccr_rules.language.ruleset import Apart, Indicator, Review, Ruleset


def all_conditions(ruleset: Ruleset) -> Iterator[ConditionExpression]:
    """Yield every condition, in the order of the sections."""
    for condition in ruleset.conditions.values():
        if not isinstance(condition.test, Apart):
            yield condition.test
    for indicator in ruleset.indicators.values():
        yield from _of_indicator(indicator)
    for review in ruleset.reviews.values():
        yield from _of_review(review)
    for item in ruleset.items.values():
        if item.applies is not None:
            yield item.applies
    for prompting in (ruleset.prompts, ruleset.payments, ruleset.findings):
        for rule in prompting.values():
            yield rule.when


def _of_indicator(indicator: Indicator) -> Iterator[ConditionExpression]:
    yield indicator.population
    for row in indicator.rows:
        if row.test is not None:
            yield row.test
    if indicator.numerator is not None:
        yield indicator.numerator


def _of_review(review: Review) -> Iterator[ConditionExpression]:
    yield review.applies
    if review.pause is not None:
        yield review.pause
