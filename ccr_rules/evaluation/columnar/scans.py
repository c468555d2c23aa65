"""One pass over the entries: every `earliest`, `latest` and `apart` of a stratum (SEMANTICS 9, 11, 16).

The days of a window belong to a person and are worked out before the pass, each distinct window once;
the pass finds, for each person and definition, the least and greatest days of the entries in it.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import reduce
from operator import and_
from typing import Any, NamedTuple

import ibis.expr.types as ir

from ccr_rules.dates import CALENDAR_END, CALENDAR_START
from ccr_rules.evaluation.columnar.dates import DateColumn, next_day, shift
from ccr_rules.evaluation.columnar.keeping import KeptBool, KeptDay, People, day_or
from ccr_rules.evaluation.columnar.logic import (
    Bool,
    Day,
    Truths,
    choose,
    every,
    greatest,
    is_known,
    least,
    not_after,
    opposite,
    some,
    sooner,
)
from ccr_rules.language.ruleset import Apart, Extreme


class Window(NamedTuple):
    """The days between two bounds, and from when to when an entry in it surely lies in it."""

    open: Bool
    start: Day
    end: Day
    sure: Bool
    sure_from: Day
    sure_to: Day


class KeptWindow(NamedTuple):
    """A window whose parts are columns of the people, or known."""

    open: KeptBool
    start: KeptDay
    end: KeptDay
    sure: KeptBool
    sure_from: KeptDay
    sure_to: KeptDay


def window_between(
    lower: DateColumn | None, lower_inclusive: bool, upper: DateColumn | None, upper_inclusive: bool
) -> Window:
    """Return a window; one with an absent bound is not open, and holds nothing."""
    bounds = [bound for bound in (lower, upper) if bound is not None]
    start = sure_from = CALENDAR_START
    end = sure_to = CALENDAR_END
    low_step, high_step = (0 if lower_inclusive else 1), (0 if upper_inclusive else -1)
    if lower is not None:
        start, sure_from = _stepped(lower.first, low_step), _stepped(lower.last, low_step)
    if upper is not None:
        end, sure_to = _stepped(upper.last, high_step), _stepped(upper.first, high_step)
    there = every(bound.there for bound in bounds)
    sure = every(bound.sure for bound in bounds)
    return Window(every((there, not_after(start, end))), start, end, sure, sure_from, sure_to)


def _stepped(day: Day, by: int) -> Day:
    return next_day(day, by) if by else day


class Scan(NamedTuple):
    """A definition for the pass to answer: its codelist's number, and who may lack entries of it."""

    definition: Extreme | Apart
    codelist: int
    window: KeptWindow
    missing: KeptBool


def run_scans(people: People, entries: ir.Table, scans: Sequence[Scan]) -> list[Any]:
    """Answer the scans of one stratum: a DateColumn for each `Extreme`, Truths for each `Apart`."""
    people.settle()
    windows = list(dict.fromkeys((scan.window, _recorded(scan.definition)) for scan in scans))
    rows, columns = _rows_in(people, entries, windows)
    tests: dict[str, ir.Value] = {}
    for number, scan in enumerate(scans):
        place = columns[scan.window, _recorded(scan.definition)]
        admitted = _admitted(rows, scan)
        tests[f"p{number}"], tests[f"s{number}"] = (
            admitted & rows[place.possible],
            admitted & rows[place.sure],
        )
    rows = rows.mutate(**tests)
    names: dict[str, ir.Value] = {}
    for number, scan in enumerate(scans):
        place = columns[scan.window, _recorded(scan.definition)]
        names.update(_aggregates(rows, scan, place, number))
    found = rows.group_by("person").aggregate(**names).rename(scanned="person")
    table = people.table
    people.table = table.left_join(found, table.person == found.scanned).drop("scanned").cache()
    people.passing = tuple(names)
    return [_answer(people, scan, f"a{number}_") for number, scan in enumerate(scans)]


def _recorded(definition: Extreme | Apart) -> bool:
    return isinstance(definition, Extreme) and definition.on == "recorded"


class _InWindow(NamedTuple):
    """The names of a window's columns over the entries; the cut days may be the entry's own."""

    possible: str
    sure: str
    first: str
    last: str


def _rows_in(
    people: People, entries: ir.Table, windows: Sequence[tuple[KeptWindow, bool]]
) -> tuple[ir.Table, dict[tuple[KeptWindow, bool], _InWindow]]:
    needed = sorted({part for window, _ in windows for part in window if isinstance(part, str)})
    rows = entries
    if needed:
        bounds = people.table.select(*needed, bound="person")
        rows = entries.inner_join(bounds, entries.person == bounds.bound).drop("bound")
    added: dict[str, ir.Value] = {}
    columns: dict[tuple[KeptWindow, bool], _InWindow] = {}
    for number, (window, recorded) in enumerate(windows):
        names = _InWindow(*(f"w{number}_{part}" for part in _InWindow._fields))
        columns[window, recorded] = names
        added.update(zip(names, _in_window(rows, window, recorded), strict=True))
    return rows.mutate(**added), columns


