"""Cases for what is decided: the statuses of reviews, and the rows of indicators."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product
from random import Random

from ccr_rules.dates import ABSENT, ABSENT_DATE, Duration, on
from ccr_rules.evaluation.decisions import Decided, decide
from ccr_rules.evaluation.statuses import ReviewDates, possible_statuses
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth
from tests.cql.grids import (
    DATE,
    DURATIONS,
    NEAR,
    TRUTH,
    TRUTHS,
    VALUES,
    Answer,
    Grid,
    Json,
    as_date,
    as_truth,
)

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
