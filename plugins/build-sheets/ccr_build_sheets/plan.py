"""A small set of test patients that shows every answer of every sheet, and the days on which answers change.

The patients are cases of the ruleset's casebook: each answer that any case gives is given by one of those
that are chosen. The boundaries are found by moving one entry of a test patient and asking the engine, so they
are those of the ruleset, whatever windows it has.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from ccr_build_sheets.answers import Answers, Asker
from ccr_build_sheets.cases import Asked, Found, day_of, entry_on
from ccr_build_sheets.proving import Edge, Plan, Proof, Result, TestEntry, TestPatient
from ccr_rules.codelists.text import without_tag
from ccr_rules.governance.case_records import RecordBuilder
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.record.entry import Days

MOST_EDGES: Final = 6
"""Boundaries of one sheet: those of more are in the casebook."""

FARTHEST: Final = 1024
"""Days by which an entry is moved at most, to find a boundary."""

_STEPS: Final = (0, *(2**power for power in range(11)))


@dataclass(frozen=True, slots=True)
class Chosen:
    """A test patient: its mark, the question, and what each sheet answers."""

    mark: str
    asked: Asked
    answers: Answers


@dataclass(slots=True)
class Proving:
    """The plan of a ruleset, and what each sheet must answer."""

    plan: Plan
    proofs: dict[str, Proof] = field(default_factory=dict)


def proving(
    ruleset: Ruleset,
    found: Found,
    asker: Asker,
    records: RecordBuilder,
    expected: Mapping[str, Sequence[str]],
    test_day: date | None,
) -> Proving:
    """Return the plan; `expected` are the answers that each sheet can give, as far as that is known.

    With a `test_day` every record is moved so that it is the day of the question.
    """
    questions = [each.on(test_day) if test_day else each for each in found.asked]
    # Cases in which the day of entry matters come last: a test environment may not let it be set.
    questions.sort(key=lambda each: any(entry.recorded for entry in each.case.entries))
    chosen = _cover([(each, asker.answers(each)) for each in questions])
    edges = _edges(chosen, asker)
    proofs = {sheet: _proof(sheet, answers, chosen, edges) for sheet, answers in expected.items()}
    patients = tuple(_patient(each, records) for each in chosen)
    return Proving(
        Plan(_note(ruleset, found, chosen), test_day.isoformat() if test_day else "", patients), proofs
    )


def _note(ruleset: Ruleset, found: Found, chosen: Sequence[Chosen]) -> str:
    unusable = (
        f" The casebook of {', '.join(found.unusable)} could not be read; `ccr ruleset test` says why."
        if found.unusable
        else ""
    )
    if not chosen:
        return (
            f"There is no case of {ruleset.reference} that a person can enter, so nothing here proves a "
            f"build. Write a casebook beside the ruleset, and make the sheets again.{unusable}"
        )
    return (
        f"{len(chosen)} invented people, out of {len(found.asked)} questions of the casebook, who together "
        f"show every answer that the casebook shows. Enter them in a test environment only, never in live "
        f"records. What each sheet must answer stands on the sheet; ccr-rules itself worked it "
        f"out.{unusable}"
    )


# --- choosing ------------------------------------------------------------------------------------


def _cover(questions: Sequence[tuple[Asked, Answers]]) -> list[Chosen]:
    """Return few questions that give every answer that any of them gives, in the order of the casebook."""
    left = {pair for _, answers in questions for pair in answers.items()}
    taken: set[int] = set()
    while left:
        best = max(range(len(questions)), key=lambda index: len(left & questions[index][1].items()))
        taken.add(best)
        left -= questions[best][1].items()
    kept = [questions[index] for index in sorted(taken)]
    return [Chosen(f"P{number}", *each) for number, each in enumerate(kept, start=1)]


# --- boundaries ----------------------------------------------------------------------------------


def _edges(chosen: Sequence[Chosen], asker: Asker) -> dict[str, list[Edge]]:
    """Return the boundaries of each sheet, each change of an answer once for each codelist."""
    found: dict[str, list[Edge]] = {}
    seen: set[tuple[str, ...]] = set()
    for each in chosen:
        for index, entry in enumerate(each.asked.case.entries):
            for days, answers in _changes(each, index, asker):
                for sheet in answers[2]:
                    told = tuple(one.get(sheet, "") for one in answers)
                    kind = (sheet, entry.codelist or entry.code, *told[1:])
                    edges = found.setdefault(sheet, [])
                    if told[1] != told[2] and all(told) and kind not in seen and len(edges) < MOST_EDGES:
                        seen.add(kind)
                        edges.append(Edge(each.mark, entry.id, _three(days), _three(told)))
    return found


def _three(values: Sequence[date] | Sequence[str]) -> tuple[str, str, str]:
    first, second, third = (str(value) for value in values)
    return first, second, third


def _changes(
    each: Chosen, index: int, asker: Asker
) -> Iterator[tuple[tuple[date, date, date], tuple[Answers, Answers, Answers]]]:
    """Yield three days in a row of one entry, between the last two of which some answer changes."""
    start = day_of(each.asked.case.entries[index])
    known: dict[date, Answers] = {start: each.answers}

    def ask(day: date) -> Answers:
        if day not in known:
            known[day] = asker.answers(each.asked.with_entry(index, day))
        return known[day]

    grid = sorted(
        day
        for step in _STEPS
        for day in {start - timedelta(step), start + timedelta(step)}
        if _possible(day, index, each.asked)
    )
    for low, high in pairwise(grid):
        if ask(low) != ask(high):
            last = _last_same(low, high, ask)
            days = (last - timedelta(1), last, last + timedelta(1))
            yield days, (ask(days[0]), ask(days[1]), ask(days[2]))


def _last_same(low: date, high: date, ask: Callable[[date], Answers]) -> date:
    """Return a day after which the answers change, between two days that differ."""
    first = ask(low)
    while (high - low).days > 1:
        middle = low + (high - low) // 2
        if ask(middle) == first:
            low = middle
        else:
            high = middle
    return low


def _possible(day: date, index: int, asked: Asked) -> bool:
    """Say whether an entry may stand on a day: not before birth, not made after the day of the question."""
    born = asked.case.patient.born
    entry = entry_on(asked.case.entries[index], day)
    known = entry.recorded.last if entry.recorded else day
    return max(day, known) <= asked.day and (born is None or day > born.first)


# --- writing -------------------------------------------------------------------------------------


def _proof(
    sheet: str, expected: Sequence[str], chosen: Sequence[Chosen], edges: Mapping[str, list[Edge]]
) -> Proof:
    given: dict[str, list[str]] = {}
    for each in chosen:
        if sheet in each.answers:
            given.setdefault(each.answers[sheet], []).append(each.mark)
    proved = given.keys() | {answer for edge in edges.get(sheet, ()) for answer in edge.answers}
    order = [*expected, *sorted(given.keys() - set(expected))]
    return Proof(
        results=tuple(Result(answer, tuple(given[answer])) for answer in order if answer in given),
        edges=tuple(edges.get(sheet, ())),
        missing=tuple(answer for answer in expected if answer not in proved),
    )


def _patient(each: Chosen, records: RecordBuilder) -> TestPatient:
    case, day = each.asked.case, each.asked.day
    person = case.patient
    return TestPatient(
        sheet=each.mark,
        case=case.id,
        title=case.title,
        of=each.asked.of,
        day=day.isoformat(),
        contact=case.mode or "",
        born=_iso(person.born),
        registered=_iso(person.registered),
        deregistered=_iso(person.deregistered),
        died=_iso(person.died),
        entries=tuple(_entries(each.asked, records)),
    )


def _entries(asked: Asked, records: RecordBuilder) -> Iterator[TestEntry]:
    for said, entry in zip(asked.case.entries, records.record(asked.case).entries, strict=True):
        day = day_of(said)
        yield TestEntry(
            id=said.id,
            day=day.isoformat(),
            before=(asked.day - day).days,
            recorded=_iso(said.recorded),
            code=entry.codings[0].code if entry.codings else "",
            term=without_tag(entry.text),
            codelist=said.codelist or records.codes[said.code][0].name,
            episode=said.episode,
            state=said.state,
        )


def _iso(days: Days | None) -> str:
    return "" if days is None else days.first.isoformat()
