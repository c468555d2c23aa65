"""How often somebody was invited to a review since the diagnosis: the invitation entries of the data set.

They belong to the codelist by the same index, and exist as of the day by the same rules, as for the
evaluator.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.codelists.index import CodelistIndex
from ccr_rules.evaluation.columnar.members import (
    bits_of,
    kinds_of,
    membership,
    read_concepts,
    seen_entries,
)
from ccr_rules.evaluation.columnar.tables import Concept
from ccr_rules.evaluation.groups import Group
from ccr_rules.language.ruleset import CodelistUse
from ccr_rules.library.library import Library
from ccr_rules.population.answers import Answered
from ccr_rules.population.parts import part_path
from ccr_rules.population.report.rules import Rules
from ccr_rules.population.report.tables import Tables

CODELIST: Final = "cancer-invitation"

_COUNTED: Final = """
    CREATE TEMP TABLE invitations AS
    SELECT r.person, r.ruleset, r.review,
        count(DISTINCT i.entry) FILTER (i.sure AND i.clinical_first >= r.opens_last) AS invited,
        count(DISTINCT i.entry) FILTER (i.clinical_last >= r.opens_first) AS invited_most,
        max(i.clinical_last) FILTER (i.sure AND i.clinical_first >= r.opens_last) AS last_invited
    FROM reviews r JOIN invitation_lists l USING (ruleset)
        JOIN invitation_entries i ON i.person = r.person AND i.list = l.list AND i.state = 'done'
    GROUP BY ALL
"""


class Invited(NamedTuple):
    """The invitation list of a ruleset."""

    ruleset: str
    codelist: Codelist


def count_invitations(tables: Tables, rules: Rules, library: Library) -> None:
    """Make the tables `invitations` and `invitation_lists`, with the kinds of resource that a list needs."""
    lists = list(_lists(tables, rules, library))
    groups = [Group((), {CODELIST: each}, _index(each, library)) for _, each in lists]
    keeps = tables.dataset.keeps
    tables.give(
        "invitation_lists",
        pa.table(
            {
                "ruleset": pa.array([each.ruleset for each in lists], pa.string()),
                "list": pa.array(range(len(lists)), pa.int32()),
                "needs": pa.array([bits_of(kinds_of(each.codelist, keeps)) for each in lists], pa.int32()),
            }
        ),
    )
    connection = tables.engine.connection
    belongs = tables.engine.bring(membership(_concepts(tables), groups, keeps))
    entries, people, reviews = (connection.table(name) for name in ("entries", "people", "reviews"))
    reviewed = people.semi_join(reviews, "person").select("born_first", bound="person")
    members = entries.inner_join(belongs, "concept").drop("concept", "reference")
    ours = members.inner_join(reviewed, members.person == reviewed.bound).drop("bound")
    seen = seen_entries(ours, tables.as_of, tables.answered.known_on)
    connection.create_table("invitation_entries", seen, temp=True)
    tables.run(_COUNTED)


def _lists(tables: Tables, rules: Rules, library: Library) -> Iterator[Invited]:
    for reference, ruleset in rules.items():
        for use in ruleset.codelists.values():
            if use.codelist == CODELIST:
                release = _release_used(tables.answered, use)
                yield Invited(reference, library.codelist(CODELIST, release))


def _release_used(answered: Answered, use: CodelistUse) -> str | None:
    """Return the release with which the ruleset was asked; None is the newest.

    Where rulesets used several releases, each used the one that it names.
    """
    used = answered.releases.get(CODELIST, "")
    return use.release if not used or "," in used else used


def _index(codelist: Codelist, library: Library) -> CodelistIndex:
    return CodelistIndex([codelist], [library.codelist(name) for name in codelist.excludes])


def _concepts(tables: Tables) -> Iterator[tuple[int, Concept]]:
    for part in tables.dataset.parts:
        yield from read_concepts(pq.read_table(part_path(tables.data, "concepts", part.part)))
