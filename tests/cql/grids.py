"""Cases for the functions of the support libraries, with what the reference evaluator makes of each.

The days are few, so that they often meet: month ends, a leap day, the ends of the calendar.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from random import Random
from typing import Any

from ccr_rules import Days, Entry
from ccr_rules.codelists.codelist import Match
from ccr_rules.dates import (
    ABSENT,
    ABSENT_DATE,
    COMPARISONS,
    MAYBE,
    DateValue,
    Duration,
    coalesce,
    earlier,
    is_null,
    later,
    on,
    shift,
    span,
)
from ccr_rules.evaluation.asof import Moment, Seen, as_of_date, see
from ccr_rules.evaluation.decisions import Decided, decide
from ccr_rules.evaluation.members import Member
from ccr_rules.evaluation.statuses import ReviewDates, possible_statuses
from ccr_rules.evaluation.windows import Window, candidates, earliest, latest, lie_apart
from ccr_rules.exports.cql.expressions import LONGEST
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth, conjunction, disjunction, negation
from tests.cql.verdicts import read_date, read_truth

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a function should give for each case: its call, the values wanted, how CQL's values are read."""

    call: str
    wanted: Sequence[object]
    read: Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Grid:
    """Cases, the type of their elements in CQL, and what should come of them."""

    name: str
    elements: str
    cases: Sequence[Json]
    answers: Sequence[Answer]


DATE = "Tuple { presence Integer, first Date, last Date }"
TRUTH = "Tuple { surely Boolean, possibly Boolean }"
ENTRY = (
    "Tuple { reference String, class String, episode String, state String, first Date, last Date, "
    "recordedFirst Date, recordedLast Date, sure Boolean }"
)
RAW = (
    f"Tuple { reference String, kind String, codes List<System.Code>, texts List<String>, clinical {DATE}, "
    f"recorded {DATE}, episode String, state String, certain Boolean }}"
)

DAYS = [
    date.fromisoformat(day)
    for day in (
        "1850-01-01",
        "1850-01-02",
        "1900-02-28",
        "2023-12-31",
        "2024-01-31",
        "2024-02-28",
        "2024-02-29",
        "2024-03-01",
        "2024-03-31",
        "2100-02-28",
        "2999-12-30",
        "2999-12-31",
    )
]
NEAR = DAYS[4:9]
VALUES = [
    ABSENT,
    *(on(day) for day in NEAR),
    *(span(first, last) for first, last in product(NEAR, NEAR) if first < last),
    DateValue(MAYBE, NEAR[1], NEAR[1]),
    DateValue(MAYBE, NEAR[0], NEAR[2]),
    DateValue(MAYBE, NEAR[2], NEAR[4]),
]
TRUTHS = (FALSE, UNKNOWN, TRUE)
DURATIONS = [
    Duration(amount, unit) for amount in (0, 1, 2, 13, LONGEST) for unit in ("day", "week", "month", "year")
]
OPERATORS = {
    "<=": "IsAtMost",
    "<": "IsBefore",
    ">=": "IsAtLeast",
    ">": "IsAfter",
    "=": "IsOn",
    "!=": "IsNotOn",
}


def as_date(value: DateValue) -> Json:
    return {"presence": int(value.presence), "first": str(value.first), "last": str(value.last)}


def as_truth(value: Truth) -> Json:
    return {"surely": value is TRUE, "possibly": value is not FALSE}


# --- dates and truth -------------------------------------------------------------------------------


def pairs() -> Grid:
    """Comparisons and choices of two dates."""
    cases = list(product(VALUES, VALUES))

    def chosen(function: str, choose: Callable[[tuple[DateValue, DateValue]], DateValue]) -> Answer:
        return Answer(f"Calculus.{function}(each.a, each.b)", [choose(case) for case in cases], read_date)

    answers = [
        Answer(
            f"Calculus.{name}(each.a, each.b)", [COMPARISONS[operator](a, b) for a, b in cases], read_truth
        )
        for operator, name in OPERATORS.items()
    ]
    answers += [chosen("Earlier", earlier), chosen("Later", later), chosen("FirstThere", coalesce)]
    missing = [is_null(a) for a, _ in cases]
    answers.append(Answer("Calculus.IsMissing(each.a)", missing, read_truth))
    answers.append(Answer("Calculus.IsThere(each.a)", [negation(each) for each in missing], read_truth))
    given = [{"a": as_date(a), "b": as_date(b)} for a, b in cases]
    return Grid("pairs of dates", f"a {DATE}, b {DATE}", given, answers)