def _in_window(rows: ir.Table, kept: KeptWindow, recorded: bool) -> Iterator[ir.Value]:
    window = Window(*(rows[part] if isinstance(part, str) else part for part in kept))
    first: Any = rows.recorded_first if recorded else rows.clinical_first
    last: Any = rows.recorded_last if recorded else rows.clinical_last
    starts = _matters(window.start, CALENDAR_START)
    ends = _matters(window.end, CALENDAR_END)
    possible = every(
        (
            window.open,
            not_after(window.start, last) if starts else True,
            not_after(first, window.end) if ends else True,
        )
    )
    surely = every(
        (
            possible,
            rows.sure,
            window.sure,
            not_after(window.sure_from, first) if starts else True,
            not_after(last, window.sure_to) if ends else True,
        )
    )
    yield _column(possible, rows)
    yield _column(surely, rows)
    yield greatest([first, window.start]) if starts else first
    yield least([last, window.end]) if ends else last


def _matters(day: Day, bound: date) -> bool:
    return not is_known(day) or day != bound


def _column(value: Bool, rows: ir.Table) -> Any:
    return (rows.entry.notnull() if value else rows.entry.isnull()) if isinstance(value, bool) else value


def _admitted(rows: ir.Table, scan: Scan) -> Any:
    definition = scan.definition
    tests: list[Any] = [rows["list"] == scan.codelist]
    if isinstance(definition, Apart):
        return reduce(and_, [*tests, rows.state == "done"])
    tests.append(rows.state.isin(sorted(definition.states)))
    if definition.episodes:
        tests.append(rows.episode.isin(sorted(definition.episodes)))
    if definition.classes:
        tests.append(rows["class"].isin(["", *sorted(definition.classes)]))
    return reduce(and_, tests)


def _aggregates(rows: ir.Table, scan: Scan, place: _InWindow, number: int) -> Iterator[tuple[str, ir.Value]]:
    name, possible, sure = f"a{number}_", rows[f"p{number}"], rows[f"s{number}"]
    first, last = rows[place.first], rows[place.last]
    definition = scan.definition
    if isinstance(definition, Apart):
        yield f"{name}first", first.min(where=possible)
        yield f"{name}last", last.max(where=possible)
        yield f"{name}several", (rows.entry.max(where=possible) > rows.entry.min(where=possible))
        yield f"{name}sure_first", first.max(where=sure)
        yield f"{name}sure_last", last.min(where=sure)
        yield f"{name}sure_several", (rows.entry.max(where=sure) > rows.entry.min(where=sure))
    else:
        yield f"{name}first", first.min(where=possible)
        yield f"{name}last", last.max(where=possible)
        surely = last.min(where=sure) if definition.pick == "earliest" else first.max(where=sure)
        yield f"{name}surely", surely


def _answer(people: People, scan: Scan, name: str) -> DateColumn | Truths:
    table = people.table
    definition = scan.definition
    start, end = people.value(scan.window.start), people.value(scan.window.end)
    until = people.known_on if _recorded(definition) else people.as_of
    end = least([end, until])
    unseen = every((people.value(scan.missing), people.value(scan.window.open), not_after(start, end)))
    first = least([day_or(table[f"{name}first"], CALENDAR_END), choose(unseen, start, CALENDAR_END)])
    last = greatest([day_or(table[f"{name}last"], CALENDAR_START), choose(unseen, end, CALENDAR_START)])
    if isinstance(definition, Apart):
        return _lie_apart(table, definition, name, unseen, first, last)
    there = some((table[f"{name}first"].notnull(), unseen))
    found = table[f"{name}surely"]
    sure: Any = found.notnull()
    if definition.pick == "earliest":
        return DateColumn(there, sure, first, choose(sure, day_or(found, CALENDAR_END), last))
    return DateColumn(there, sure, choose(sure, day_or(found, CALENDAR_START), first), last)


def _lie_apart(table: ir.Table, definition: Apart, name: str, unseen: Bool, first: Day, last: Day) -> Truths:
    surely = every(
        (
            table[f"{name}sure_several"].fill_null(False),
            not_after(
                _shifted(day_or(table[f"{name}sure_last"], CALENDAR_END), definition),
                day_or(table[f"{name}sure_first"], CALENDAR_START),
            ),
        )
    )
    enough = some((unseen, table[f"{name}several"].fill_null(False)))
    far = opposite(sooner(last, _shifted(first, definition)))
    return Truths(surely, some((surely, every((enough, far)))))


def _shifted(day: Day, definition: Apart) -> Day:
    return shift(DateColumn(True, True, day, day), definition.at_least, 1).first
