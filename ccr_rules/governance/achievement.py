"""The points that a practice achieves for an indicator, from its counts.

Up to the lower threshold nothing is achieved, from there on the points rise, and at the upper threshold all
of them are achieved ("How are the points calculated?", the FAQ of the QOF database,
https://gpcontract.co.uk/faq/quality-and-outcomes-framework/). That they rise in a straight line is how the
Statement of Financial Entitlements is understood; its text was not at hand.
"""

from decimal import Decimal

from ccr_rules.errors import UsageError
from ccr_rules.language.ruleset import Indicator


def achieved_points(indicator: Indicator, numerator: int, denominator: int) -> Decimal:
    """Return the points achieved, not rounded.

    `denominator` counts the people whom the indicator includes: exclusions and personalised care adjustments
    (until 2018/19 exceptions) are in neither count. Where nobody is included nothing is achieved. What a
    practice is paid depends on more: protected income, prevalence, list size.

    Raises UsageError for counts that cannot be, and for an indicator that counts do not achieve: a register
    has no thresholds.
    """
    id_, points, thresholds = indicator.id, indicator.points, indicator.thresholds
    if points is None or thresholds is None:
        missing = "points" if points is None else "thresholds"
        raise UsageError(f"{id_} has no {missing}; counts achieve an indicator that has both")
    if not 0 <= numerator <= denominator:
        found = f"{numerator} of {denominator} cannot be counts of {id_}"
        raise UsageError(f"{found}; the numerator counts some of the people of the denominator")
    lower, upper = thresholds
    above = 100 * numerator - lower * denominator
    if denominator == 0 or above < 0:
        return Decimal(0)
    if 100 * numerator >= upper * denominator:
        return points
    return points * above / ((upper - lower) * denominator)
