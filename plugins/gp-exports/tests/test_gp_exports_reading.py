"""What the rows of an export become: whose they are, entries, doubts."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from ccr_gp_exports.plugin import GpExports

from ccr_rules import Engine, Evaluation, PatientRecord, Plugins, RecordError
from ccr_rules.hosting import Source, Split

AS_OF = "2026-01-20"
HEAD = "NHS Number,EMIS Number,SNOMED CT Concept ID,Code Term,Date,Date Recorded,Episode,Row Type"
BREAST = "254837009,Malignant neoplasm of breast"
REVIEW = "720006006,Cancer care review"
ONE = f"9990000026,1001,{BREAST},01-Oct-2025,02-Oct-2025,FIRST,"


class Practice:
    def __init__(self, **settings: Any) -> None:
        self.plugins = Plugins.of({"gp-exports": GpExports()}, {"gp-exports": settings})
        self.engine = Engine.hosting(self.plugins)

    def split(self, *rows: str, head: str = HEAD) -> Split:
        split, faults = self.plugins.split(Source("\n".join([head, *rows])))
        assert faults == ()
        return split

    def evaluated(self, *rows: str, head: str = HEAD, **said: Any) -> list[Evaluation]:
        parts = self.split(*rows, head=head).sources
        sources = [
            Source(each.content, "", said.get("patient"), said.get("profile"), said.get("supplied"))
            for each in parts
        ]
        return [self.engine.evaluate(each, AS_OF) for each in sources]

    def records(self, *rows: str, head: str = HEAD) -> list[PatientRecord]:
        return [each.record for each in self.evaluated(*rows, head=head)]


@pytest.fixture(scope="module")
def practice() -> Iterator[Practice]:
    made = Practice(holds=["everything", "patients"])
    yield made
    made.plugins.close()


def statuses(evaluation: Evaluation) -> dict[str, str]:
    return {each.id: each.status for each in evaluation.reviews}


def found(record: PatientRecord) -> set[str]:
    return {each.id for each in record.findings}


def refused(record: PatientRecord) -> Sequence[tuple[str, str]]:
    return [(each.place, each.kind) for each in record.quarantined]


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


# --- what is held ---------------------------------------------------------------------------------

BOTH = (ONE, f"9990000026,1001,{REVIEW},05-Dec-2025,,,")


@pytest.mark.parametrize(
    ("holds", "support", "review"),
    [
        ([], "cannot tell", "cannot tell"),
        (["patients"], "cannot tell", "cannot tell"),
        (["diagnoses"], "cannot tell", "cannot tell"),
        (["activities"], "cannot tell", "open"),  # whatever else was diagnosed, it is not due before October
        (["diagnoses", "activities"], "overdue", "open"),
        ("everything", "overdue", "open"),
        (["cancer-diagnosis", "cancer-care-review", "support-information-given"], "overdue", "open"),
    ],
)
def test_not_found_is_certain_only_in_what_is_held(holds: Any, support: str, review: str) -> None:
    (evaluation,) = Practice(holds=holds).evaluated(ONE)
    assert statuses(evaluation) == {"support-conversation": support, "cancer-care-review": review}


def test_what_is_found_counts_also_in_what_is_not_held() -> None:
    """All diagnoses are there, some of the reviews: one that was found in time was done, whatever else is."""
    (evaluation,) = Practice(holds=["diagnoses"]).evaluated(*BOTH)
    assert statuses(evaluation)["cancer-care-review"] == "done"


def test_somebody_without_a_diagnosis() -> None:
    row = "9990000026,1001,,Essential hypertension,2019,,,"
    (known,) = Practice(holds=["diagnoses"]).evaluated(row)
    assert set(statuses(known).values()) == {"not applicable"}
    (unknown,) = Practice().evaluated(row)
    assert set(statuses(unknown).values()) == {"cannot tell"}


def test_what_is_stated_stands_in_the_answer() -> None:
    (evaluation,) = Practice(holds=["diagnoses", "patients"]).evaluated(ONE)
    assert list(evaluation.record.assumed) == [
        "The export of EMIS Web holds every entry of: diagnoses.",
        "The export has no column that tells of death or registration: everybody in it is taken to be "
        "living and registered.",
    ]
    (silent,) = Practice().evaluated(ONE)
    assert "setting `holds`" in silent.record.incomplete["Observation"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            "Date of Death,Deducted Date",
            "The export says who has died, and who is registered.",
        ),
        (
            "Date of Death,Age",
            "The export has no column that tells of registration: everybody in it is taken to be registered.",
        ),
        (
            "Registration Date,Age",
            "The export has no column that tells of death: everybody in it is taken to be living.",
        ),
    ],
)
def test_what_no_column_says_of_the_patients_is_said_to_be_taken_on_trust(columns: str, said: str) -> None:
    practice = Practice(holds=["patients"])
    (evaluation,) = practice.evaluated(f"{ONE},,", head=f"{HEAD},{columns}")
    assert evaluation.record.assumed == (said,)


def test_what_the_host_states_goes_before_the_settings() -> None:
    practice = Practice()
    (stated,) = practice.evaluated(ONE, supplied=("Observation", "Condition", "Encounter", "Procedure"))
    assert statuses(stated)["support-conversation"] == "overdue"
    (profiled,) = practice.evaluated(ONE, profile="whole-record")
    assert statuses(profiled)["support-conversation"] == "overdue"
    (less,) = Practice(holds=["everything"]).evaluated(ONE, supplied=())
    assert statuses(less)["support-conversation"] == "cannot tell"
