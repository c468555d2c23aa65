"""SEMANTICS 11 to 13: what was not supplied is not empty, and what may be assumed instead."""

import pytest

from tests.semantics.specification import Specification

RULES = """
dates:
  DX: {earliest: diagnosis, from: "@2024-01-01"}
  REVIEWED: {earliest: review, from: DX, to: DX + 12 months}
  LAST_REVIEW: {latest: review, from: DX}
  ASSUMED: {earliest: review, from: DX, if_not_supplied: none}
  ENTERED: {earliest: review, on: recorded}
conditions:
  twice: {apart: {of: invitation, at_least: 7 days}}
  twice_assumed: {apart: {of: invitation, at_least: 7 days, if_not_supplied: none}}
  is_reviewed: REVIEWED is not null
"""
DIAGNOSED = "date | code\n2024-03-10 | diagnosis"


def test_not_found_is_unknown_while_a_kind_is_missing(spec: Specification) -> None:
    """11. A review could stand in an Observation, and Observations were not sent."""
    spec(record=DIAGNOSED, as_of="2024-06-01", expect={"REVIEWED": "absent", "is_reviewed": "false"})
    for missing in ("Observation", "Encounter"):
        spec(
            record=DIAGNOSED,
            as_of="2024-06-01",
            without=[missing],
            keeps={"diagnosis": ("Condition",)},
            expect={"REVIEWED": "maybe 2024-03-10..2024-06-01", "is_reviewed": "unknown"},
        )


def test_a_found_date_widens(spec: Specification) -> None:
    """11. An earlier review may stand in what was not sent; that there is one is sure."""
    record = """
        date       | code      | recorded
        2024-03-10 | diagnosis | 2024-03-10
        2024-05-05 | review    | 2024-05-05
    """
    spec(
        record=record,
        as_of="2024-06-01",
        without=["Observation"],
        keeps={"diagnosis": ("Condition",)},
        expect={
            "REVIEWED": "2024-03-10..2024-05-05",
            "LAST_REVIEW": "2024-05-05..2024-06-01",
            "ENTERED": "1850-01-01..2024-05-05",
            "is_reviewed": "true",
        },
    )


def test_what_may_have_been_entered_was_entered_by_the_day_of_knowing(spec: Specification) -> None:
    """11. For recorded days the missing entry reaches up to `known_on`, for clinical days to `as_of`."""
    spec(
        record=DIAGNOSED,
        as_of="2024-06-01",
        known_on="2024-05-20",
        without=["Observation"],
        keeps={"diagnosis": ("Condition",)},
        expect={"ENTERED": "maybe 1850-01-01..2024-05-20", "LAST_REVIEW": "maybe 2024-03-10..2024-06-01"},
    )


def test_a_kind_in_which_no_review_can_stand_is_not_missed(spec: Specification) -> None:
    """11. `found_in` says where the entries of a list can stand."""
    spec(record=DIAGNOSED, as_of="2024-06-01", without=["CarePlan", "Flag"], expect={"REVIEWED": "absent"})


def test_a_kind_for_which_nobody_waits_counts_if_it_is_there(spec: Specification) -> None:
    """11. `also_in`: a letter that says so counts, and "not found" does not wait for letters."""
    letter = "date | code | kind\n2024-03-10 | diagnosis | Condition\n2024-05-05 | review | DocumentReference"
    spec(record=letter, as_of="2024-06-01", expect={"REVIEWED": "2024-05-05"})
    spec(record=DIAGNOSED, as_of="2024-06-01", without=["DocumentReference"], expect={"REVIEWED": "absent"})


def test_a_host_that_keeps_reviews_on_encounters_answers_with_them_alone(spec: Specification) -> None:
    """13. What the host keeps nowhere else is not missed elsewhere."""
    evaluation = spec(
        record=DIAGNOSED,
        as_of="2024-06-01",
        without=["Observation"],
        keeps={"*activity": ("Encounter",), "*diagnosis": ("Condition",)},
        expect={"REVIEWED": "absent", "DX": "2024-03-10"},
    )
    assert evaluation.answer.record.assumed == []


def test_a_ruleset_may_assume_that_there_is_none(spec: Specification) -> None:
    """13. The assumption stands in the answer."""
    evaluation = spec(
        record=DIAGNOSED,
        as_of="2024-06-01",
        without=["Observation", "Communication"],
        keeps={"diagnosis": ("Condition",)},
        expect={"ASSUMED": "absent", "twice": "unknown", "twice_assumed": "false"},
    )
    assert evaluation.answer.record.assumed == [
        "spec@2024.1.0: ASSUMED is taken as none, as Observation was not supplied",
        "spec@2024.1.0: twice_assumed is taken as none, as Communication was not supplied",
    ]


def test_nothing_is_assumed_of_what_was_supplied(spec: Specification) -> None:
    evaluation = spec(record=DIAGNOSED, as_of="2024-06-01", expect={"ASSUMED": "absent"})
    assert evaluation.answer.record.assumed == []


@pytest.mark.parametrize(
    ("without", "completeness"),
    [
        ([], "complete"),
        (["CarePlan"], "complete"),
        (["Communication"], "partial"),
        (["Observation"], "partial"),
    ],
)
def test_the_host_is_told_how_complete_the_record_was(
    spec: Specification, without: list[str], completeness: str
) -> None:
    """11. Only of the kinds that the rulesets need."""
    spec(record=DIAGNOSED, as_of="2024-06-01", without=without, expect={"completeness": completeness})


def test_without_any_kind_that_holds_diagnoses_the_question_cannot_be_put(spec: Specification) -> None:
    evaluation = spec(
        as_of="2024-06-01",
        without=["Condition", "Observation"],
        expect={"completeness": "unavailable", "DX": "maybe 2024-01-01..2024-06-01"},
    )
    assert evaluation.answer.record.incomplete == {
        "Condition": "not supplied",
        "Observation": "not supplied",
    }
