"""The entries behind each name of a ruleset, for many people at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from ccr_rules.evaluation.columnar.dates import next_day
from ccr_rules.evaluation.columnar.tracing import Leaf, Traced
from ccr_rules.language.ast import DateExpression, DateName
from ccr_rules.language.ruleset import Apart, Bound, Extreme


class Seen(NamedTuple):
    """The people of whom something is said, and the entries of theirs that are in codelists.

    `candidates` has the columns of the answers, and `with_days` gives `person`, `patient` and some of those
    columns of everybody; `entries` has those of `seen_entries` and `reference`. `lists` gives the number of
    each codelist, by the name that the ruleset has for it.
    """

    candidates: ir.Table
    with_days: Callable[[Sequence[str]], ir.Table]
    entries: ir.Table
    lists: Mapping[str, int]


class Hits(NamedTuple):
    """Which entries a ruleset's names rest on: `tables` of `person`, `reference` and the number of a leaf.

    `names` gives for each number the names that rest on that leaf.
    """

    tables: list[ir.Table]
    names: dict[int, list[str]]


def evidence_of(traced: Traced, seen: Seen, first: int) -> Hits:
    """Find the evidence of a ruleset; its leaves are numbered from `first`."""
    names: dict[Leaf, list[str]] = {}
    for name, leaves in traced.leaves.items():
        for leaf in leaves:
            names.setdefault(leaf, []).append(name)
    numbers = {leaf: number for number, leaf in enumerate(names, start=first)}
    tracer = _Tracer(traced, seen)
    tables = [
        tracer.hits({leaf: number for leaf, number in numbers.items() if leaf.is_patient == of_patient})
        for of_patient in {leaf.is_patient for leaf in numbers}
    ]
    return Hits(tables, {numbers[leaf]: several for leaf, several in names.items()})


class _Tracer:
    def __init__(self, traced: Traced, seen: Seen) -> None:
        self.traced = traced
        self.seen = seen
        self.scans = dict(traced.scans())

    def hits(self, numbers: Mapping[Leaf, int]) -> ir.Table:
        """Return the entries behind some leaves, or the patients: in one pass, however many leaves."""
        of_patient = next(iter(numbers)).is_patient
        rows = self._people() if of_patient else self._entries()
        found = ibis.array([self._if_it_is(rows, leaf, number) for leaf, number in numbers.items()])
        hits = rows.select("person", "reference", leaf=found.unnest())
        return hits.filter(hits.leaf.notnull())

    def _days(self) -> list[str]:
        return [self._column(each, part) for each in self.traced.items for part in ("first", "last")]

    def _people(self) -> ir.Table:
        return self.seen.with_days(self._days()).rename(reference="patient")

    def _entries(self) -> ir.Table:
        days = self.seen.candidates.select("person", *self._days())
        return self.seen.entries.inner_join(days, "person")

    def _if_it_is(self, rows: ir.Table, leaf: Leaf, number: int) -> Any:
        if isinstance(leaf.source, str):
            tests = list(self._of_scan(rows, leaf.source, self.scans[leaf.source]))
        else:
            tests = [rows[self._column(leaf.source, "first")].notnull()]
        tests += [self._overlap(rows, *overlap) for overlap in leaf.overlaps]
        return ibis.ifelse(reduce(and_, tests), ibis.literal(number, "int32"), ibis.null("int32"))

    def _column(self, expression: DateExpression, part: str) -> str:
        return f"{self.traced.ruleset.reference}/item/{self.traced.items[expression]}/{part}"

    def _overlap(self, rows: ir.Table, date: DateExpression, choice: DateExpression) -> Any:
        return (rows[self._column(date, "first")] <= rows[self._column(choice, "last")]) & (
            rows[self._column(choice, "first")] <= rows[self._column(date, "last")]
        )

    def _of_scan(self, rows: ir.Table, name: str, scan: Extreme | Apart) -> Iterator[Any]:
        """Yield the tests of an entry: in the list, of the kind that is wanted, in the window, the one."""
        yield rows["list"] == self.seen.lists[scan.codelist]
        if isinstance(scan, Apart):
            yield rows.state == "done"
        else:
            yield from _admitted(rows, scan)
        recorded = isinstance(scan, Extreme) and scan.on == "recorded"
        first: Any = rows.recorded_first if recorded else rows.clinical_first
        last: Any = rows.recorded_last if recorded else rows.clinical_last
        start, end = self._start(rows, scan.lower), self._end(rows, scan.upper)
        if start is not None:
            yield start <= last
            first = ibis.greatest(first, start)
        if end is not None:
            yield first <= end
            last = ibis.least(last, end)
        if isinstance(scan, Extreme):
            named = DateName(name)
            if scan.pick == "earliest":
                yield first <= rows[self._column(named, "last")]
            else:
                yield last >= rows[self._column(named, "first")]

    def _start(self, rows: ir.Table, bound: Bound | None) -> Any:
        """Return the first day of a window; null, so that no test holds, where its bound is absent."""
        if bound is None:
            return None
        day: Any = rows[self._column(bound.date, "first")]
        return day if bound.inclusive else next_day(day, 1)

    def _end(self, rows: ir.Table, bound: Bound | None) -> Any:
        if bound is None:
            return None
        day: Any = rows[self._column(bound.date, "last")]
        return day if bound.inclusive else next_day(day, -1)


def _admitted(rows: ir.Table, scan: Extreme) -> Iterator[Any]:
    yield rows.state.isin(sorted(scan.states))
    if scan.episodes:
        yield rows.episode.isin(sorted(scan.episodes))
    if scan.classes:
        yield rows["class"].isin(["", *sorted(scan.classes)])
