"""Cases for what is found among entries: in windows, and as of a day."""

from datetime import date
from random import Random

from ccr_rules import Days, Entry
from ccr_rules.codelists.codelist import Match
from ccr_rules.dates import ABSENT, DateValue, Duration, span
from ccr_rules.evaluation.asof import Moment, Seen, as_of_date, see
from ccr_rules.evaluation.members import Member
from ccr_rules.evaluation.windows import Window, candidates, earliest, latest, lie_apart
from ccr_rules.truth import FALSE, Truth
from tests.cql.grids import DATE, DURATIONS, NEAR, VALUES, Answer, Grid, Json, as_date
from tests.cql.verdicts import read_date, read_truth

ENTRY = (
    "Tuple { reference String, class String, episode String, state String, first Date, last Date, "
    "recordedFirst Date, recordedLast Date, sure Boolean }"
)
RAW = (
    "Tuple { reference String, kind String, codes List<System.Code>, texts List<String>, "
    f"clinical {DATE}, recorded {DATE}, episode String, state String, certain Boolean }}"
)


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
        "amount Integer, unit String"
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
        f"else if each.{name}.kind = '{word}' then Calculus.{inclusive}(each.{name}.value) "
        f"else Calculus.{exclusive}(each.{name}.value)"
    )


def _found(
    some: list[Member], window: Window, recorded: bool, until: date | None, duration: Duration
) -> tuple[DateValue, DateValue, Truth]:
    if window.has_absent_bound:
        return ABSENT, ABSENT, FALSE
    found = candidates(some, window, recorded=recorded, unsupplied_until=until)
    return earliest(found), latest(found), lie_apart(found, duration)


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
