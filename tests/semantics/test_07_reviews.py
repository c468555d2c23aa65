"""SEMANTICS 21 to 23: the statuses of a review, from the day before it opens to the day after it ends."""

import pytest

from tests.semantics.specification import Specification

RULES = """
dates:
  DX: {earliest: diagnosis}
  REVIEWED: {earliest: review, from: DX}
  REFUSED: {earliest: review, state: [declined], from: DX}
conditions:
  outstanding: "check-up.status in {open, due soon, overdue}"
  settled: "check-up.status in {done, done late, declined, lapsed, not applicable}"
reviews:
  check-up:
    title: Check-up
    applies: DX is not null
    opens: DX + 1 month
    due: DX + 3 months
    remind: 28 days
    until: DX + 12 months
    done: REVIEWED
    declined: REFUSED
    words: {overdue: suggested date passed, cannot tell: not clear from the record}
    record: [review]
    source: spec
"""
DIAGNOSED = "date | code\n2024-01-10 | diagnosis"


@pytest.mark.parametrize(
    ("as_of", "status", "days_left"),
    [
        ("2024-01-09", "not applicable", None),
        ("2024-01-10", "upcoming", 91),
        ("2024-02-09", "upcoming", 61),
        ("2024-02-10", "open", 60),
        ("2024-03-12", "open", 29),
        ("2024-03-13", "due soon", 28),
        ("2024-04-09", "due soon", 1),
        ("2024-04-10", "due soon", 0),
        ("2024-04-11", "overdue", -1),
        ("2025-01-10", "overdue", -275),
        ("2025-01-11", "lapsed", None),
    ],
)
def test_the_life_of_a_review(spec: Specification, as_of: str, status: str, days_left: int | None) -> None:
    """22. Each change of status, a day on either side; the due day itself is due soon, with 0 days left."""
    spec(record=DIAGNOSED, as_of=as_of, expect={"check-up": (status, {"days_left": days_left})})


@pytest.mark.parametrize(
    ("reviewed", "status"),
    [
        ("2024-01-09", "overdue"),  # before the diagnosis: it belongs to something else
        ("2024-01-10", "done"),
        ("2024-04-10", "done"),
        ("2024-04-11", "done late"),
        ("2025-06-01", "done late"),
        ("2024-04", "cannot tell: done, done late"),
    ],
)
def test_done_in_time_or_late(spec: Specification, reviewed: str, status: str) -> None:
    """22. Done on the due day is in time."""
    as_of = "2024-06-01" if reviewed < "2025" else "2025-06-01"
    spec(record=f"{DIAGNOSED}\n{reviewed} | review", as_of=as_of, expect={"check-up": status})


def test_declined_until_it_is_done_after_all(spec: Specification) -> None:
    """22. Done comes before declined, and declined before lapsed."""
    declined = "date | code | state\n2024-01-10 | diagnosis |\n2024-02-01 | review | declined"
    spec(record=declined, as_of="2024-06-01", expect={"check-up": "declined"})
    spec(record=declined, as_of="2026-06-01", expect={"check-up": "declined"})
    done = f"{declined}\n2024-03-01 | review |"
    spec(record=done, as_of="2024-06-01", expect={"check-up": ("done", {"done_on": "2024-03-01"})})


def test_a_possible_review_is_followed_both_ways(spec: Specification) -> None:
    """22. With Observations missing, a review may have been done at any time since the diagnosis."""
    spec(
        record=DIAGNOSED,
        without=["Observation"],
        keeps={"diagnosis": ("Condition",)},
        as_of="2024-03-01",
        expect={
            "check-up": (
                "cannot tell: open, done, declined",
                {"says": "not clear from the record", "days_left": None, "due": "2024-04-10"},
            ),
            "outstanding": "unknown",
            "settled": "unknown",
        },
    )


@pytest.mark.parametrize(
    ("as_of", "status", "outstanding"),
    [
        ("2024-02-15", "cannot tell: upcoming, open", "unknown"),
        ("2024-03-01", "open", "true"),
        ("2024-03-20", "cannot tell: open, due soon", "true"),
        ("2024-04-15", "cannot tell: due soon, overdue", "true"),
        ("2024-05-01", "overdue", "true"),
        ("2025-01-15", "cannot tell: overdue, lapsed", "unknown"),
        ("2025-02-01", "lapsed", "false"),
    ],
)
def test_a_diagnosis_known_to_the_month(
    spec: Specification, as_of: str, status: str, outstanding: str
) -> None:
    """22 and 23. A condition tests the set of possible statuses, never the word `cannot tell`."""
    spec(
        record="date | code\n2024-01 | diagnosis",
        as_of=as_of,
        expect={"check-up": status, "outstanding": outstanding},
    )


def test_a_possible_diagnosis(spec: Specification) -> None:
    """22. Whether it applies is open; once it has opened, its due day is an interval like any other."""
    spec(
        record="date | code | certain\n2024-01-10 | diagnosis | no",
        as_of="2024-06-01",
        expect={"check-up": "cannot tell: not applicable, overdue", "settled": "unknown"},
    )
    spec(
        record="date | code | certain\n2024-01-10 | diagnosis | no",
        as_of="2026-06-01",
        expect={"check-up": "cannot tell: not applicable, lapsed", "settled": "true", "outstanding": "false"},
    )


def test_an_open_ended_review_never_lapses(spec: Specification) -> None:
    """21. `until: never`."""
    rules = RULES.replace("until: DX + 12 months", "until: never")
    spec(rules=rules, record=DIAGNOSED, as_of="2044-01-01", expect={"check-up": "overdue"})


def test_a_screen_says_the_ruleset_s_own_word(spec: Specification) -> None:
    """The contract's word stays what it is."""
    spec(
        record=DIAGNOSED,
        as_of="2024-06-01",
        expect={"check-up": ("overdue", {"says": "suggested date passed", "possible": None})},
    )


def test_a_date_of_a_review_is_the_date_that_the_review_is_defined_with(spec: Specification) -> None:
    """Whether or not the review applies to this person."""
    rules = RULES.replace("applies: DX is not null", "applies: DX > @2024-02-01")
    rules = rules.replace(
        "conditions:", "conditions:\n  past_due: check-up.due < as_of\n  ends: check-up.until is not null"
    )
    spec(
        rules=rules,
        record=DIAGNOSED,
        as_of="2024-06-01",
        expect={"check-up": "not applicable", "past_due": "true", "ends": "true"},
    )


@pytest.mark.parametrize(
    ("diagnosed", "due", "opens"),
    [
        ("2023-11-30", "2024-02-29", "2023-12-30"),
        ("2024-01-31", "2024-04-30", "2024-02-29"),
        ("2024-02-29", "2024-05-29", "2024-03-29"),
        ("2023-12-31", "2024-03-31", "2024-01-31"),
    ],
)
def test_windows_over_month_ends(spec: Specification, diagnosed: str, due: str, opens: str) -> None:
    """3. 29 February, month ends, the end of a year."""
    spec(
        record=f"date | code\n{diagnosed} | diagnosis",
        as_of=due,
        expect={"check-up": ("due soon", {"due": due, "opens": opens, "days_left": 0})},
    )
