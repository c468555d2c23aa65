"""SEMANTICS 15: dates of the patient, and people who have died."""

import pytest

from tests.semantics.specification import Specification

RULES = """
dates:
  DX: {earliest: diagnosis}
  REVIEWED: {earliest: review, from: DX}
conditions:
  known_death: patient.died is not null
  adult: patient.born <= as_of - 18 years
  joined_later: patient.registered > DX
  left: patient.deregistered is not null
reviews:
  check-up:
    title: Check-up
    applies: DX is not null
    opens: DX
    due: DX + 3 months
    remind: 28 days
    until: DX + 12 months
    done: REVIEWED
    source: spec
prompts:
  remind: {when: "check-up.status in {open, overdue}", severity: info, summary: Check-up, source: spec}
  any: {when: DX is not null, severity: info, summary: Any, source: spec}
"""
DIAGNOSED = "date | code\n2024-01-10 | diagnosis"


@pytest.mark.parametrize(
    ("as_of", "status", "any_prompt", "known_death"),
    [
        ("2024-05-31", "overdue", "shown", "false"),
        ("2024-06-01", "not applicable", "not shown", "true"),
        ("2024-06-02", "not applicable", "not shown", "true"),
    ],
)
def test_nothing_is_due_from_the_day_of_death_on(
    spec: Specification, as_of: str, status: str, any_prompt: str, known_death: str
) -> None:
    """15. The day before, the day, the day after."""
    spec(
        record=DIAGNOSED,
        patient={"died": "2024-06-01"},
        as_of=as_of,
        expect={"check-up": status, "any": any_prompt, "known_death": known_death},
    )


def test_the_headline_says_so(spec: Specification) -> None:
    evaluation = spec(
        record=DIAGNOSED,
        patient={"died": "2024-06-01"},
        as_of="2024-06-01",
        expect={"headline": "Died: nothing is due"},
    )
    assert evaluation.card is None
    assert evaluation.reviews[0].because == ["The record says that this person has died."]


def test_a_death_known_to_the_month(spec: Specification) -> None:
    """15. In the middle of that month both are possible, and no prompt is shown."""
    spec(
        record=DIAGNOSED,
        patient={"died": "2024-06"},
        as_of="2024-06-10",
        expect={
            "check-up": "cannot tell: not applicable, overdue",
            "any": "unsettled",
            "known_death": "unknown",
        },
    )


def test_a_death_without_a_date(spec: Specification) -> None:
    """8 and 15. It was some day between birth and the day on which it was known."""
    dead = {"check-up": "not applicable", "any": "not shown", "known_death": "true"}
    spec(record=DIAGNOSED, is_dead=True, as_of="2024-06-10", expect=dead)
    spec(record=DIAGNOSED, is_dead=True, patient={"born": "1950-01-01"}, as_of="2024-06-10", expect=dead)
    spec(
        record=DIAGNOSED,
        is_dead=True,
        as_of="2024-06-10",
        known_on="2024-07-01",
        expect={
            "check-up": "cannot tell: not applicable, overdue",
            "any": "unsettled",
            "known_death": "unknown",
        },
    )


@pytest.mark.parametrize(
    ("born", "adult"),
    [("2006-06-09", "true"), ("2006-06-10", "true"), ("2006-06-11", "false"), ("2006-06", "unknown")],
)
def test_a_birthday(spec: Specification, born: str, adult: str) -> None:
    spec(patient={"born": born}, as_of="2024-06-10", expect={"adult": adult})


def test_dates_that_are_not_known_or_still_to_come_are_absent(spec: Specification) -> None:
    spec(record=DIAGNOSED, as_of="2024-06-10", expect={"joined_later": "false", "left": "false"})
    spec(
        record=DIAGNOSED,
        patient={"registered": "2024-02-01", "deregistered": "2024-06-11"},
        as_of="2024-06-10",
        expect={"joined_later": "true", "left": "false"},
    )
