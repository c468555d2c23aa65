"""SEMANTICS 8 and 10: what there is of an entry as of a day, and to which list it belongs."""

import pytest

from ccr_rules import Evaluation
from tests.semantics.specification import Specification

RULES = """
dates:
  DX: {earliest: diagnosis}
  DX_PRIMARY: {earliest: diagnosis, class: primary}
  DX_ENTERED: {earliest: diagnosis, on: recorded}
  SUPPORT: {earliest: support}
"""


def findings_of(evaluation: Evaluation) -> list[str]:
    return [finding.id for finding in evaluation.findings if finding.id != "episode-not-supplied"]


@pytest.mark.parametrize(
    ("as_of", "dx"),
    [("2024-03-09", "absent"), ("2024-03-10", "2024-03-10"), ("2024-03-11", "2024-03-10")],
)
def test_an_entry_is_there_from_its_day_on(spec: Specification, as_of: str, dx: str) -> None:
    """8. The day before, the day, the day after."""
    spec(record="date | code\n2024-03-10 | diagnosis", as_of=as_of, expect={"DX": dx})


@pytest.mark.parametrize(
    ("known_on", "dx"),
    [("2024-03-19", "absent"), ("2024-03-20", "2024-03-10"), ("2024-04-01", "2024-03-10")],
)
def test_what_was_entered_later_was_not_known(spec: Specification, known_on: str, dx: str) -> None:
    """8. Asked about 1 April with what was known on some day: the letter was typed on 20 March."""
    record = """
        date       | recorded   | code
        2024-03-10 | 2024-03-20 | diagnosis
    """
    spec(record=record, as_of="2024-04-01", known_on=known_on, expect={"DX": dx})


@pytest.mark.parametrize(
    ("as_of", "dx"),
    [
        ("2024-02-29", "absent"),
        ("2024-03-01", "maybe 2024-03-01"),
        ("2024-03-15", "maybe 2024-03-01..2024-03-15"),
        ("2024-03-31", "2024-03-01..2024-03-31"),
        ("2024-04-15", "2024-03-01..2024-03-31"),
    ],
)
def test_half_a_month_into_a_partial_date(spec: Specification, as_of: str, dx: str) -> None:
    """8. Recorded in April as "March": on 15 March it may have happened, and may be still to come."""
    record = """
        date    | recorded   | code
        2024-03 | 2024-04-02 | diagnosis
    """
    spec(record=record, as_of=as_of, known_on="2024-05-01", expect={"DX": dx})


def test_nothing_happens_after_it_was_recorded(spec: Specification) -> None:
    """8. "March", entered on the 12th, was between the 1st and the 12th."""
    spec(
        record="""
            date    | recorded   | code
            2024-03 | 2024-03-12 | diagnosis
        """,
        as_of="2024-06-01",
        expect={"DX": "2024-03-01..2024-03-12", "DX_ENTERED": "2024-03-12"},
    )
    spec(
        record="date | code\n2024-03 | diagnosis",
        as_of="2024-06-01",
        known_on="2024-03-12",
        expect={"DX": "2024-03-01..2024-03-12", "DX_ENTERED": "2024-03-01..2024-03-12"},
    )


def test_a_date_after_its_recording_is_kept_and_said(spec: Specification) -> None:
    """8. An entry dated later than it was recorded is not cut; somebody should look at it."""
    evaluation = spec(
        record="""
            date    | recorded   | code
            2024-03 | 2024-01-12 | diagnosis
        """,
        as_of="2024-06-01",
        expect={"DX": "2024-03-01..2024-03-31"},
    )
    assert findings_of(evaluation) == ["future-dated"]


def test_the_recorded_day_stands_in(spec: Specification) -> None:
    """8. Without a clinical date."""
    spec(
        record="""
            date | recorded   | code
                 | 2024-03-12 | diagnosis
        """,
        as_of="2024-06-01",
        expect={"DX": "2024-03-12", "DX_ENTERED": "2024-03-12"},
    )


def test_an_entry_without_any_date_may_stand_anywhere_in_a_life(spec: Specification) -> None:
    """8. From birth to the day of the question."""
    record = """
        date | code
             | diagnosis
    """
    evaluation = spec(record=record, as_of="2024-06-01", expect={"DX": "1850-01-01..2024-06-01"})
    assert findings_of(evaluation) == ["undated"]
    born = {"born": "1950-05-05"}
    spec(record=record, patient=born, as_of="2024-06-01", expect={"DX": "1950-05-05..2024-06-01"})


def test_recording_known_to_the_month_makes_an_entry_possible(spec: Specification) -> None:
    """8. Entered in April; on 10 April it may have been there already."""
    record = """
        date       | recorded | code
        2024-03-10 | 2024-04  | diagnosis
    """
    spec(record=record, as_of="2024-04-10", expect={"DX": "maybe 2024-03-10"})
    spec(record=record, as_of="2024-04-30", expect={"DX": "2024-03-10"})


def test_a_member_by_code_or_by_its_official_term(spec: Specification) -> None:
    """10. The evidence says when it was the term."""
    evaluation = spec(
        record="""
            date       | code
            2024-03-10 | diagnosis:metastasis
            2024-04-10 | support
        """,
        as_of="2024-06-01",
        expect={"DX": "2024-03-10", "DX_PRIMARY": "absent", "SUPPORT": "2024-04-10"},
    )
    because = evaluation.results[0].because
    assert because.fact("SUPPORT").endswith("(Support information given, matched by term: Observation/2).")


def test_what_only_looks_like_it_is_possible_never_sure(spec: Specification) -> None:
    """10. An unlisted cancer is never silently "no cancer"."""
    evaluation = spec(
        record="""
            date       | code
            2024-03-10 | diagnosis?
        """,
        as_of="2024-06-01",
        expect={"DX": "maybe 2024-03-10", "DX_PRIMARY": "maybe 2024-03-10"},
    )
    assert findings_of(evaluation) == ["not-in-codelist"]
    assert "not in the codelist" in evaluation.results[0].because.fact("DX")


def test_a_doubtful_diagnosis_is_possible_never_sure(spec: Specification) -> None:
    """10. Unconfirmed, provisional, differential."""
    spec(
        record="""
            date       | code      | certain
            2024-03-10 | diagnosis | no
        """,
        as_of="2024-06-01",
        expect={"DX": "maybe 2024-03-10"},
    )


def test_where_a_list_cannot_stand_it_is_not_found(spec: Specification) -> None:
    """10 and 11. A code on a Flag is no diagnosis, unless this host keeps its diagnoses there."""
    record = """
        date       | code      | kind
        2024-03-10 | diagnosis | Flag
    """
    spec(record=record, as_of="2024-06-01", expect={"DX": "absent"})
    spec(record=record, keeps={"diagnosis": ("Flag",)}, as_of="2024-06-01", expect={"DX": "2024-03-10"})


def test_only_what_was_done_counts(spec: Specification) -> None:
    """Declined, planned and not done keep their meaning."""
    rules = "dates: {SUPPORT: {earliest: support}, REFUSED: {earliest: support, state: [declined]}}"
    spec(
        rules=rules,
        record="""
            date       | code    | state
            2024-03-10 | support | planned
            2024-03-11 | support | not-done
            2024-03-12 | support | declined
        """,
        as_of="2024-06-01",
        expect={"SUPPORT": "absent", "REFUSED": "2024-03-12"},
    )