def durations() -> Grid:
    """Month ends clamp, and the ends of the calendar hold."""
    cases = list(product([*(on(day) for day in DAYS), *VALUES[:8]], DURATIONS, (1, -1)))
    given = [
        {"a": as_date(value), "amount": sign * duration.amount, "unit": duration.unit}
        for value, duration, sign in cases
    ]
    wanted = [shift(value, duration, sign) for value, duration, sign in cases]
    answers = [Answer("Calculus.Plus(each.a, each.amount, each.unit)", wanted, read_date)]
    return Grid("durations", f"a {DATE}, amount Integer, unit String", given, answers)


def truths() -> Grid:
    """Kleene's connectives."""
    cases = list(product(TRUTHS, repeat=3))
    answers = [
        Answer("Calculus.AllOf(each.several)", [conjunction(case) for case in cases], read_truth),
        Answer("Calculus.AnyOf(each.several)", [disjunction(case) for case in cases], read_truth),
        Answer("Calculus.Negation(First(each.several))", [negation(case[0]) for case in cases], read_truth),
    ]
    given = [{"several": [as_truth(each) for each in case]} for case in cases]
    return Grid("truths", f"several List<{TRUTH}>", given, answers)


# --- windows ---------------------------------------------------------------------------------------

Bounds = tuple[DateValue | None, bool, Json]


def windows() -> Grid:
    """The earliest, the latest, and entries apart, of the entries of a window."""
    draw = Random(20240229)
    given: list[Json] = []
    wanted: list[tuple[DateValue, DateValue, Truth]] = []
    for _ in range(600):
        lower, upper = _bound(draw, "from"), _bound(draw, "to")
        some = [_member(draw, number) for number in range(draw.choice((0, 1, 1, 2, 3)))]
        unseen, recorded = draw.random() < 0.2, draw.random() < 0.2
        until, duration = draw.choice(NEAR), draw.choice(DURATIONS[:12])
        window = Window(lower[0], lower[1], upper[0], upper[1])
        wanted.append(_found(some, window, recorded, until if unseen else None, duration))
        given.append(
            {
                "entries": [_as_entry(each) for each in some],
                "low": lower[2],
                "high": upper[2],
                "unseen": unseen,
                "recorded": recorded,
                "until": str(until),
                "amount": duration.amount,
                "unit": duration.unit,
            }
        )
    low = _bound_text("low", "No lower bound", "WindowFrom", "WindowAfter", "from")
    high = _bound_text("high", "No upper bound", "WindowTo", "WindowBefore", "to")
    entries = "if each.recorded then Calculus.ByRecordedDay(each.entries) else each.entries"
    found = f"Calculus.Candidates({entries}, {low}, {high}, each.unseen, each.until)"
    answers = [
        Answer(f"Calculus.Earliest({found})", [each[0] for each in wanted], read_date),
        Answer(f"Calculus.Latest({found})", [each[1] for each in wanted], read_date),
        Answer(
            f"Calculus.LieApart({found}, each.amount, each.unit)", [each[2] for each in wanted], read_truth
        ),
    ]
    bound = f"Tuple {{ kind String, value {DATE} }}"
    elements = (
        f"entries List<{ENTRY}>, low {bound}, high {bound}, unseen Boolean, recorded Boolean, until Date, "
        f"amount Integer, unit String"
    )
    return Grid("windows", elements, given, answers)


def _member(draw: Random, number: int) -> Member:
    first, last = sorted(draw.choices(NEAR, k=2))
    if draw.random() < 0.5:
        last = first
    sure = draw.random() < 0.7
    entry = Entry(f"Condition/{draw.choice((number, 0))}", "Condition", ())
    seen = Seen(first, last, last, max(last, draw.choice(NEAR)), sure)
    return Member(entry, Match("code", None, ""), seen, sure)


