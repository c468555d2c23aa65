"""SEMANTICS 15, 18 and 19: who is in an indicator, who counts, who meets it."""

import pytest

from tests.semantics.specification import Specification

RULES = """
let: {PPED: "@2024-03-31"}
dates:
  DX: {latest: diagnosis, to: PPED}
  REVIEWED: {earliest: review, from: DX, to: PPED}
  INVITED: {latest: invitation, to: PPED}
conditions:
  on_register: DX is not null
indicators:
  REGISTER: {title: Register, population: on_register, period_end: PPED, source: spec}
  COUNT:
    title: Reviewed within twelve months
    population: on_register
    period_end: PPED
    denominator:
      - {if: DX <= PPED - 24 months, then: exclude, reason: OLD}
      - {if: REVIEWED <= DX + 12 months, then: include}
      - {if: DX > PPED - 3 months, then: exclude, reason: NEW}
      - {if: INVITED is not null, then: except, reason: INVITED}
      - {otherwise: include}
    numerator: REVIEWED <= DX + 12 months
    achievable_until: earlier(DX + 12 months, PPED)
    source: spec
payments:
  reviewed:
    title: A review
    when: REVIEWED <= DX + 12 months
    amount: 5.00
    currency: GBP
    per: event
    source: spec
"""
AS_OF = "2024-03-31"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], "out, not applicable, not applicable"),
        (["2022-03-31 | diagnosis"], "in, excluded (OLD), not applicable"),
        (["2022-04-01 | diagnosis"], "in, included, not met"),
        (["2023-12-31 | diagnosis"], "in, included, not met"),
        (["2024-01-01 | diagnosis"], "in, excluded (NEW), not applicable"),
        (["2024-01-01 | diagnosis", "2024-01-01 | review"], "in, included, met"),
        (["2022-06-10 | diagnosis", "2023-06-10 | review"], "in, included, met"),
        (["2022-06-10 | diagnosis", "2023-06-11 | review"], "in, included, not met"),
        (["2022-06-10 | diagnosis", "2023-06-11 | invitation"], "in, excepted (INVITED), not applicable"),
        (["2024-03-31 | diagnosis", "2024-03-31 | review"], "in, included, met"),
    ],
)
def test_the_first_row_that_holds_decides(spec: Specification, rows: list[str], expected: str) -> None:
    """18. The boundary of each window, a day on either side."""
    spec(record="\n".join(["date | code", *rows]), as_of=AS_OF, expect={"COUNT": expected})


def test_a_register_only_says_who_is_on_it(spec: Specification) -> None:
    record = "date | code\n2024-03-01 | diagnosis"
    spec(record=record, as_of=AS_OF, expect={"REGISTER": "in, not applicable, not applicable"})


def test_an_unknown_row_is_followed_both_ways(spec: Specification) -> None:
    """18. Diagnosed in March 2022: on the 31st or before it is too old, and no later day is in March."""
    spec(
        record="date | code\n2022-03 | diagnosis",
        as_of=AS_OF,
        expect={"COUNT": "in, excluded (OLD), not applicable"},
    )
    spec(
        record="date | code\n2022-03-20..2022-04-10 | diagnosis",
        as_of=AS_OF,
        expect={"COUNT": "in, undetermined [excluded (OLD); included], undetermined"},
    )


def test_two_ways_to_one_outcome_leave_only_the_reason_open(spec: Specification) -> None:
    """18. Excluded either way, as too old or as too new: the outcome is given, the reason is not."""
    rules = """
dates: {DX: {latest: diagnosis}}
indicators:
  COUNT:
    title: Both sides excluded
    population: DX is not null
    denominator:
      - {if: DX <= @2024-03-10, then: exclude, reason: OLD}
      - {if: DX > @2024-03-10, then: exclude, reason: NEW}
      - {otherwise: include}
    numerator: DX is not null
    source: spec
"""
    evaluation = spec(
        rules=rules,
        record="date | code\n2024-03 | diagnosis",
        as_of="2024-06-01",
        expect={
            "COUNT": "in, undetermined [excluded (OLD); excluded (NEW); included], undetermined",
        },
    )
    assert [each.id for each in evaluation.unsettled] == ["COUNT"]
    spec(
        rules=rules.replace("if: DX > @2024-03-10", "if: DX is not null"),
        record="date | code\n2024-03 | diagnosis",
        as_of="2024-06-01",
        expect={"COUNT": "in, excluded [excluded (OLD); excluded (NEW)], not applicable"},
    )


