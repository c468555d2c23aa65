"""What is to be done: who was newly diagnosed, which reviews come due when, who was invited; by practice."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from ccr_rules.dates import Duration, shift_day
from ccr_rules.population.report.tables import Tables

MONTHS: Final = 12


class Need(NamedTuple):
    """So many people of a practice, at least and at most; `id` is a review, or empty for a whole ruleset."""

    practice: str
    ruleset: str
    topic: str
    id: str
    measure: str
    least: int
    most: int


_DIAGNOSED: Final = """
    WITH told AS (
        SELECT person, ruleset,
            coalesce(bool_or(NOT list_contains(coalesce(possible, []), 'not applicable')
                AND opens_first > $year_ago AND opens_last <= $day), false) AS surely,
            coalesce(bool_or(opens_last > $year_ago AND opens_first <= $day), false) AS possibly
        FROM reviews GROUP BY person, ruleset
    )
    SELECT practice, ruleset, 'newly diagnosed', '', 'in the last 12 months',
        count_if(surely), count_if(surely OR possibly)
    FROM told JOIN people USING (person) GROUP BY ALL
"""
_NEEDED: Final = """
    WITH told AS (
        SELECT practice, ruleset, review, status, possible,
            CASE WHEN strftime(due_first, '%Y-%m') = strftime(due_last, '%Y-%m')
                THEN strftime(due_first, '%Y-%m') ELSE 'month not settled' END AS month,
            status IN ('upcoming', 'open', 'due soon') AS surely
        FROM worked
        WHERE list = 'to do' AND due_first <= $year_ahead
            AND (status IN ('upcoming', 'open', 'due soon', 'overdue')
                OR list_has_any(possible, ['upcoming', 'open', 'due soon', 'overdue']))
    )
    SELECT practice, ruleset, 'reviews needed', review,
        CASE WHEN status = 'overdue' THEN 'overdue now' WHEN status = 'cannot tell' THEN 'cannot tell'
            ELSE month END AS measure,
        count_if(status <> 'cannot tell'), count(*)
    FROM told GROUP BY ALL
"""
_INVITED: Final = """
    WITH told AS (
        SELECT practice, ruleset, review, invitations AS surely, invitations_most AS possibly
        FROM worked
        WHERE list = 'to do' AND invitations IS NOT NULL AND status IN ('open', 'due soon', 'overdue')
    )
    SELECT practice, ruleset, 'invitations', review,
        CASE WHEN possibly IS NULL OR least(surely, 2) <> least(possibly, 2) THEN 'cannot tell'
            WHEN surely = 0 THEN 'not invited yet' WHEN surely = 1 THEN 'invited once'
            ELSE 'invited twice or more' END AS measure,
        count(*), count(*)
    FROM told GROUP BY ALL
"""


def needs_of(tables: Tables) -> Iterator[Need]:
    """Yield what is to be done in each practice."""
    day = tables.as_of
    year = Duration(MONTHS, "month")
    days = {"day": day, "year_ago": shift_day(day, year, -1), "year_ahead": shift_day(day, year, 1)}
    for query, names in (
        (_DIAGNOSED, ("day", "year_ago")),
        (_NEEDED, ("year_ahead",)),
        (_INVITED, ()),
    ):
        for row in tables.rows(f"{query} ORDER BY ALL", {name: days[name] for name in names}):
            yield Need._make(row)