def _as_entry(member: Member) -> Json:
    seen = member.seen
    return {
        "reference": member.entry.reference,
        "class": "",
        "episode": "unstated",
        "state": "done",
        "first": str(seen.first),
        "last": str(seen.last),
        "recordedFirst": str(seen.recorded_first),
        "recordedLast": str(seen.recorded_last),
        "sure": member.sure,
    }


def _bound(draw: Random, name: str) -> Bounds:
    if draw.random() < 0.2:
        return None, True, {"kind": "none", "value": as_date(ABSENT)}
    value, inclusive = draw.choice(VALUES), draw.random() < 0.5
    return value, inclusive, {"kind": name if inclusive else f"not {name}", "value": as_date(value)}


def _bound_text(name: str, none: str, inclusive: str, exclusive: str, word: str) -> str:
    return (
        f"if each.{name}.kind = 'none' then Calculus.\"{none}\" "
        f"else if each.{name}.kind = '{word}' then Calculus.{inclusive}(each.{name}.value) else "
        f"Calculus.{exclusive}(each.{name}.value)"
    )


def _found(
    some: list[Member], window: Window, recorded: bool, until: date | None, duration: Duration
) -> tuple[DateValue, DateValue, Truth]:
    if window.has_absent_bound:
        return ABSENT, ABSENT, FALSE
    found = candidates(some, window, recorded=recorded, unsupplied_until=until)
    return earliest(found), latest(found), lie_apart(found, duration)


# --- reviews and rows ------------------------------------------------------------------------------

REVIEW_DATES = ("opens", "due", "done", "declined", "until")


def statuses() -> Grid:
    """Every status that the record allows, in order."""
    draw = Random(20240301)
    cases = [_review(draw) for _ in range(1500)]
    given = [
        {
            "applies": as_truth(applies),
            **{name: as_date(getattr(dates, name)) for name in REVIEW_DATES},
            "amount": remind.amount,
            "unit": remind.unit,
            "today": str(today),
        }
        for applies, dates, remind, today in cases
    ]
    call = (
        "Calculus.Statuses(each.applies, each.opens, each.due, each.done, each.declined, each.until, "
        "each.amount, each.unit, each.today)"
    )
    dates = ", ".join(f"{name} {DATE}" for name in REVIEW_DATES)
    elements = f"applies {TRUTH}, {dates}, amount Integer, unit String, today Date"
    return Grid(
        "statuses", elements, given, [Answer(call, [possible_statuses(*each) for each in cases], tuple)]
    )


def _review(draw: Random) -> tuple[Truth, ReviewDates, Duration, date]:
    """A review that opens on some day is due on some day, as the checker asks."""
    opens, due, *others = draw.choices([*VALUES, ABSENT, ABSENT, ABSENT], k=5)
    dates = ReviewDates(opens, on(NEAR[2]) if due.presence is ABSENT_DATE else due, *others)
    return draw.choice(TRUTHS), dates, draw.choice(DURATIONS[:8]), draw.choice(NEAR)


OUTCOMES = (
    Decided("excluded", "A"),
    Decided("included", None),
    Decided("excluded", "A"),
    Decided("excepted", "B"),
)
NUMERATORS = {TRUE: "met", UNKNOWN: "undetermined", FALSE: "not met"}
POPULATIONS = {TRUE: "in", UNKNOWN: "undetermined", FALSE: "out"}


def rows() -> Grid:
    """The outcomes of four decision rows, the last of which is `otherwise`, and the indicator in words."""
    cases = list(product(TRUTHS, repeat=5))
    given = [
        {"rows": list(_rows(tests)), "inside": as_truth(inside), "met": as_truth(met)}
        for *tests, inside, met in cases
    ]
    decided = [_decided(case[:3]) for case in cases]
    told = [_told(outcomes, inside, met) for outcomes, (*_, inside, met) in zip(decided, cases, strict=True)]
    answers = [
        Answer("Calculus.Decided(each.rows)", decided, _read_outcomes),
        Answer(
            "Calculus.Indicator(each.inside, Calculus.Decided(each.rows), each.met)",
            told,
            lambda value: (value["population"], value["denominator"], value["reason"], value["numerator"]),
        ),
    ]
    row = f"Tuple {{ number Integer, test {TRUTH}, denominator String, reason String }}"
    return Grid("rows", f"rows List<{row}>, inside {TRUTH}, met {TRUTH}", given, answers)


