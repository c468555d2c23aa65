"""What cases for the functions of the support libraries are made of: grids, and the values in them.

The days are few, so that they often meet: month ends, a leap day, the ends of the calendar.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from ccr_rules.dates import ABSENT, MAYBE, DateValue, Duration, on, span
from ccr_rules.exports.cql.expressions import LONGEST
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth

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


def as_date(value: DateValue) -> Json:
    return {"presence": int(value.presence), "first": str(value.first), "last": str(value.last)}


def as_truth(value: Truth) -> Json:
    return {"surely": value is TRUE, "possibly": value is not FALSE}
