"""How many people are registered with a practice and living on the day of the question (SEMANTICS 15)."""

from typing import Final

from ccr_rules.dates import CALENDAR_START
from ccr_rules.population.report.bounds import Bound
from ccr_rules.population.report.tables import Tables

_SIZES: Final = """
    WITH told AS (
        SELECT practice,
            (died_first IS NOT NULL OR is_dead) AND coalesce(died_first, $start) <= $day AS may_be_dead,
            (died_first IS NOT NULL OR is_dead) AND coalesce(died_last, $known_on) <= $day AS is_dead,
            coalesce(deregistered_first <= $day OR registered_last > $day, false) AS may_be_away,
            coalesce(deregistered_last <= $day OR registered_first > $day, false) AS is_away
        FROM people
    )
    SELECT practice, count_if(NOT may_be_dead AND NOT may_be_away), count_if(NOT is_dead AND NOT is_away)
    FROM told GROUP BY practice ORDER BY practice
"""


def list_sizes(tables: Tables) -> dict[str, Bound]:
    """Return the list size of each practice; people whose dates leave it open are in the most only."""
    days = {"start": CALENDAR_START, "day": tables.as_of, "known_on": tables.answered.known_on}
    return {practice: Bound(least, most) for practice, least, most in tables.rows(_SIZES, days)}
