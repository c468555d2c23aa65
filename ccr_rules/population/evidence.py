"""The table of evidence: the entries behind the names of each ruleset, for whomever it says something of.

Entries are those of candidates. What a ruleset says of others rests on no entry: if it did, they would be
candidates; it may rest on dates of the patient.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.columnar.evidence import Seen, evidence_of
from ccr_rules.evaluation.columnar.members import ListKey, list_numbers, membership, seen_entries
from ccr_rules.evaluation.columnar.plan import Population
from ccr_rules.evaluation.columnar.tables import Concept
from ccr_rules.evaluation.columnar.tracing import Traced, traced
from ccr_rules.evaluation.groups import Group
from ccr_rules.evaluation.program import Program, prompting
from ccr_rules.population.answers import TABLES
from ccr_rules.population.said import Said

Concepts = Callable[[pa.Array], Iterator[tuple[int, Concept]]]
"""Gives the concepts that have one of some numbers."""


class TracedGroups(NamedTuple):
    """Groups of rulesets that also say when their names are; `rulesets` with the group of each."""

    groups: tuple[Group, ...]
    rulesets: tuple[tuple[int, Traced], ...]


def traced_groups(groups: Sequence[Group], moment: Moment) -> TracedGroups:
    """Return groups that also say when the names of their rulesets are."""
    rulesets: list[tuple[int, Traced]] = []
    asked: list[Group] = []
    for place, group in enumerate(groups):
        several = [
            traced(each.ruleset, prompting=prompting(each.ruleset, moment.as_of)) for each in group.programs
        ]
        rulesets += ((place, each) for each in several)
        programs = tuple(Program(each.ruleset) for each in several)
        asked.append(Group(programs, group.codelists, group.index))
    return TracedGroups(tuple(asked), tuple(rulesets))


class Behind(NamedTuple):
    """What the evidence is looked for in: the tables of the data set, on the day of the question."""

    population: Population
    concepts: Concepts
    moment: Moment


def evidence(
    said: Said, tables: Iterable[ir.Table | None], tracing: TracedGroups, behind: Behind
) -> ir.Table | None:
    """Return the table of evidence for whom the other tables are about; None if they are about nobody.

    `said` has the answers of the groups in `tracing`.
    """
    about = [table.select("person", "ruleset") for table in tables if table is not None]
    if not about:
        return None
    whom = ibis.union(*about, distinct=True).cache()
    people = said.candidates.semi_join(whom, "person")
    entries = _entries(people, tracing.groups, behind).cache()
    numbers = list_numbers(tracing.groups)
    found: list[ir.Table] = []
    named: list[tuple[int, str, str]] = []
    for place, each in tracing.rulesets:
        uses = each.ruleset.codelists.items()
        lists = {alias: numbers[ListKey(place, use.codelist)] for alias, use in uses}
        hits = evidence_of(each, Seen(people, said.with_days, entries, lists), len(named))
        found += hits.tables
        reference = each.ruleset.reference
        named += ((leaf, reference, name) for leaf, names in hits.names.items() for name in names)
    if not found:
        return None
    names = behind.population.bring(_names(named))
    rows = ibis.union(*found).inner_join(names, "leaf").drop("leaf").distinct()
    who = behind.population.patients.select("person", "patient")
    told = rows.semi_join(whom, ["person", "ruleset"]).inner_join(who, "person")
    return told.select(*TABLES["evidence"].names).order_by("person", "ruleset", "name", "reference")


def _names(named: Sequence[tuple[int, str, str]]) -> pa.Table:
    leaf, ruleset, name = zip(*named, strict=True)
    return pa.table({"leaf": pa.array(leaf, pa.int32()), "ruleset": ruleset, "name": name})


def _entries(people: ir.Table, groups: Sequence[Group], behind: Behind) -> ir.Table:
    """Return the entries of some people that are in codelists, as they are seen on the day."""
    population, moment = behind.population, behind.moment
    born = population.patients.semi_join(people, "person").select("born_first", bound="person")
    ours = population.entries.inner_join(born, population.entries.person == born.bound).drop("bound").cache()
    named = ours.select("concept").distinct().to_pyarrow()["concept"].combine_chunks()
    table = membership(behind.concepts(named), groups, population.keeps)
    members = ours.inner_join(population.bring(table), "concept")
    return seen_entries(members, moment.as_of, moment.known_on, "reference")
