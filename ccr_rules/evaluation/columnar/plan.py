"""The answers of all rulesets about all people, from one read of the entries (SEMANTICS 27).

People are candidates if they have an entry of a codelist without which nothing can be said of anybody
(an anchor), or may lack one. Only candidates go through the strata of dates; the answer about everyone
else follows from the ruleset alone, and is the same for all but for their own dates.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.expr.operations import Literal

from ccr_rules.evaluation.columnar.compiler import ColumnCompiler, NotYetKnown
from ccr_rules.evaluation.columnar.decisions import Decisions
from ccr_rules.evaluation.columnar.graph import Node, Place, places, scan_of
from ccr_rules.evaluation.columnar.keeping import People
from ccr_rules.evaluation.columnar.logic import Bool
from ccr_rules.evaluation.columnar.members import (
    Keeps,
    ListKey,
    bits_of,
    kinds_of,
    list_numbers,
    membership,
    seen_entries,
)
from ccr_rules.evaluation.columnar.scans import KeptWindow, Scan, run_scans, window_between
from ccr_rules.evaluation.columnar.scope import (
    KeptScope,
    Names,
    NobodyScope,
    Question,
    review_columns,
)
from ccr_rules.evaluation.columnar.tables import Concept
from ccr_rules.evaluation.groups import Group
from ccr_rules.language.ruleset import Apart, Extreme, Ruleset


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
    columns, so that `others` holds nothing but their numbers.
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


class _Used(NamedTuple):
    """A ruleset, the group to which it belongs, and when each of its names is worked out."""

    ruleset: Ruleset
    group: int
    places: Mapping[Node, Place]


def evaluate(population: Population, groups: Sequence[Group], question: Question) -> Answers:
    """Answer everything that the rulesets of the groups ask about everybody."""
    used = [
        _Used(program.ruleset, place, places(program.ruleset))
        for place, group in enumerate(groups)
        for program in group.programs
    ]
    return _Plan(population, groups, question, used).answers()


class _Plan:
    def __init__(
        self, population: Population, groups: Sequence[Group], question: Question, used: Sequence[_Used]
    ) -> None:
        self.population = population
        self.groups = groups
        self.question = question
        self.used = used
        self.numbers = list_numbers(groups)
        gaps = population.patients.select("incomplete").distinct().to_pyarrow()
        self.lacking: int = reduce(or_, gaps["incomplete"].to_pylist(), 0)

    def answers(self) -> Answers:
        members = self._members()
        anchors = self._anchors()
        candidates = self._candidates(members, anchors)
        people = People(candidates, self.question.moment)
        kept = self._work_out(people, self._entries(members, people))
        columns: dict[str, Any] = {}
        for use, scope in zip(self.used, kept, strict=True):
            columns.update(_answer(use, scope, self.question))
        found = people.table.select("person", **columns)
        others = self.population.patients.anti_join(candidates, "person")
        return Answers(
            found, *_without_entries(others, self._said_of(People(others, self.question.moment), anchors))
        )

    # --- who -----------------------------------------------------------------------------------

    def _members(self) -> ir.Table:
        table = membership(self.population.concepts, self.groups, self.population.keeps)
        belongs = self.population.bring(table)
        entries = self.population.entries
        return entries.inner_join(belongs, "concept").drop("concept", "reference").cache()

    def _anchors(self) -> frozenset[ListKey]:
        """Return the lists without which nothing can be said; found by asking what would be said."""
        anchors: frozenset[ListKey] = frozenset()
        while True:
            try:
                self._said_of(People(self.population.patients, self.question.moment), anchors)
            except _Lacking as error:
                anchors |= {error.key}
            else:
                return anchors

    def _said_of(self, people: People, anchors: frozenset[ListKey]) -> dict[str, Any]:
        """Return the answers about people who have no entry of any anchor."""
        found: dict[str, Any] = {}
        for use in self.used:
            names = frozenset(key.name for key in anchors if key.group == use.group)
            scope = NobodyScope(people, self.question, use.ruleset, names)
            try:
                found.update(_answer(use, scope, self.question))
            except NotYetKnown as error:
                raise _Lacking(ListKey(use.group, error.codelist)) from None
        return found

    def _candidates(self, members: ir.Table, anchors: Iterable[ListKey]) -> ir.Table:
        patients = self.population.patients
        numbers = [self.numbers[key] for key in sorted(anchors)]
        with_entries = members.filter(members["list"].isin(numbers)).select("person").distinct()
        found = patients.semi_join(with_entries, "person")
        lacking = 0
        for key in anchors:
            lacking |= self._lacks(key)
        if lacking & self.lacking:
            found = patients.filter(
                ((patients.incomplete & lacking) != 0) | patients.person.isin(with_entries.person)
            )
        return found.cache()

    def _lacks(self, key: ListKey) -> int:
        return bits_of(kinds_of(self.groups[key.group].codelists[key.name], self.population.keeps))

    def _entries(self, members: ir.Table, people: People) -> ir.Table:
        own_days = () if self.question.moment else ("as_of", "known_on")
        born = people.table.select("born_first", *own_days, bound="person")
        ours = members.inner_join(born, members.person == born.bound).drop("bound")
        moment = People(ours, self.question.moment)
        return seen_entries(ours, moment.as_of, moment.known_on).cache()

    # --- dates, conditions, reviews ------------------------------------------------------------

    def _work_out(self, people: People, entries: ir.Table) -> list[KeptScope]:
        scopes = [KeptScope(people, self.question, {}) for _ in self.used]
        last = max((place.stratum for use in self.used for place in use.places.values()), default=0)
        for stratum in range(last + 1):
            self._scan(people, entries, scopes, stratum)
            levels = {p.level for use in self.used for p in use.places.values() if p.stratum == stratum} - {0}
            for level in sorted(levels):
                for use, scope in zip(self.used, scopes, strict=True):
                    _keep_level(use, scope, Place(stratum, level))
                people.settle()
            people.table = people.table.cache()
        return scopes

    def _scan(self, people: People, entries: ir.Table, scopes: Sequence[KeptScope], stratum: int) -> None:
        targets: list[tuple[KeptScope, Node]] = []
        scans: list[Scan] = []
        for use, scope in zip(self.used, scopes, strict=True):
            for node, place in use.places.items():
                definition = scan_of(use.ruleset, node)
                if place.stratum == stratum and definition is not None:
                    targets.append((scope, node))
                    scans.append(self._scan_of(use, scope, definition))
        if not scans:
            return
        for (scope, node), value in zip(targets, run_scans(people, entries, scans), strict=True):
            scope.kept[node] = people.keep_date(value) if node.kind == "date" else people.keep_truths(value)
        people.settle()

    def _scan_of(self, use: _Used, scope: KeptScope, definition: Extreme | Apart) -> Scan:
        compiler = ColumnCompiler(use.ruleset, scope)
        lower, upper = definition.lower, definition.upper
        window = window_between(
            compiler.date(lower.date) if lower else None,
            lower is None or lower.inclusive,
            compiler.date(upper.date) if upper else None,
            upper is None or upper.inclusive,
        )
        key = ListKey(use.group, use.ruleset.codelists[definition.codelist].codelist)
        lacks = 0 if definition.assume_none else self._lacks(key) & self.lacking
        people = scope.people
        missing: Bool = (people.table.incomplete & lacks) != 0 if lacks else False
        kept = KeptWindow(*(people.keep(part) for part in window))
        return Scan(definition, self.numbers[key], kept, people.keep(missing))


class _Lacking(Exception):
    def __init__(self, key: ListKey) -> None:
        super().__init__(key)
        self.key = key


def _answer(use: _Used, scope: Names, question: Question) -> dict[str, Any]:
    compiler = ColumnCompiler(use.ruleset, scope)
    reviews = {id_: review_columns(each, compiler, scope) for id_, each in use.ruleset.reviews.items()}
    decisions = Decisions(use.ruleset, compiler, scope, prompting=prompts_on(use.ruleset, question))
    return dict(decisions.columns(reviews))


def _without_entries(others: ir.Table, columns: Mapping[str, Any]) -> tuple[ir.Table, dict[str, Any]]:
    """Part the answers that are the same for all from those that are not."""
    same = {name: column.op().value for name, column in columns.items() if isinstance(column.op(), Literal)}
    differing = {name: column for name, column in columns.items() if name not in same}
    return others.select("person", **differing), same


def prompts_on(ruleset: Ruleset, question: Question) -> bool:
    """Say whether a ruleset prompts on the day of the question (on any, where each person has their own)."""
    in_force = question.moment is None or ruleset.in_force(question.moment.as_of)
    return in_force and ruleset.status != "retired"


def _keep_level(use: _Used, scope: KeptScope, wanted: Place) -> None:
    compiler = ColumnCompiler(use.ruleset, scope)
    people = scope.people
    for node, place in use.places.items():
        if place != wanted:
            continue
        match node.kind:
            case "date":
                scope.kept[node] = people.keep_date(compiler.date(use.ruleset.lets[node.name].date))
            case "condition":
                test: Any = use.ruleset.conditions[node.name].test
                scope.kept[node] = people.keep_truths(compiler.condition(test))
            case _:
                statuses = review_columns(use.ruleset.reviews[node.name], compiler, scope).statuses
                scope.kept[node] = {word: people.keep(flag) for word, flag in statuses.items()}
