"""Whom to call for which review, the most urgent first: `worklist.csv`, and `cannot_tell.csv` beside it.

Whoever is no longer registered or has declined, and whose review is paused or has lapsed, stands apart at the
end: nobody is invited by mistake, and nobody is lost. A review that was done is in neither file.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa

from ccr_rules.language.ast import DateName
from ccr_rules.language.walk import walk
from ccr_rules.library.library import Library
from ccr_rules.population.report.files import write_query
from ccr_rules.population.report.invitations import count_invitations
from ccr_rules.population.report.rules import Rules
from ccr_rules.population.report.tables import Tables

WORKLIST: Final = "worklist.csv"
CANNOT_TELL: Final = "cannot_tell.csv"
ON_PAGE: Final = (
    *("patient", "practice", "review", "ruleset", "status", "days_left", "invitations", "last_invited"),
)
"""What the page shows of those to call."""

_REVIEWS: Final = """
    CREATE TEMP VIEW worked AS
    SELECT r.*, p.practice, p.on_list, coalesce(r.days_left, r.due_first - $day::DATE) AS urgency,
        CASE WHEN p.on_list = 'no' THEN 'not registered'
            WHEN r.status = 'lapsed' THEN 'too late'
            WHEN r.status = 'declined' THEN 'declined'
            WHEN r.paused = 'yes' THEN 'paused'
            ELSE 'to do' END AS list,
        CASE WHEN r.until_last < $day THEN 'no' WHEN r.until_first < $day THEN 'cannot tell' ELSE 'yes' END
            AS in_time,
        CASE WHEN l.list IS NOT NULL THEN coalesce(i.invited, 0) END AS invitations,
        CASE WHEN l.list IS NOT NULL AND (p.incomplete & l.needs) = 0 THEN coalesce(i.invited_most, 0) END
            AS invitations_most,
        i.last_invited, e.evidence
    FROM reviews r JOIN people p USING (person)
        LEFT JOIN invitation_lists l ON l.ruleset = r.ruleset
        LEFT JOIN invitations i
            ON i.person = r.person AND i.ruleset = r.ruleset AND i.review = r.review
        LEFT JOIN diagnoses e ON e.person = r.person AND e.ruleset = r.ruleset AND e.review = r.review
    WHERE r.status NOT IN ('done', 'done late')
"""
_DIAGNOSES: Final = """
    CREATE TEMP VIEW diagnoses AS
    SELECT e.person, e.ruleset, n.review,
        string_agg(DISTINCT e.reference, ' ' ORDER BY e.reference) AS evidence
    FROM evidence e JOIN diagnosis_names n ON n.ruleset = e.ruleset AND n.name = e.name
    GROUP BY ALL
"""
_LIST_ORDER: Final = "list <> 'to do', list <> 'paused', list <> 'too late', list <> 'declined'"
_DAYS: Final = """
    due_first, due_last, days_left, until_last AS until, in_time, done_first, done_last,
    declined_first, declined_last, paused, invitations, invitations_most, last_invited, evidence
"""
_WORKLIST: Final = f"""
    SELECT ruleset, review, list, row_number() OVER (
            PARTITION BY ruleset, review, list ORDER BY urgency NULLS LAST, person
        ) AS rank, patient, practice, on_list AS registered, status, {_DAYS}
    FROM worked WHERE status <> 'cannot tell'
    ORDER BY ruleset, review, {_LIST_ORDER}, rank
"""
_COUNTS: Final = "SELECT ruleset, review, list, status, count(*) AS people FROM worked GROUP BY ALL"
_CANNOT_TELL: Final = f"""
    SELECT ruleset, review, patient, practice, on_list AS registered,
        array_to_string(possible, '; ') AS possible, opens_first, opens_last, {_DAYS}
    FROM worked WHERE status = 'cannot tell'
    ORDER BY ruleset, review, on_list = 'no', urgency NULLS LAST, person
"""


def prepare_worklists(tables: Tables, rules: Rules, library: Library) -> None:
    """Make the view that both lists are read from."""
    count_invitations(tables, rules, library)
    names = list(diagnosis_names(rules))
    columns = zip(*names, strict=True) if names else ((), (), ())
    arrays = [pa.array(column, pa.string()) for column in columns]
    tables.give("diagnosis_names", pa.Table.from_arrays(arrays, ["ruleset", "review", "name"]))
    tables.run(_DIAGNOSES)
    tables.run(_REVIEWS.replace("$day", f"DATE '{tables.as_of}'"))


def write_worklists(tables: Tables, folder: Path) -> dict[str, int]:
    """Write both lists and return how many rows each has. Raises OSError."""
    queries = {WORKLIST: _WORKLIST, CANNOT_TELL: _CANNOT_TELL}
    return {name: write_query(tables, query, folder / name) for name, query in queries.items()}


def worklist_rows(tables: Tables, most: int) -> tuple[tuple[str, ...], list[tuple[str, ...]], int]:
    """Return the first of those to call: the columns, the rows, and how many more there are."""
    found = f"FROM ({_WORKLIST}) SELECT {', '.join(ON_PAGE)}"
    rows = tables.rows(f"{found} WHERE list = 'to do' ORDER BY days_left NULLS LAST, patient LIMIT {most}")
    (every,) = tables.rows(f"SELECT count(*) FROM ({_WORKLIST}) WHERE list = 'to do'")
    shown = [tuple("" if cell is None else str(cell) for cell in row) for row in rows]
    return tuple(name.replace("_", " ") for name in ON_PAGE), shown, every[0] - len(rows)


def worklist_counts(tables: Tables) -> list[tuple[str, str, str, str, int]]:
    """Return how many people are on each list: ruleset, review, list, status, people."""
    return [
        (ruleset, review, list_, status, people)
        for ruleset, review, list_, status, people in tables.rows(
            f"FROM ({_COUNTS}) ORDER BY ruleset, review, {_LIST_ORDER}, status"
        )
    ]


def diagnosis_names(rules: Rules) -> Iterator[tuple[str, str, str]]:
    """Yield the named dates from which each review opens."""
    for reference, ruleset in rules.items():
        for review in ruleset.reviews.values():
            for part in walk(review.opens):
                if isinstance(part, DateName):
                    yield reference, review.id, part.name
