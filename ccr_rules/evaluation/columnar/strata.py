"""Works out every name that the answers need, stratum by stratum, over one table of people."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import ibis.expr.types as ir

from ccr_rules.evaluation.columnar.compiler import ColumnCompiler
from ccr_rules.evaluation.columnar.graph import Node, Place, places, scan_of, used_after
from ccr_rules.evaluation.columnar.keeping import People
from ccr_rules.evaluation.columnar.logic import Bool
from ccr_rules.evaluation.columnar.members import Keeps, ListKey, bits_of, kinds_of, list_numbers
from ccr_rules.evaluation.columnar.scans import Scan, nothing_found, run_scans
from ccr_rules.evaluation.columnar.scope import (
    KeptScope,
    Question,
    indicator_columns,
    kept_indicator,
    kept_review,
    review_columns,
)
from ccr_rules.evaluation.columnar.windows import kept_window, window_between
from ccr_rules.evaluation.groups import Group
from ccr_rules.language.ruleset import Apart, Extreme, Ruleset


class Used(NamedTuple):
    """A ruleset, the group to which it belongs, and when each of its names is worked out."""

    ruleset: Ruleset
    group: int
    places: Mapping[Node, Place]

    def key(self, alias: str) -> ListKey:
        """Return the codelist that the ruleset calls so."""
        return ListKey(self.group, self.ruleset.codelists[alias].codelist)


def used_rulesets(groups: Sequence[Group]) -> list[Used]:
    """Return the rulesets of some groups."""
    return [
        Used(program.ruleset, number, places(program.ruleset))
        for number, group in enumerate(groups)
        for program in group.programs
    ]


class Lists:
    """The codelists of all groups: their numbers, and the kinds in which their entries can stand, as bits."""

    def __init__(self, groups: Sequence[Group], keeps: Keeps) -> None:
        self.numbers = list_numbers(groups)
        self.kinds = {
            key: bits_of(kinds_of(groups[key.group].codelists[key.name], keeps)) for key in self.numbers
        }


class Source(Protocol):
    """Where the dates of people come from."""

    def missing(self, people: People, kinds: int) -> Bool:
        """Say who may have entries of some kinds that were not supplied."""
        ...

    def answer(self, people: People, scans: Sequence[Scan]) -> list[Any]:
        """Answer scans; the table of the people may gain columns."""
        ...

    def keep(self, table: ir.Table) -> ir.Table:
        """Keep a table that will be used again."""
        ...


class FromEntries:
    """People with entries; `lacking` are the kinds that somebody lacks."""

    def __init__(self, entries: ir.Table, lacking: int) -> None:
        self.entries = entries
        self.lacking = lacking

    def missing(self, people: People, kinds: int) -> Bool:
        """Say who may have entries of some kinds that were not supplied."""
        kinds &= self.lacking
        if not kinds:
            return False
        lacks: Bool = (people.table.incomplete & kinds) != 0
        return lacks

    def answer(self, people: People, scans: Sequence[Scan]) -> list[Any]:
        """Answer scans from the entries."""
        return run_scans(people, self.entries, scans)

    def keep(self, table: ir.Table) -> ir.Table:
        """Keep a table that will be used again."""
        return table.cache()


class WithoutEntries:
    """People of whom no entry is known, and who all lack the same kinds."""

    def __init__(self, lacking: int) -> None:
        self.lacking = lacking

    def missing(self, people: People, kinds: int) -> Bool:
        """Say whether entries of some kinds may not have been supplied."""
        return bool(kinds & self.lacking)

    def answer(self, people: People, scans: Sequence[Scan]) -> list[Any]:
        """Answer scans: what was not supplied may be there, and nothing else."""
        return [nothing_found(people, scan) for scan in scans]

    def keep(self, table: ir.Table) -> ir.Table:
        """A table of so few steps is not worth keeping."""
        return table


class Strata:
    """The names of all rulesets over one table of people."""

    def __init__(self, people: People, question: Question, used: Sequence[Used], lists: Lists) -> None:
        self.people = people
        self.used = used
        self.lists = lists
        self.scopes = [KeptScope(people, question, {}) for _ in used]
        people.settle()
        self.own = frozenset(people.table.columns)

    def work_out(self, source: Source) -> list[KeptScope]:
        """Return what the names of each ruleset stand for."""
        last = max((place.stratum for use in self.used for place in use.places.values()), default=0)
        for stratum in range(last + 1):
            if stratum:
                self._scan(stratum, source)
            levels = {p.level for use in self.used for p in use.places.values() if p.stratum == stratum} - {0}
            for level in sorted(levels):
                self._level(Place(stratum, level))
            if 0 < stratum < last:
                self.people.turn_to(source.keep(self.people.table))
        return self.scopes

    def _scan(self, stratum: int, source: Source) -> None:
        people = self.people
        targets: list[tuple[KeptScope, Node]] = []
        scans: list[Scan] = []
        for use, scope in zip(self.used, self.scopes, strict=True):
            for node, place in use.places.items():
                definition = scan_of(use.ruleset, node)
                if place.stratum == stratum and definition is not None:
                    targets.append((scope, node))
                    scans.append(self._scan_of(use, scope, definition, source))
        people.settle()
        for (scope, node), value in zip(targets, source.answer(people, scans), strict=True):
            scope.kept[node] = people.keep_date(value) if node.kind == "date" else people.keep_truths(value)
        people.settle(self._needed_after(Place(stratum, 0)))

    def _scan_of(self, use: Used, scope: KeptScope, definition: Extreme | Apart, source: Source) -> Scan:
        compiler = ColumnCompiler(use.ruleset, scope)
        lower, upper = definition.lower, definition.upper
        window = window_between(
            compiler.date(lower.date) if lower else None,
            lower is None or lower.inclusive,
            compiler.date(upper.date) if upper else None,
            upper is None or upper.inclusive,
        )
        key = use.key(definition.codelist)
        people = self.people
        missing = False if definition.assume_none else source.missing(people, self.lists.kinds[key])
        return Scan(definition, self.lists.numbers[key], kept_window(window, people), people.keep(missing))

    def _level(self, wanted: Place) -> None:
        for use, scope in zip(self.used, self.scopes, strict=True):
            compiler = ColumnCompiler(use.ruleset, scope)
            for node, place in use.places.items():
                if place == wanted:
                    scope.kept[node] = _kept(use.ruleset, node, compiler, scope)
        self.people.settle(self._needed_after(wanted))

    def _needed_after(self, done: Place) -> frozenset[str]:
        """Return the columns that are still needed after a place."""
        needed = set(self.own)
        for use, scope in zip(self.used, self.scopes, strict=True):
            wanted = used_after(use.ruleset, use.places, done)
            needed.update(_columns([kept for node, kept in scope.kept.items() if node in wanted]))
        return frozenset(needed)


def _kept(ruleset: Ruleset, node: Node, compiler: ColumnCompiler, scope: KeptScope) -> Any:
    people = scope.people
    match node.kind:
        case "date":
            return people.keep_date(compiler.date(ruleset.lets[node.name].date))
        case "condition":
            test: Any = ruleset.conditions[node.name].test
            return people.keep_truths(compiler.condition(test))
        case "review":
            return kept_review(review_columns(ruleset.reviews[node.name], compiler, scope), people)
        case _:
            return kept_indicator(indicator_columns(ruleset.indicators[node.name], compiler, scope), people)


def _columns(kept: Any) -> Iterator[str]:
    """Yield the names of all columns that something kept rests on."""
    if isinstance(kept, str):
        yield kept
    elif isinstance(kept, Mapping):
        yield from _columns(list(kept.values()))
    elif isinstance(kept, Collection):
        for part in kept:
            yield from _columns(part)
