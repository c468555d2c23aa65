"""The exact worlds that a record allows: every date a day, every entry there or not there.

Written from SEMANTICS 2, 8, 10, 11 and 15, without any code of `ccr_rules.evaluation`. Where a day
may lie anywhere between two others, the days of a small calendar are tried. Where there are more
worlds than `LIMIT`, a fixed sample is taken: an answer that is wrong in a world that was left out
goes unnoticed then, and a right answer is never called wrong.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from math import prod
from random import Random

from ccr_rules import Days, Entry
from ccr_rules.agreement.people import Drawn, Question
from ccr_rules.record.entry import EntryState, Episode

LIMIT = 120


@dataclass(frozen=True)
class Event:
    """Something that happened in one world, and was entered by `known_on`."""

    codelist: str
    class_: str | None
    episode: Episode
    state: EntryState
    clinical: date
    recorded: date
    supplied: bool = True


@dataclass(frozen=True)
class World:
    """One way in which things may have been. Days after `as_of` have not happened yet."""

    as_of: date
    events: tuple[Event, ...]
    patient: Mapping[str, date | None]
    died: date | None
    registered: date | None
    deregistered: date | None
    literals: Mapping[str, date]
    consultation: date | None
    mode: str | None


def worlds_of(question: Question) -> list[World]:
    """Return the worlds of a question, or a fixed sample of `LIMIT` of them."""
    choices = _choices(question)
    if prod(len(options) for options in choices.values()) <= LIMIT:
        picks: Iterable[Sequence[object]] = product(*choices.values())
    else:
        picks = list(_sample(list(choices.values())))
    return [_world(question, dict(zip(choices, pick, strict=True))) for pick in picks]


def _sample(options: list[list[object]]) -> Iterator[tuple[object, ...]]:
    random = Random(20240229)
    for place in (0, -1):
        yield tuple(each[place] for each in options)
    for _ in range(LIMIT):
        yield tuple(random.choice(each) for each in options)


# --- what is open ----------------------------------------------------------------------------------


def _choices(question: Question) -> dict[str, list[object]]:
    record = question.record
    choices: dict[str, list[object]] = {
        f"entry {number}": list(_events(drawn, question)) for number, drawn in enumerate(question.drawn)
    }
    choices |= {f"missing {name}": list(_unseen(name, question)) for name in sorted(question.missing)}
    for name in ("born", "registered", "deregistered"):
        choices[name] = _days(getattr(record, name), question)
    choices["died"] = _deaths(question)
    choices |= {text: _days(days, question) for text, days in question.literals.items()}
    choices["consultation"] = _days(question.consultation, question)
    return choices


def _days(days: Days | None, question: Question) -> list[object]:
    return [None] if days is None else list(_between(days.first, days.last, question))


def _between(first: date, last: date, question: Question) -> list[date]:
    """Return the days to try between two days: both ends and those of the calendar."""
    inner = {day for day in question.calendar if first <= day <= last}
    return sorted(inner | {first, last}) if first <= last else []


def _deaths(question: Question) -> list[object]:
    record = question.record
    if record.died is None and record.is_dead:
        return list(_between(_birth(question), question.known_on, question))
    return _days(record.died, question)


def _birth(question: Question) -> date:
    """Return the first day of a life, if it was known; a birth later than all that says nothing."""
    born = question.record.born
    return born.first if born and born.first <= question.known_on else date(1850, 1, 1)


def _events(drawn: Drawn, question: Question) -> Iterator[Event | None]:
    """Yield the events that an entry may stand for; None where it may be none."""
    if drawn.codelist is None:
        yield None
        return
    days = list(_days_of(drawn.entry, question))
    there = [
        (clinical, recorded)
        for clinical, recorded in days
        if clinical <= question.as_of and recorded <= question.known_on
    ]
    entry = drawn.entry
    for clinical, recorded in there:
        yield Event(drawn.codelist, drawn.class_, entry.episode, entry.state, clinical, recorded)
    if len(there) < len(days) or not days or not (entry.certain and drawn.surely_member):
        yield None


def _days_of(entry: Entry, question: Question) -> Iterator[tuple[date, date]]:
    """Yield the pairs of a clinical and a recorded day that an entry allows (SEMANTICS 8)."""
    clinical, recorded = entry.clinical, entry.recorded
    if clinical is None and recorded is not None:
        yield from ((day, day) for day in _between(recorded.first, recorded.last, question))
        return
    happened = clinical or Days(_birth(question), question.known_on)
    entered_by = recorded.last if recorded else question.known_on
    in_time = happened.first <= entered_by
    for day in _between(happened.first, happened.last, question):
        if in_time and day > entered_by:
            continue
        if recorded:
            yield from ((day, entered) for entered in _between(recorded.first, recorded.last, question))
        else:
            since = day if in_time else _birth(question)
            entered_days = _between(since, question.known_on, question)
            yield from ((day, entered) for entered in entered_days)


def _unseen(codelist: str, question: Question) -> Iterator[tuple[Event, ...]]:
    """Yield what may stand in the kinds that were not supplied: nothing, one entry, two entries."""
    random = Random(len(codelist))
    classes = (None,) if codelist != "diagnosis" else ("primary", "metastasis")
    days = [day for day in question.calendar if day <= question.as_of]
    entered = [day for day in question.calendar if day <= question.known_on] or [question.known_on]
    plain = Event(codelist, classes[0], "unstated", "done", question.as_of, entered[-1], supplied=False)
    single = [replace(plain, clinical=day, recorded=max(entered)) for day in days]
    episodes: tuple[Episode, ...] = ("first", "new", "review", "unstated")
    states: tuple[EntryState, ...] = ("done", "done", "declined")
    odd = [
        Event(
            codelist,
            random.choice(classes),
            random.choice(episodes),
            random.choice(states),
            random.choice(days or [question.as_of]),
            random.choice(entered),
            supplied=False,
        )
        for _ in range(8)
    ]
    yield ()
    yield from ((each,) for each in (*single, *odd))
    pool = [*single, *odd]
    for _ in range(8):
        yield (random.choice(pool), random.choice(pool)) if pool else ()


# --- one world -------------------------------------------------------------------------------------


def _world(question: Question, pick: Mapping[str, object]) -> World:
    events: list[Event] = []
    for value in pick.values():
        if isinstance(value, Event):
            events.append(value)
        elif isinstance(value, tuple):
            events.extend(value)
    patient = {name: _so_far(pick[name], question) for name in ("born", "died", "registered", "deregistered")}
    return World(
        as_of=question.as_of,
        events=tuple(events),
        patient=patient,
        died=_day(pick["died"]),
        registered=_day(pick["registered"]),
        deregistered=_day(pick["deregistered"]),
        literals={text: day for text in question.literals if (day := _day(pick[text])) is not None},
        consultation=_day(pick["consultation"]),
        mode=question.mode,
    )


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _so_far(value: object, question: Question) -> date | None:
    day = _day(value)
    return day if day is not None and day <= question.as_of else None
