"""What the rows of an export become: entries, what is said of the patient, doubts."""

from collections.abc import Iterator

import pytest
from gp_exports_support import AS_OF, BREAST, ONE, Practice, found, refused, statuses


@pytest.fixture(scope="module")
def practice() -> Iterator[Practice]:
    made = Practice(holds=["everything", "patients"])
    yield made
    made.plugins.close()


# --- entries --------------------------------------------------------------------------------------


def test_an_entry_has_its_code_term_dates_and_episode(practice: Practice) -> None:
    (record,) = practice.records(ONE)
    (entry,) = record.entries
    assert (entry.kind, entry.episode, entry.state, entry.certain) == ("Observation", "first", "done", True)
    assert [(each.system, each.code, each.display) for each in entry.codings] == [
        ("http://snomed.info/sct", "254837009", "Malignant neoplasm of breast")
    ]
    assert entry.clinical is not None
    assert entry.recorded is not None
    assert (str(entry.clinical.first), str(entry.recorded.first)) == ("2025-10-01", "2025-10-02")


@pytest.mark.parametrize(
    ("word", "episode", "findings"),
    [
        ("FIRST", "first", set()),
        ("new", "new", set()),
        ("REVIEW", "review", set()),
        ("ENDED", "end", set()),
        ("End", "end", set()),
        ("NONE", "unstated", set()),
        ("", "unstated", set()),
        ("Flare", "other", {"episode-not-recognised"}),
    ],
)
def test_the_words_of_an_episode(practice: Practice, word: str, episode: str, findings: set[str]) -> None:
    (record,) = practice.records(ONE.replace("FIRST", word))
    assert record.entries[0].episode == episode
    assert found(record) == findings


def test_the_letters_of_vision(practice: Practice) -> None:
    head = "PID,DATE,SNOMED_CODE,RUBRIC,EPISODE"
    (record,) = practice.records(
        *(f"7,{day:02}/10/2025,{BREAST},{letter}" for day, letter in enumerate("FNOD", 1)), head=head
    )
    assert [each.episode for each in record.entries] == ["first", "new", "other", "other"]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("2.54838E+08", "scientific notation"),
        ("254837009.0", "decimal point"),
        ("1324891000000100", "made zeros"),
        ("254837008", "check digit"),
        ("0254837009", "leading zero"),
        ("25483", "6 to 18 digits"),
        ("B34..", "6 to 18 digits"),
    ],
)
def test_a_code_that_is_another_is_refused(practice: Practice, code: str, says: str) -> None:
    (evaluation,) = practice.evaluated(ONE.replace("254837009", code))
    (fault,) = evaluation.record.quarantined
    assert says in fault.reason
    assert set(statuses(evaluation).values()) == {"cannot tell"}


@pytest.mark.parametrize("code", ['"=""254837009"""', "'254837009"])
def test_a_code_that_was_kept_from_spreadsheets(practice: Practice, code: str) -> None:
    (record,) = practice.records(ONE.replace("254837009", code))
    assert record.entries[0].codings[0].code == "254837009"


def test_the_id_of_a_description_leaves_the_term(practice: Practice) -> None:
    (evaluation,) = practice.evaluated(ONE.replace("254837009", "1234567019"))
    assert "description-id-as-code" in found(evaluation.record)
    assert set(statuses(evaluation).values()) == {"cannot tell"}
    (record,) = practice.records(ONE.replace("254837009,Malignant neoplasm of breast", "1234567019,"))
    assert refused(record) == [("line 2", "Observation")]


def test_a_code_without_a_term_is_a_finding(practice: Practice) -> None:
    (record,) = practice.records(ONE.replace("Malignant neoplasm of breast", ""))
    assert found(record) == {"code-without-term"}


