"""The answers of all rulesets about all people, from one read of the entries (SEMANTICS 27).

People are candidates if they have an entry of a codelist without which nothing can be said of anybody
(an anchor), or may lack one. Only candidates go through the strata of dates; the answer about everyone
else follows from the ruleset alone, and is the same for all but for their own dates. So does the answer
about candidates of whom no entry of any codelist is known: they differ only in which kinds they lack.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.expr.operations import Literal

from ccr_rules.evaluation.columnar.keeping import People, projected
from ccr_rules.evaluation.columnar.members import Keeps, ListKey, membership, seen_entries
from ccr_rules.evaluation.columnar.nobody import Columns, answer, said_of_nobody
from ccr_rules.evaluation.columnar.scope import Question
from ccr_rules.evaluation.columnar.strata import (
    FromEntries,
    Lists,
    Source,
    Strata,
    WithoutEntries,
    used_rulesets,
)
from ccr_rules.evaluation.columnar.tables import PERIODS, Concept
from ccr_rules.evaluation.groups import Group

ALIKE_FROM: Final = 10_000
"""Where so many people lack the same kinds, what is said of those without entries is worked out once."""

MOST_ALIKE: Final = 4
"""For how many combinations of kinds, at most."""


class Population(NamedTuple):
    """The tables of `tables.py` in one engine, and their concepts; `keeps` as in the host's profile.

    `bring` brings a small table into that engine; not every engine finds one that Ibis keeps in memory.
    """

    patients: ir.Table
    entries: ir.Table
    concepts: Iterable[tuple[int, Concept]]
    keeps: Keeps = MappingProxyType({})
    bring: Callable[[pa.Table], ir.Table] = ibis.memtable


class Answers(NamedTuple):
    """What was found: a row for each candidate, and for each other person what is not the same for all.

    `same` are the columns whose value is one for all others, by name; for most rulesets these are all
    columns, so that `others` holds nothing but their numbers. A table is worked out when it is read, and
    again when it is read again: whoever reads `candidates` more than once keeps it (`.cache()`).
    """

    candidates: ir.Table
    others: ir.Table
    same: Mapping[str, Any]

    @property
    def everybody(self) -> ir.Table:
        """A row for each person."""
        types = self.candidates.schema()
        same = {name: ibis.literal(value, type=types[name]) for name, value in self.same.items()}
        others = self.others.mutate(**same).cast(types).select(*self.candidates.columns)
        return ibis.union(self.candidates, others)


def evaluate(
    population: Population, groups: Sequence[Group], question: Question, alike_from: int = ALIKE_FROM
) -> Answers:
    """Answer everything that the rulesets of the groups ask about everybody.

    `alike_from` changes how, never what is answered.
    """
    return _Plan(population, groups, question, alike_from).answers()


class _Plan:
    def __init__(
        self, population: Population, groups: Sequence[Group], question: Question, alike_from: int
    ) -> None:
        self.population = population
        self.groups = groups
        self.question = question
        self.used = used_rulesets(groups)
        self.lists = Lists(groups, population.keeps)
        self.patients = population.patients.select(*_own_columns(question))
        self.gaps = self._gaps()
        self.lacking: int = reduce(or_, self.gaps, 0)
        self.alike_from = alike_from

    def answers(self) -> Answers:
        anchors, said = said_of_nobody(People(self.patients, self.question.moment), self.used, self.question)
        members = self._members()
        unsure = self.lacking & reduce(or_, (self.lists.kinds[key] for key in anchors), 0)
        alike = self._alike(unsure)
        candidates = self._candidates(members, anchors, unsure, alike)
        entries = self._entries(members, candidates)
        found = self._answered(candidates, FromEntries(entries, self.lacking))
        blocks = [self._answered(self._without(members, lacks), WithoutEntries(lacks)) for lacks in alike]
        rest = self.patients.filter((self.patients.incomplete & unsure) == 0) if unsure else self.patients
        others, same = _parted(rest.anti_join(candidates, "person"), said)
        if blocks:
            found = ibis.union(found, *(block.cast(found.schema()) for block in blocks))
        return Answers(found, others, same)

    def _answered(self, table: ir.Table, source: Source) -> ir.Table:
        people = People(table, self.question.moment)
        scopes = Strata(people, self.question, self.used, self.lists).work_out(source)
        columns: dict[str, Any] = {}
        for use, scope in zip(self.used, scopes, strict=True):
            columns.update(answer(use, scope, self.question))
        return projected(people.table, ["person"], columns)

    # --- who -----------------------------------------------------------------------------------

    def _gaps(self) -> dict[int, int]:
        """Return how many people lack each combination of the kinds that matter, as bits."""
        matter = reduce(or_, self.lists.kinds.values(), 0)
        counted = self.patients.group_by("incomplete").aggregate(people=ibis._.count()).to_pyarrow()
        gaps: dict[int, int] = {}
        for row in counted.to_pylist():
            lacks = row["incomplete"] & matter
            gaps[lacks] = gaps.get(lacks, 0) + row["people"]
        return gaps

    def _members(self) -> ir.Table:
        table = membership(self.population.concepts, self.groups, self.population.keeps)
        belongs = self.population.bring(table)
        entries = self.population.entries
        return entries.inner_join(belongs, "concept").drop("concept", "reference").cache()

    def _alike(self, unsure: int) -> list[int]:
        """Return the combinations of kinds that many candidates lack."""
        often = [lacks for lacks, people in self.gaps.items() if lacks & unsure and people >= self.alike_from]
        return sorted(often, key=lambda lacks: (-self.gaps[lacks], lacks))[:MOST_ALIKE]

    def _lacks(self) -> Any:
        return self.patients.incomplete & reduce(or_, self.lists.kinds.values(), 0)

    def _candidates(
        self, members: ir.Table, anchors: Iterable[ListKey], unsure: int, alike: Sequence[int]
    ) -> ir.Table:
        """Return who goes through the strata."""
        patients = self.patients
        numbers = [self.lists.numbers[key] for key in sorted(anchors)]
        anchored = members.filter(members["list"].isin(numbers)).select("person").distinct()
        if not unsure:
            return patients.semi_join(anchored, "person").cache()
        lacks = (patients.incomplete & unsure) != 0
        if not alike:
            return patients.filter(lacks | patients.person.isin(anchored.person)).cache()
        known = members.select("person").distinct()
        alone = patients.person.isin(known.person) | self._lacks().notin(alike)
        return patients.filter((lacks & alone) | patients.person.isin(anchored.person)).cache()

    def _without(self, members: ir.Table, lacks: int) -> ir.Table:
        """Return the people who lack some kinds and of whom no entry is known."""
        return self.patients.filter(self._lacks() == lacks).anti_join(members, "person")

    def _entries(self, members: ir.Table, candidates: ir.Table) -> ir.Table:
        own_days = () if self.question.moment else ("as_of", "known_on")
        born = candidates.select("born_first", *own_days, bound="person")
        ours = members.inner_join(born, members.person == born.bound).drop("bound")
        moment = People(ours, self.question.moment)
        return seen_entries(ours, moment.as_of, moment.known_on).cache()


def _own_columns(question: Question) -> list[str]:
    """Return the columns of a person that answers can rest on."""
    columns = ["person", *(f"{name}_{end}" for name in PERIODS for end in ("first", "last"))]
    columns += ["is_dead", "incomplete"]
    if question.moment is None:
        columns += ["as_of", "known_on"]
    if question.in_consultation:
        columns += ["mode", "consulted_first", "consulted_last"]
    return columns


def _parted(others: ir.Table, columns: Columns) -> tuple[ir.Table, dict[str, Any]]:
    """Part the answers that are the same for all from those that are not."""
    same = {name: column.op().value for name, column in columns.items() if isinstance(column.op(), Literal)}
    differing = {name: column for name, column in columns.items() if name not in same}
    return others.select("person", **differing), same
