"""Passes over the entries: every `earliest`, `latest` and `apart` of a stratum (SEMANTICS 9, 11, 16).

The days of a window belong to a person and are worked out before; a pass finds, for each person and
definition, the least and greatest days of the entries in the window. Definitions of the same few codelists
share a pass: most people have entries of few lists, and a pass over all would drag all others along.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import groupby
from operator import and_
from typing import Any, Final, NamedTuple

import ibis
import ibis.expr.types as ir

from ccr_rules.dates import CALENDAR_END, CALENDAR_START
from ccr_rules.evaluation.columnar.dates import DateColumn, shift
from ccr_rules.evaluation.columnar.keeping import KeptBool, Named, People, day_or
from ccr_rules.evaluation.columnar.logic import (
    Bool,
    Day,
    Truths,
    as_column,
    choose,
    every,
    greatest,
    least,
    not_after,
    opposite,
    some,
    sooner,
)
from ccr_rules.evaluation.columnar.windows import InWindow, KeptWindow, in_window
from ccr_rules.language.ruleset import Apart, Extreme

PER_PASS: Final = 8
"""How many definitions share a pass, if no codelist has more: measured, see docs/performance.md."""


class Scan(NamedTuple):
    """A definition for a pass to answer: its codelist's number, and who may lack entries of it."""

    definition: Extreme | Apart
    codelist: int
    window: KeptWindow
    missing: KeptBool

    @property
    def recorded(self) -> bool:
        """Whether the days are those of recording."""
        return isinstance(self.definition, Extreme) and self.definition.on == "recorded"


Names = tuple[str, ...]
"""The names of a scan's aggregates: `first`, `last`, `surely`, or the six of an `apart`."""


def run_scans(people: People, entries: ir.Table, scans: Sequence[Scan]) -> list[Any]:
    """Answer the scans of one stratum: a DateColumn for each `Extreme`, Truths for each `Apart`."""
    own = people.table.columns
    joined = table = people.table
    names: dict[int, Names] = {}
    for number, places in enumerate(_passes(scans)):
        found, aggregates = _pass(people, entries, [scans[place] for place in places], number)
        names.update(zip(places, aggregates, strict=True))
        found = found.rename({f"scanned{number}": "person"})
        joined = joined.left_join(found, table.person == found[f"scanned{number}"])
    several = sorted({name for each in names.values() for name in each})
    people.turn_to(joined.select(*own, *several))
    return [_answer(people, scan, names[place]) for place, scan in enumerate(scans)]


def _passes(scans: Sequence[Scan]) -> list[list[int]]:
    """Return the places of the scans that share a pass; all scans of a codelist are in one."""
    ordered = sorted(range(len(scans)), key=lambda place: scans[place].codelist)
    passes: list[list[int]] = [[]]
    for _, some_places in groupby(ordered, key=lambda place: scans[place].codelist):
        places = list(some_places)
        if passes[-1] and len(passes[-1]) + len(places) > PER_PASS:
            passes.append([])
        passes[-1] += places
    return passes


def _pass(
    people: People, entries: ir.Table, scans: Sequence[Scan], number: int
) -> tuple[ir.Table, list[Names]]:
    """Return a row for each person who has entries of these codelists, and the names of its columns."""
    rows = _rows(people, entries, scans)
    days = Named(rows, "w")
    distinct = dict.fromkeys((scan.window, scan.recorded) for scan in scans)
    windows = {key: _named(in_window(rows, *key), days) for key in distinct}
    rows = days.added()
    marks = Named(rows, "m")
    one_list = len({scan.codelist for scan in scans}) == 1
    marked: list[tuple[str, str]] = []
    for scan in scans:
        window = windows[scan.window, scan.recorded]
        admitted = _admitted(rows, scan, one_list)
        both = (_mark(rows, test, admitted) for test in (window.possible, window.sure))
        marked.append((marks.name(next(both)), marks.name(next(both))))
    rows = marks.added()
    aggregates = Named(rows, f"a{number}_")
    names: list[Names] = []
    for scan, of in zip(scans, marked, strict=True):
        found = _aggregates(rows, scan, windows[scan.window, scan.recorded], *of)
        names.append(tuple(aggregates.name(each) for each in found))
    return rows.group_by("person").aggregate(**aggregates.columns), names


def _rows(people: People, entries: ir.Table, scans: Sequence[Scan]) -> ir.Table:
    """Return the entries of the codelists, with the columns of the windows."""
    lists = sorted({scan.codelist for scan in scans})
    rows = entries.filter(entries["list"].isin(lists))
    needed = sorted(frozenset().union(*(scan.window.columns for scan in scans)))
    if not needed:
        return rows
    bounds = people.table.select(*needed, bound="person")
    return rows.inner_join(bounds, rows.person == bounds.bound).drop("bound")


