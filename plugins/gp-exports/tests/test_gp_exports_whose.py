"""Whose the rows of an export are, and what becomes of those that are nobody's."""

from collections.abc import Iterator

import pytest
from ccr_gp_exports.plugin import GpExports
from gp_exports_support import AS_OF, BREAST, HEAD, ONE, REVIEW, Practice, found, refused, statuses

from ccr_rules import RecordError
from ccr_rules.hosting import Source


@pytest.fixture(scope="module")
def practice() -> Iterator[Practice]:
    made = Practice(holds=["everything", "patients"])
    yield made
    made.plugins.close()


# --- whose ----------------------------------------------------------------------------------------


def test_a_part_is_the_headings_and_the_rows_of_one_patient(practice: Practice) -> None:
    split = practice.split(ONE, ONE.replace("9990000026,1001", "9990000034,1002"), ONE)
    assert split.faults == ()
    first, second = [each.text.splitlines() for each in split.sources]
    assert first == [f"line of the export,{HEAD}", f"2,{ONE}", f"4,{ONE}"]
    assert second[1].startswith("3,9990000034,1002,")


def test_a_part_is_not_taken_apart_again(practice: Practice) -> None:
    (part,) = practice.split(ONE).sources
    assert practice.plugins.split(part)[0].sources == (part,)


def test_an_export_of_several_patients_is_not_read_as_one(practice: Practice) -> None:
    source = Source("\n".join([HEAD, ONE, ONE.replace("9990000026,1001", "9990000034,1002")]))
    with pytest.raises(RecordError, match="rows of 2 patients; split it first"):
        practice.engine.evaluate(source, AS_OF)


def test_an_export_of_one_patient_is_read_without_being_taken_apart(practice: Practice) -> None:
    evaluation = practice.engine.evaluate(Source(f"{HEAD}\n{ONE}\n9990000026,1001,x,,,,,\n"), AS_OF)
    assert evaluation.record.reference == "Patient/9990000026"
    assert refused(evaluation.record) == [("line 3", "Observation")]


def test_somebody_elses_record_is_refused(practice: Practice) -> None:
    with pytest.raises(RecordError, match="not about Patient/9990000034"):
        practice.evaluated(ONE, patient="Patient/9990000034")


@pytest.mark.parametrize("rows", [[], [f",,{BREAST},01-Oct-2025,,,"]])
def test_a_record_of_nobody(practice: Practice, rows: list[str]) -> None:
    with pytest.raises(RecordError, match="no row of the export can be attributed to a patient"):
        practice.engine.evaluate(Source("\n".join([HEAD, *rows])), AS_OF)


def test_the_number_of_the_system_leads_to_the_nhs_number_that_stands_beside_it_elsewhere(
    practice: Practice,
) -> None:
    (record,) = practice.records(ONE, f",1001,{REVIEW},01-Dec-2025,,,")
    assert record.reference == "Patient/9990000026"
    assert len(record.entries) == 2


def test_a_number_beside_two_nhs_numbers_leads_to_none(practice: Practice) -> None:
    split = practice.split(ONE, ONE.replace("9990000026", "9990000034"), f",1001,{REVIEW},01-Dec-2025,,,")
    assert len(split.sources) == 2
    assert [(each.place, "two NHS numbers" in each.reason) for each in split.faults] == [("line 4", True)]


@pytest.mark.parametrize(
    ("numbers", "says"),
    [(",", "names no patient"), ("9.99E+09,", "spreadsheet"), ("a b,", "names no patient")],
)
def test_a_row_of_nobody_is_reported_and_may_be_anybodys(numbers: str, says: str) -> None:
    practice = Practice(holds=["everything", "patients"])
    rows = [ONE, f"{numbers},{REVIEW},01-Dec-2025,,,"]
    (fault,) = practice.split(*rows).faults
    assert (fault.place, says in fault.reason) == ("line 3", True)
    (evaluation,) = practice.evaluated(*rows)
    assert statuses(evaluation)["cancer-care-review"] == "cannot tell"
    assert "1 row of the export names nobody" in evaluation.record.incomplete["Observation"]


def test_rows_of_nobody_can_be_reported_only() -> None:
    practice = Practice(holds=["everything", "patients"], unattributed="report")
    rows = [ONE, f",,{REVIEW},01-Dec-2025,,,"]
    assert len(practice.split(*rows).faults) == 1
    (evaluation,) = practice.evaluated(*rows)
    assert statuses(evaluation)["cancer-care-review"] == "open"


