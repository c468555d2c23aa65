"""How many people are registered with a practice and living on the day of the question."""

from typing import Final

from ccr_rules.population.report.bounds import Bound
from ccr_rules.population.report.tables import Tables

_SIZES: Final = """
    SELECT practice, count_if(on_list = 'yes'), count_if(on_list <> 'no')
    FROM people GROUP BY practice ORDER BY practice
"""


def list_sizes(tables: Tables) -> dict[str, Bound]:
    """Return the list size of each practice; people whose dates leave it open are in the most only."""
    return {practice: Bound(least, most) for practice, least, most in tables.rows(_SIZES)}
