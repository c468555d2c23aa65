"""Whether somebody lives, and is on the practice's list, as comparisons (SEMANTICS 15)."""

from collections.abc import Callable
from datetime import date

from ccr_rules.dates import DateValue, on
from ccr_rules.evaluation.decisions import death, of_days
from ccr_rules.evaluation.durable.conditions import Formula, at_most_days, conjunction, negation
from ccr_rules.evaluation.durable.inputs import Inputs
from ccr_rules.evaluation.frame import Frame

DayOf = Callable[[Frame], date]


def living(inputs: Inputs, day_of: DayOf = lambda frame: frame.as_of) -> Formula:
    """Somebody lives on a day: that of the question, if no other is named."""

    def died(frame: Frame) -> DateValue:
        return death(frame.view.record, day_of(frame), frame.view.moment.known_on)

    return negation(at_most_days(inputs.comparison("died by", died, lambda frame: on(day_of(frame))), 0))


def listed(inputs: Inputs, day_of: DayOf) -> Formula:
    """Somebody lives and is registered on a day."""

    def day(frame: Frame) -> DateValue:
        return on(day_of(frame))

    left = inputs.comparison("left by", lambda frame: of_days(frame.view.record.deregistered), day)
    joins = inputs.comparison("joins after", day, lambda frame: of_days(frame.view.record.registered))
    return conjunction(
        living(inputs, day_of), negation(at_most_days(left, 0)), negation(at_most_days(joins, -1))
    )
