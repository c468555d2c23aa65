"""The possible statuses of a review as columns (SEMANTICS 21 to 24)."""

from collections.abc import Mapping

from ccr_rules.dates import Duration
from ccr_rules.evaluation.columnar.dates import DateColumn, shift
from ccr_rules.evaluation.columnar.logic import Bool, Day, Truths, every, not_after, opposite, sooner
from ccr_rules.evaluation.statuses import TIMELINE
from ccr_rules.language.ruleset import ReviewStatus

Statuses = Mapping[ReviewStatus, Bool]
"""For each status whether it is possible; exactly one of them is, where the review is settled."""


def possible_statuses(
    living: Truths,
    opens: DateColumn,
    due: DateColumn,
    done: DateColumn,
    declined: DateColumn,
    until: DateColumn,
    remind: Duration,
    today: Day,
) -> Statuses:
    """Return which statuses are possible; `living`: the review's own condition, and that the person lives."""
    found: dict[ReviewStatus, Bool] = {}
    on = every((living.possibly, opens.there))
    found["not applicable"] = opposite(every((living.surely, opens.sure)))
    found["done"] = every((on, done.there, not_after(done.first, due.last)))
    found["done late"] = every((on, done.there, sooner(due.first, done.last)))
    on = every((on, opposite(done.sure)))
    found["declined"] = every((on, declined.there))
    on = every((on, opposite(declined.sure)))
    found["lapsed"] = every((on, until.there, sooner(until.first, today)))
    on = every((on, opposite(every((until.there, sooner(until.last, today))))))
    found["upcoming"] = every((on, sooner(today, opens.last)))
    on = every((on, not_after(opens.first, today)))
    reminded = shift(due, remind, -1)
    found["overdue"] = every((on, sooner(due.first, today)))
    found["due soon"] = every((on, not_after(reminded.first, today), not_after(today, due.last)))
    found["open"] = every((on, sooner(today, reminded.last)))
    return {status: found[status] for status in TIMELINE}
