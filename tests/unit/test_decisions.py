"""Decision rows, the practice's list, and when somebody counts as dead (SEMANTICS 15, 18, 19)."""

from collections.abc import Sequence
from datetime import date

import pytest

from ccr_rules import Days, PatientRecord
from ccr_rules.codelists.index import CodelistIndex
from ccr_rules.dates import ABSENT, on
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.decisions import Decided, dead_on, decide, on_list
from ccr_rules.evaluation.frame import Frame, TruthOf
from ccr_rules.evaluation.members import RecordView
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth
from tests.semantics.specification import Specification

DAY = date(2024, 6, 10)
INCLUDED, OLD, NEW = Decided("included", None), Decided("excluded", "OLD"), Decided("excluded", "NEW")


def an_empty_frame() -> Frame:
    view = RecordView(PatientRecord("Patient/p1"), Moment(DAY, DAY), CodelistIndex([]), {})
    return Frame(view, None, FALSE)


def always(truth: Truth) -> TruthOf:
    return lambda frame: truth


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ([TRUE, TRUE], (OLD,)),
        ([FALSE, TRUE], (NEW,)),
        ([FALSE, FALSE], (INCLUDED,)),
        ([UNKNOWN, TRUE], (OLD, NEW)),
        ([UNKNOWN, FALSE], (OLD, INCLUDED)),
        ([FALSE, UNKNOWN], (NEW, INCLUDED)),
        ([UNKNOWN, UNKNOWN], (OLD, NEW, INCLUDED)),
    ],
)
def test_the_first_row_that_holds_decides(tests: Sequence[Truth], expected: tuple[Decided, ...]) -> None:
    rows = [(always(tests[0]), OLD), (always(tests[1]), NEW), (None, INCLUDED)]
    assert decide(rows, an_empty_frame()) == expected


def test_a_register_has_no_rows() -> None:
    assert decide([], an_empty_frame()) == ()


def test_without_its_period_end_an_indicator_is_asked_of_today() -> None:
    """A date that is not there ends no period."""
    rules = """
dates: {DX: {earliest: diagnosis}, REVIEWED: {latest: review}}
indicators: {REGISTER: {title: Register, population: DX is not null, period_end: REVIEWED, source: spec}}
"""
    Specification(rules)(
        record="date | code\n2024-03-01 | diagnosis",
        patient={"registered": "2020-01-01"},
        as_of="2024-06-10",
        expect={"REGISTER": "in, not applicable, not applicable"},
    )


def test_the_same_outcome_twice_is_one_outcome() -> None:
    rows = [(always(UNKNOWN), OLD), (always(UNKNOWN), OLD), (always(TRUE), OLD)]
    assert decide(rows, an_empty_frame()) == (OLD,)


def days(first: int, last: int) -> Days:
    """Return days of June 2024."""
    return Days(date(2024, 6, first), date(2024, 6, last))


@pytest.mark.parametrize(
    ("record", "known_on", "dead"),
    [
        (PatientRecord("Patient/p1"), DAY, FALSE),
        (PatientRecord("Patient/p1", died=days(10, 10)), DAY, TRUE),
        (PatientRecord("Patient/p1", died=days(11, 11)), DAY, FALSE),
        (PatientRecord("Patient/p1", died=days(9, 11)), DAY, UNKNOWN),
        (PatientRecord("Patient/p1", is_dead=True), DAY, TRUE),
        (PatientRecord("Patient/p1", is_dead=True), date(2024, 6, 11), UNKNOWN),
        (PatientRecord("Patient/p1", is_dead=True, born=days(1, 1)), date(2024, 6, 11), UNKNOWN),
        (PatientRecord("Patient/p1", is_dead=True, born=days(1, 1)), DAY, TRUE),
    ],
)
def test_whether_somebody_has_died(record: PatientRecord, known_on: date, dead: Truth) -> None:
    """A death without a date was known on `known_on`, and was some day until then."""
    assert dead_on(record, DAY, known_on) is dead


@pytest.mark.parametrize(
    ("record", "listed"),
    [
        (PatientRecord("Patient/p1"), TRUE),
        (PatientRecord("Patient/p1", registered=days(10, 10)), TRUE),
        (PatientRecord("Patient/p1", registered=days(11, 11)), FALSE),
        (PatientRecord("Patient/p1", registered=days(9, 11)), UNKNOWN),
        (PatientRecord("Patient/p1", deregistered=days(10, 10)), FALSE),
        (PatientRecord("Patient/p1", deregistered=days(11, 11)), TRUE),
        (PatientRecord("Patient/p1", deregistered=days(9, 11)), UNKNOWN),
        (PatientRecord("Patient/p1", registered=days(1, 1), deregistered=days(9, 9)), FALSE),
        (PatientRecord("Patient/p1", died=days(10, 10)), FALSE),
    ],
)
def test_whether_somebody_is_on_the_list(record: PatientRecord, listed: Truth) -> None:
    """Without dates of registration, hosts hold the records of their own patients."""
    assert on_list(record, DAY, DAY) is listed


def test_a_frame_knows_the_day_of_the_consultation() -> None:
    frame = an_empty_frame()
    assert frame.consultation_date is ABSENT
    assert frame.as_of_value == on(DAY)