def test_a_code_of_another_system_has_that_system_if_the_mapping_names_it(practice: Practice) -> None:
    head = "Patient ID,Event Date,CTV3Code,Code Description"
    (record,) = practice.records("7,01/10/2025,B34..,Malignant neoplasm of breast", head=head)
    assert record.entries[0].codings[0].system == "http://read.info/ctv3"
    head = "EMIS Number,Date,Read Code,Code Term"
    (record,) = practice.records("7,01/10/2025,B34..,Malignant neoplasm of breast", head=head)
    (coding,) = record.entries[0].codings
    assert (coding.system, coding.code, coding.display) == ("", "", "Malignant neoplasm of breast")


def test_a_code_of_another_system_without_a_term_tells_nobody_anything(practice: Practice) -> None:
    head = "Patient ID,Event Date,CTV3Code,Code Description"
    (record,) = practice.records("7,01/10/2025,B34..,", head=head)
    assert refused(record) == [("line 2", "Observation")]


def test_a_consultation_is_one_and_an_entry_if_it_says_anything(practice: Practice) -> None:
    (record,) = practice.records(
        f"9990000026,1001,,Telephone consultation,{AS_OF},,,Consultation",
        "9990000026,1001,,,19-Jan-2026,,,Consultation",
    )
    assert sorted(each.mode for each in record.consultations) == ["telephone", "unknown"]
    assert [each.kind for each in record.entries] == ["Encounter"]


def test_a_sort_of_row_that_nobody_knows_may_be_anything(practice: Practice) -> None:
    (record,) = practice.records(f"{ONE}Recall")
    assert refused(record) == [("line 2", "")]
    assert record.supplied == frozenset()


@pytest.mark.parametrize("column", ["Date", "Date Recorded"])
def test_a_day_that_cannot_be_told(practice: Practice, column: str) -> None:
    day = {"Date": "01-Oct-2025", "Date Recorded": "02-Oct-2025"}[column]
    (record,) = practice.records(ONE.replace(day, "01-Oct-25"))
    (fault,) = record.quarantined
    assert "two digits" in fault.reason
    assert fault.reason.startswith({"Date": "`date`", "Date Recorded": "`recorded`"}[column])


def test_the_same_row_twice_is_two_entries(practice: Practice) -> None:
    (record,) = practice.records(ONE, ONE)
    references = [each.reference for each in record.entries]
    assert len(set(references)) == 2
    assert references[1] == f"{references[0]}-2"


def test_ids_of_rows_are_those_of_the_export(practice: Practice) -> None:
    head = "RowIdentifier,IDPatient,DateEvent,SNOMEDCode,SNOMEDText"
    (record,) = practice.records(f"77,7,01/10/2025,{BREAST}", f"77,7,02/10/2025,{BREAST}", head=head)
    assert [each.reference for each in record.entries] == ["Observation/77", "Observation/77-2"]


# --- the patient ----------------------------------------------------------------------------------

PERSON = "EMIS Number,Date of Birth,Date of Death,Registration Date,Deducted Date,Code Term,Date"


def test_what_rows_say_of_the_patient(practice: Practice) -> None:
    (record,) = practice.records("7,01/02/1950,,01/03/2001,05/06/2024,Cough,2020", head=PERSON)
    assert record.born is not None
    assert record.registered is not None
    assert record.deregistered is not None
    assert [str(each.first) for each in (record.born, record.registered, record.deregistered)] == [
        "1950-02-01",
        "2001-03-01",
        "2024-06-05",
    ]
    assert not record.is_dead
    assert "Patient" in record.supplied


def test_rows_that_differ_about_the_patient_say_nothing(practice: Practice) -> None:
    (record,) = practice.records(
        "7,01/02/1950,03/01/2025,,,Cough,2020", "7,02/02/1950,04/01/2025,,,Cough,2021", head=PERSON
    )
    assert (record.born, record.died, record.is_dead) == (None, None, True)
    assert "details-differ" in found(record)
    assert "Patient" not in record.supplied


def test_a_row_that_says_something_unreadable_of_the_patient(practice: Practice) -> None:
    (record,) = practice.records("7,01/02/50,,,,Cough,2020", "7,,,,,Cough,2021", head=PERSON)
    assert refused(record) == [("line 2", "")]
    assert record.supplied == frozenset()
