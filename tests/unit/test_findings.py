"""What the engine says about the record itself, for hosts and analysts."""

import msgspec
import pytest

from ccr_rules import Coding, Entry, PatientRecord
from ccr_rules.evaluation.asof import Moment
from ccr_rules.record.entry import SNOMED
from ccr_rules.record.patient import KINDS, RecordFinding
from tests.semantics.specification import ENGINE, Specification, days_of, entries_of, ready

RULES = "dates: {DX: {earliest: diagnosis}, REVIEWED: {latest: review}}"


def found(
    *entries: Entry, record_findings: tuple[RecordFinding, ...] = (), as_of: str = "2024-06-01"
) -> list[tuple[str, list[str]]]:
    record = PatientRecord("Patient/p1", entries, supplied=frozenset(KINDS), findings=record_findings)
    day = days_of(as_of)
    assert day is not None
    evaluation = ENGINE.evaluate_record(record, Moment(day.first, day.first), ready(RULES))
    return [(each.id, each.evidence) for each in evaluation.findings]


def a_condition(number: int, *codings: Coding, kind: str = "Condition", day: str = "2024-03-01") -> Entry:
    return Entry(f"{kind}/{number}", kind, codings, clinical=days_of(day))


def test_findings_of_the_reader_and_of_the_engine_are_one_list() -> None:
    """Sorted and grouped, so that the order of the entries does not matter."""
    read = (RecordFinding("b", "B", ("Condition/2",)), RecordFinding("b", "B", ("Condition/1",)))
    entries = entries_of("date | code\n | diagnosis\n | review")
    assert found(*entries, record_findings=read) == [
        ("b", ["Condition/1", "Condition/2"]),
        ("episode-not-supplied", ["Condition/1"]),
        ("undated", ["Condition/1", "Encounter/2"]),
    ]
    assert found(*reversed(entries), record_findings=read[::-1]) == found(*entries, record_findings=read)


def test_a_code_without_words_that_no_list_holds() -> None:
    """Nobody can tell what it is; a term, of the code or of the entry, tells."""
    bare = a_condition(1, Coding(SNOMED, "38341003"))
    termed = a_condition(2, Coding(SNOMED, "38341003", "Hypertension"))
    worded = msgspec.structs.replace(bare, reference="Condition/3", text="Hypertension")
    observed = a_condition(4, Coding(SNOMED, "38341003"), kind="Observation")
    empty = a_condition(5)
    assert found(bare, termed, worded, observed, empty) == [("code-without-term", ["Condition/1"])]


def test_a_diagnosis_where_none_can_stand() -> None:
    """Said only while no entry counts as that diagnosis."""
    elsewhere = a_condition(1, Coding(SNOMED, "254837009", "Breast cancer"), kind="Flag")
    assert found(elsewhere) == [("diagnosis-coded-elsewhere", ["Flag/1"])]
    assert found(elsewhere, a_condition(2, Coding(SNOMED, "254837009"))) == [
        ("episode-not-supplied", ["Condition/2"])
    ]


def test_what_does_not_exist_yet_is_not_spoken_of() -> None:
    """SEMANTICS 8: the day before, the entry is not there, and no finding betrays it."""
    diagnosis = a_condition(1, Coding(SNOMED, "254837009"), day="2024-03-01")
    bare = a_condition(2, Coding(SNOMED, "38341003"), day="2024-03-01")
    assert found(diagnosis, bare, as_of="2024-02-29") == []
    assert {id_ for id_, _ in found(diagnosis, bare, as_of="2024-03-01")} == {
        "episode-not-supplied",
        "code-without-term",
    }


@pytest.mark.parametrize(
    ("clinical", "recorded", "ids"),
    [
        ("2024-03-01", "2024-03-01", []),
        ("2024-03-02", "2024-03-01", ["future-dated"]),
        ("2024-03", "2024-03-01", []),
        ("", "", ["undated"]),
        ("", "2024-03-01", []),
    ],
)
def test_dates_that_somebody_should_look_at(clinical: str, recorded: str, ids: list[str]) -> None:
    entry = Entry(
        "Encounter/1", "Encounter", (Coding(SNOMED, "720006006"),), "", days_of(clinical), days_of(recorded)
    )
    assert [id_ for id_, _ in found(entry)] == ids


def test_what_was_entered_later_is_not_spoken_of_either() -> None:
    entry = Entry("Encounter/1", "Encounter", (Coding(SNOMED, "720006006"),), "", None, days_of("2024-06-02"))
    assert found(entry) == []


def test_each_birth_and_death_is_a_date_of_the_patient() -> None:
    rules = "conditions: {late: patient.born > @2000-01-01, dead: patient.died is not null}"
    specification = Specification(rules)
    specification(patient={"born": "1999"}, as_of="2024-06-01", expect={"late": "false", "dead": "false"})
    specification(patient={"born": "2000-01-01..2000-01-02"}, as_of="2024-06-01", expect={"late": "unknown"})
    born_later = {"born": "2024-07-01"}
    specification(
        is_dead=True, patient=born_later, as_of="2024-06-01", expect={"late": "false", "dead": "true"}
    )


def test_an_entry_without_dates_of_somebody_not_yet_born() -> None:
    """A birth after what was known says nothing: the entry may stand anywhere before."""
    Specification(RULES)(
        record="date | code\n | diagnosis",
        patient={"born": "2024-07-01"},
        as_of="2024-07-01",
        known_on="2024-06-01",
        expect={"DX": "1850-01-01..2024-06-01"},
    )