def _rows(tests: Sequence[Truth]) -> Iterator[Json]:
    for number, (test, outcome) in enumerate(zip((*tests, TRUE), OUTCOMES, strict=True)):
        reason = outcome.reason or ""
        yield {"number": number, "test": as_truth(test), "denominator": outcome.denominator, "reason": reason}


def _decided(tests: Sequence[Truth]) -> tuple[tuple[str, str], ...]:
    several = [
        (lambda _, truth=test: truth, outcome)  # such a test looks at no frame
        for test, outcome in zip((*tests, TRUE), OUTCOMES, strict=True)
    ]
    found = decide(several, None)  # type: ignore[arg-type]
    return tuple((each.denominator, each.reason or "") for each in found)


def _read_outcomes(value: Sequence[Json]) -> tuple[tuple[str, str], ...]:
    return tuple((each["denominator"], each["reason"]) for each in value)


def _told(decided: tuple[tuple[str, str], ...], inside: Truth, met: Truth) -> tuple[str, str, str, str]:
    """SEMANTICS 18 and 19."""
    nothing = ("not applicable", "")
    possible = {nothing} if inside is FALSE else {*decided, *([nothing] if inside is UNKNOWN else [])}
    denominators, reasons = {each[0] for each in possible}, {each[1] for each in possible}
    denominator = denominators.pop() if len(denominators) == 1 else "undetermined"
    reason = reasons.pop() if len(reasons) == 1 else ""
    words = {"included": NUMERATORS[met], "undetermined": "undetermined"}
    return POPULATIONS[inside], denominator, reason, words.get(denominator, "not applicable")


# --- as of a day -----------------------------------------------------------------------------------


def entries() -> Grid:
    """What there is of an entry, and of a date of the patient, as of a day."""
    draw = Random(20240331)
    cases = [_entry(draw) for _ in range(800)]
    given = [
        {
            "entries": [_as_raw(entry)],
            "asOf": str(moment.as_of),
            "knownOn": str(moment.known_on),
            "born": as_date(_value(born)),
        }
        for entry, moment, born in cases
    ]
    answers = [
        Answer(
            "Record.Seen(each.entries, each.asOf, each.knownOn, each.born)",
            [_seen(*case) for case in cases],
            lambda value: [tuple(one[name] for name in SEEN) for one in value],
        ),
        Answer(
            "Calculus.AsOfDay(each.born, each.asOf)",
            [as_of_date(born, moment.as_of) for _, moment, born in cases],
            read_date,
        ),
    ]
    return Grid("entries", f"entries List<{RAW}>, asOf Date, knownOn Date, born {DATE}", given, answers)


SEEN = ("first", "last", "recordedFirst", "recordedLast", "sure")


def _entry(draw: Random) -> tuple[Entry, Moment, Days | None]:
    def days() -> Days | None:
        first, last = sorted(draw.choices(NEAR, k=2))
        return draw.choice((None, Days(first, first), Days(first, last)))

    entry = Entry("Condition/x", "Condition", (), "", days(), days(), certain=draw.random() < 0.8)
    return entry, Moment(draw.choice(NEAR), draw.choice(NEAR)), days()


def _value(days: Days | None) -> DateValue:
    return ABSENT if days is None else span(days.first, days.last)


def _as_raw(entry: Entry) -> Json:
    return {
        "reference": entry.reference,
        "kind": entry.kind,
        "codes": [],
        "texts": [],
        "clinical": as_date(_value(entry.clinical)),
        "recorded": as_date(_value(entry.recorded)),
        "episode": entry.episode,
        "state": entry.state,
        "certain": entry.certain,
    }


def _seen(entry: Entry, moment: Moment, born: Days | None) -> list[tuple[object, ...]]:
    seen = see(entry, moment, born)
    if seen is None:
        return []
    days = (seen.first, seen.last, seen.recorded_first, seen.recorded_last)
    return [(*map(str, days), seen.sure and entry.certain)]


GRIDS: tuple[Callable[[], Grid], ...] = (pairs, durations, truths, windows, statuses, rows, entries)