def _named(window: InWindow, days: Named) -> InWindow:
    return InWindow(*(part if isinstance(part, bool) else days.name(part) for part in window))


def _mark(rows: ir.Table, test: KeptBool, admitted: Sequence[Any]) -> Any:
    if test is True:
        return reduce(and_, admitted)
    return reduce(and_, [*admitted, rows.entry.isnull() if test is False else rows[test]])


def _admitted(rows: ir.Table, scan: Scan, one_list: bool) -> list[Any]:
    definition = scan.definition
    tests: list[Any] = [] if one_list else [rows["list"] == scan.codelist]
    if isinstance(definition, Apart):
        return [*tests, rows.state == "done"]
    tests.append(rows.state.isin(sorted(definition.states)))
    if definition.episodes:
        tests.append(rows.episode.isin(sorted(definition.episodes)))
    if definition.classes:
        tests.append(rows["class"].isin(["", *sorted(definition.classes)]))
    return tests


def _aggregates(rows: ir.Table, scan: Scan, window: InWindow, possible: str, sure: str) -> Iterator[ir.Value]:
    first, last = rows[window.first], rows[window.last]
    yield _of(rows, possible, first).min()
    yield _of(rows, possible, last).max()
    if isinstance(scan.definition, Apart):
        yield _several(rows, possible)
        yield _of(rows, sure, first).max()
        yield _of(rows, sure, last).min()
        yield _several(rows, sure)
    elif scan.definition.pick == "earliest":
        yield _of(rows, sure, last).min()
    else:
        yield _of(rows, sure, first).max()


def _of(rows: ir.Table, mark: str, value: Any) -> Any:
    """A value where something holds: quicker than a filter of the aggregate, of which there are many."""
    return ibis.ifelse(rows[mark], value, ibis.null(value.type()))


def _several(rows: ir.Table, mark: str) -> Any:
    entry = _of(rows, mark, rows.entry)
    return entry.max() > entry.min()


# --- what was found --------------------------------------------------------------------------------


def _answer(people: People, scan: Scan, names: Names) -> DateColumn | Truths:
    table = people.table
    unseen, start, end = unseen_days(people, scan)
    found_first, found_last, *others = (table[name] for name in names)
    first, last = day_or(found_first, CALENDAR_END), day_or(found_last, CALENDAR_START)
    if unseen is not False:
        first = least([first, choose(unseen, start, CALENDAR_END)])
        last = greatest([last, choose(unseen, end, CALENDAR_START)])
    if isinstance(scan.definition, Apart):
        return _lie_apart(scan.definition, others, unseen, first, last)
    there = some((found_first.notnull(), unseen))
    surely: Any = others[0]
    sure: Any = surely.notnull()
    if scan.definition.pick == "earliest":
        return DateColumn(there, sure, first, surely.fill_null(as_column(last)))
    return DateColumn(there, sure, surely.fill_null(as_column(first)), last)


def unseen_days(people: People, scan: Scan) -> tuple[Bool, Day, Day]:
    """Return whether there may be an entry that was not supplied, and between which days (SEMANTICS 11)."""
    start, end = people.value(scan.window.start), people.value(scan.window.end)
    end = least([end, people.known_on if scan.recorded else people.as_of])
    unseen = every((people.value(scan.missing), people.value(scan.window.open), not_after(start, end)))
    return unseen, start, end


def nothing_found(people: People, scan: Scan) -> DateColumn | Truths:
    """Answer a scan about people without any entry of its codelist."""
    unseen, start, end = unseen_days(people, scan)
    if isinstance(scan.definition, Apart):
        far = opposite(sooner(end, _shifted(start, scan.definition)))
        return Truths(False, every((unseen, far)))
    return DateColumn(unseen, False, start, end)


def _lie_apart(definition: Apart, others: Sequence[Any], unseen: Bool, first: Day, last: Day) -> Truths:
    several, sure_first, sure_last, sure_several = others
    surely = every(
        (
            sure_several.fill_null(False),
            not_after(
                _shifted(day_or(sure_last, CALENDAR_END), definition), day_or(sure_first, CALENDAR_START)
            ),
        )
    )
    enough = some((unseen, several.fill_null(False)))
    far = opposite(sooner(last, _shifted(first, definition)))
    return Truths(surely, some((surely, every((enough, far)))))


def _shifted(day: Day, definition: Apart) -> Day:
    return shift(DateColumn(True, True, day, day), definition.at_least, 1).first