def test_empty_numbers_can_mean_the_patient_above() -> None:
    """EMIS list reports print a patient once and leave the cells below empty, unless told otherwise."""
    practice = Practice(holds=["everything"], rows_without_patient="as above")
    other = ONE.replace("9990000026,1001", "9990000034,1002")
    split = practice.split(f",,{REVIEW},01-Jan-2020,,,", ONE, f",,{REVIEW},01-Dec-2025,,,", other)
    assert [each.place for each in split.faults] == ["line 2"]
    first, second = (practice.engine.evaluate(each, AS_OF).record for each in split.sources)
    assert (len(first.entries), len(second.entries)) == (2, 1)


def test_below_a_row_that_is_out_of_order_nobody_is_above() -> None:
    practice = Practice(rows_without_patient="as above")
    split = practice.split(ONE, "1001,x", f",,{REVIEW},01-Dec-2025,,,")
    assert [each.place for each in split.faults] == ["line 3", "line 4"]


def test_a_row_with_cells_missing_is_the_patients_if_it_begins_with_an_nhs_number(practice: Practice) -> None:
    split = practice.split(ONE, f"9990000026,1001,{REVIEW}")
    assert split.faults == ()
    (record,) = practice.records(ONE, f"9990000026,1001,{REVIEW}")
    assert refused(record) == [("line 3", "")]
    assert record.supplied == frozenset()
    no_number = practice.split(
        "9990000026,9990000026,254837009", head="Code Term,Date,Date Recorded,NHS Number"
    )
    assert [each.place for each in no_number.faults] == ["line 2"]


def test_a_number_without_the_check_digit_is_a_finding(practice: Practice) -> None:
    (record,) = practice.records(ONE.replace("9990000026,1001", "9990000027,"))
    assert record.reference == "Patient/9990000027"
    assert found(record) == {"nhs-number-malformed"}
    (other,) = practice.records(ONE.replace("9990000026,1001", "9990000027,1001"))
    assert (other.reference, found(other)) == ("Patient/emis-1001", set())


def test_a_row_of_nobody_in_an_export_of_one_patient(practice: Practice) -> None:
    evaluation = practice.engine.evaluate(Source("\n".join([HEAD, ONE, f",,{REVIEW},01-Dec-2025,,,"])), AS_OF)
    assert refused(evaluation.record) == [("line 3", "")]
    assert set(statuses(evaluation).values()) == {"cannot tell"}


def test_people_are_those_that_rows_name() -> None:
    text = "\n".join([HEAD, ONE, f",,{REVIEW},01-Dec-2025,,,"])
    assert GpExports().people(Source(text)) == {
        "Patient/9990000026": {"nhs_number": "9990000026", "number": "1001"}
    }


# --- nobody's numbers ------------------------------------------------------------------------------

NO_NUMBERS = ("0000000000", "000 000 0000", "9999999999", "Unknown", "NULL", "n/a", "None", "0", "nan")


@pytest.mark.parametrize("nothing", NO_NUMBERS)
def test_people_without_a_number_are_never_one_person(practice: Practice, nothing: str) -> None:
    """The check digit of 0000000000 fits; the review of one such person is not that of another."""
    rows = (f"{nothing},,{BREAST},01-Oct-2025,,,", f"{nothing},,{REVIEW},05-Nov-2025,,,")
    split = practice.split(*rows)
    assert split.sources == ()
    assert [each.reason for each in split.faults] == ["it names no patient"] * 2


@pytest.mark.parametrize("nothing", NO_NUMBERS)
def test_what_stands_for_no_nhs_number_does_not_hide_the_number_of_the_system(
    practice: Practice, nothing: str
) -> None:
    rows = (f"{nothing},5,{BREAST},01-Oct-2025,,,", f"{nothing},6,{REVIEW},05-Nov-2025,,,")
    five, six = practice.evaluated(*rows)
    assert [five.record.reference, six.record.reference] == ["Patient/emis-5", "Patient/emis-6"]
    assert statuses(five)["support-conversation"] == "overdue"


@pytest.mark.parametrize("nothing", ["Unknown", "NULL", "n/a"])
def test_a_word_in_place_of_the_number_of_the_system(practice: Practice, nothing: str) -> None:
    assert practice.split(f",{nothing},{BREAST},01-Oct-2025,,,").sources == ()


def test_a_row_with_a_word_for_nobody_does_not_belong_to_the_row_above() -> None:
    practice = Practice(holds=["everything"], rows_without_patient="as above")
    split = practice.split(ONE, f"Unknown,,{REVIEW},05-Nov-2025,,,", ",,,Cough,06-Nov-2025,,,")
    assert [each.place for each in split.faults] == ["line 3", "line 4"]