def test_a_population_that_is_unknown_adds_not_applicable(spec: Specification) -> None:
    """19."""
    evaluation = spec(
        record="""
            date       | code      | certain
            2023-06-01 | diagnosis | no
        """,
        as_of=AS_OF,
        expect={
            "COUNT": "undetermined, undetermined [included; not applicable], undetermined",
            "REGISTER": "undetermined, not applicable, not applicable",
        },
    )
    assert {each.id for each in evaluation.unsettled} == {"COUNT", "REGISTER"}


def test_a_numerator_that_is_unknown(spec: Specification) -> None:
    """19. Included either way; met if the review was on the 10th or before."""
    record = "date | code\n2022-06-10 | diagnosis\n2023-06-01..2023-06-15 | review"
    spec(
        record=record,
        as_of=AS_OF,
        expect={"COUNT": "in, included, undetermined", "reviewed": "unsettled"},
    )


@pytest.mark.parametrize(
    ("patient", "population"),
    [
        ({"registered": "2024-03-31"}, "in"),
        ({"registered": "2024-04-01"}, "out"),
        ({"registered": "2024-03-25..2024-04-05"}, "undetermined"),
        ({"deregistered": "2024-03-31"}, "out"),
        ({"deregistered": "2024-04-01"}, "in"),
        ({"died": "2024-03-31"}, "out"),
        ({"died": "2024-04-01"}, "in"),
        ({"died": "2024-03-31..2024-04-05"}, "undetermined"),
    ],
)
def test_registered_and_living_at_the_end_of_the_period(
    spec: Specification, patient: dict[str, str], population: str
) -> None:
    """15. Asked two months after the period: its last day counts, with the day before and after."""
    evaluation = spec(
        record="date | code\n2023-06-01 | diagnosis", patient=patient, as_of="2024-05-31", expect={}
    )
    assert evaluation.indicators[0].population == population


def test_registered_and_living_today_while_the_period_runs(spec: Specification) -> None:
    """15. Asked before its end: today counts."""
    for registered, population in [("2023-11-30", "in"), ("2023-12-01", "out")]:
        evaluation = spec(
            record="date | code\n2023-06-01 | diagnosis",
            patient={"registered": registered},
            as_of="2023-11-30",
            expect={},
        )
        assert evaluation.indicators[0].population == population


@pytest.mark.parametrize(
    ("diagnosed", "as_of", "until"),
    [
        ("2023-02-10", "2023-11-01", "2024-02-10"),  # twelve months from the diagnosis
        ("2023-06-10", "2023-11-01", "2024-03-31"),  # the period ends first
        ("2023-02-10", "2024-02-10", "2024-02-10"),  # today is the last day
        ("2023-02-10", "2024-02-11", None),  # too late
        ("2023-02", "2023-11-01", "2024-02-01"),  # the last day that is surely early enough
    ],
)
def test_until_when_a_numerator_can_still_be_met(
    spec: Specification, diagnosed: str, as_of: str, until: str | None
) -> None:
    """19."""
    evaluation = spec(record=f"date | code\n{diagnosed} | diagnosis", as_of=as_of, expect={})
    found = next(each for each in evaluation.indicators if each.id == "COUNT").achievable_until
    assert (str(found) if found else None) == until


def test_what_was_met_needs_no_last_day(spec: Specification) -> None:
    evaluation = spec(
        record="date | code\n2023-06-10 | diagnosis\n2023-07-10 | review",
        as_of="2023-11-01",
        expect={"COUNT": "in, included, met", "reviewed": "paid"},
    )
    assert [each.achievable_until for each in evaluation.indicators] == [None, None]
    spec(record="date | code\n2023-06-10 | diagnosis", as_of="2023-11-01", expect={"reviewed": "not paid"})
