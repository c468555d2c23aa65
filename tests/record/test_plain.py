"""Plain lines are read quickly, and say what they say to the reader of any record."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ccr_rules.evaluation.columnar.tables import TableBuilder
from ccr_rules.record.containers import open_document
from ccr_rules.record.entry import Days
from ccr_rules.record.json_text import Document, decode_lines
from ccr_rules.record.patient import PatientRecord
from ccr_rules.record.plain import PlainReader, PlainRecord
from ccr_rules.record.reading import How, how_to_read, read_contents
from ccr_rules.record.rows import entry_of, row_of
from tests.record.samples import (
    BREAST,
    PATIENT,
    REVIEW,
    Json,
    concept,
    condition,
    days,
    encounter,
    finding_ids,
    observation,
    resource,
)

HOW = how_to_read(consultations=False)


def lines_of(*resources: Any, contains: frozenset[str] = frozenset()) -> Document:
    lines = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in resources]
    return decode_lines(lines, ["line"] * len(lines), contains)


def plain(*resources: Any, how: How = HOW) -> PlainRecord | None:
    return PlainReader(how).read(lines_of(*resources))


def whole(found: PlainRecord) -> PatientRecord:
    """Return the record with its entries."""
    return replace(found.record, entries=tuple(map(entry_of, found.rows)))


def in_full(document: Document, how: How) -> PatientRecord:
    """Read lines as any record is read, and as if nothing were ever remembered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ccr_rules.record.reading.known_before", lambda *_, **__: None)
        return read_contents(open_document(copy.deepcopy(document)), how)


# --- what is drawn: resources as they should be, and in each some elements changed

ELEMENTS: dict[str, tuple[Any, ...]] = {
    "resourceType": (
        "Observation",
        "Flag",
        "Medication",
        "Patient",
        "List",
        "Bundle",
        5,
        None,
        ["Condition"],
    ),
    "id": ("x1", "x2", "p1", "not an id", "", 5, None, ..., "i" * 129, "a\nb"),
    "subject": (
        ...,
        None,
        "Patient/p1",
        {},
        *(
            {"reference": each}
            for each in ("Patient/p1", "Patient/p2", "Group/g", "#a", "", 5, "urn:uuid:p1")
        ),
        {"reference": "http://server/Patient/p1"},
        {"reference": "Patient/p1/_history/2"},
        {"reference": "Patient?identifier=a|b"},
        {"identifier": {"system": "a", "value": "b"}},
        *(0, "", [], False),
    ),
    "patient": ({"reference": "Patient/p1"}, {"reference": "Patient/p2"}, 5),
    "contained": ([], [PATIENT], [observation("inside")], "no list"),
    "meta": ({"versionId": "2", "lastUpdated": "2026-01-20T04:00:00Z"}, {"profile": ["STU3"]}, 5),
    "status": ("final", "cancelled", "registered", "nonsense", "entered-in-error", 5, None),
    "code": (
        concept(),
        concept(BREAST, text="Breast cancer"),
        concept("12 34"),
        {"text": "x" * 900},
        {"coding": [{"code": "1", "display": "No system"}]},
        {"coding": "not a list"},
        {"concept": concept(), "text": 5},
        {},
        None,
        [concept()],
    ),
    "type": (concept(), [concept(), concept(REVIEW)], 5),
    "effectiveDateTime": (
        "2024-03",
        "2024-02-30",
        "1700",
        "2024-03-30T23:30:00Z",
        "2024-06-30T23:30",
        5,
        ...,
    ),
    "effectivePeriod": ({"start": "2024-01-02"}, {"end": "2024"}, {}, {"start": "2024", "end": 5}, "2024"),
    "period": (
        {"start": "2024-02-30"},
        {"start": "2024-03-04", "end": "2024-03-05"},
        {"start": 5},
        None,
        ...,
    ),
    "onsetDateTime": ("2024", "20240101", "2024-01-01T25:00:00Z", "2999-12-31T23:59:59-14:00", ..., ["2024"]),
    "onsetAge": ({"value": 60, "unit": "a"}, "2024-01-01"),
    "onsetString": ("last spring",),
    "recordedDate": ("2024-05-06", "soon", "3000-01-01"),
    "issued": ("2024-05-06T10:00:00+01:00", "2024-05-06T10:00:00.123456Z", "2024-05-06T10:00:00+15:00"),
    "extension": (
        [{"url": "x/ConditionEpisode", "valueCode": "first"}],
        [{"url": "x/ConditionEpisode", "valueCode": "odd"}],
        [{"url": "x/ConditionEpisode"}],
        [
            {
                "url": "x/RegistrationDetails",
                "extension": [
                    {"url": "registrationPeriod", "valuePeriod": {"start": "2020-02", "end": "soon"}}
                ],
            }
        ],
        5,
    ),
    "modifierExtension": ([{"url": "x"}], []),
    "valueCodeableConcept": (concept(BREAST), {"text": "no"}, concept("12 34")),
    "verificationStatus": ({"coding": [{"code": "refuted"}]}, {"coding": [{"code": "provisional"}]}, "odd"),
    "notDone": (True, "no"),
    "birthDate": ("1950", "nonsense", 5, "1700-01-01"),
    "deceasedBoolean": (True, "yes"),
    "deceasedDateTime": ("2024-05-06", "soon", 5),
    "text": ({"div": "words \\ \"quoted\" – 'and' others"},),
    "note": ([{"text": "words"}], {"deep": [[[{}]]]}),
}
CHANGES = st.dictionaries(st.sampled_from(sorted(ELEMENTS)), st.integers(0, 20), max_size=2).map(
    lambda picks: {name: ELEMENTS[name][number % len(ELEMENTS[name])] for name, number in picks.items()}
)


def procedure(name: str = "pr1") -> Json:
    return resource("Procedure", name, status="completed", code=concept(), performedDateTime="2024-01-01")


def request(name: str = "r1") -> Json:
    return resource("ServiceRequest", name, status="active", intent="order", code=concept())


def medicine(name: str = "m1") -> Json:
    return resource("MedicationRequest", name, status="active", medicationCodeableConcept=concept())


def other_medicine(name: str = "m2") -> Json:
    named = {"medicationReference": {"reference": "Medication/m", "display": "Tamoxifen"}}
    return resource("MedicationStatement", name, status="active", effectivePeriod={"start": "2024"}, **named)


def flag(name: str = "f1") -> Json:
    return resource("Flag", name, status="active", code=concept(), period={"start": "2024-01-01"})


def plan(name: str = "cp1") -> Json:
    return resource(
        "CarePlan", name, status="active", category=[concept(REVIEW)], title="Plan", created="2024"
    )


def registration(name: str = "ep1") -> Json:
    period = {"start": "2020-02-03", "end": "2021"}
    return resource("EpisodeOfCare", name, status="active", type=[{"text": "Registered"}], period=period)


MAKERS = (
    *(condition, condition, observation, observation, encounter, procedure, request),
    *(medicine, other_medicine, flag, plan, registration),
)


@st.composite
def resources(draw: st.DrawFn) -> list[Json]:
    """Draw resources of one patient, most of them plain."""
    number = draw(st.integers(0, 6))
    drawn = [draw(st.sampled_from(MAKERS))(f"n{each}") for each in range(number)]
    drawn += [copy.deepcopy(PATIENT) for _ in range(draw(st.sampled_from((0, 1, 1, 1, 1, 2))))]
    for one in draw(st.lists(st.sampled_from(drawn), max_size=3)) if drawn else ():
        one.update(draw(CHANGES))
    drawn = [{name: value for name, value in one.items() if value is not ...} for one in drawn]
    return draw(st.permutations(drawn))


HOWS = st.builds(
    lambda profile, supplied: how_to_read(profile=profile, supplied=supplied, consultations=False),
    st.sampled_from((None, "whole-record", "condition-encounter")),
    st.sampled_from((None, ("Patient", "Condition"))),
)


class TestWhatIsReadQuickly:
    @given(resources(), HOWS, st.frozensets(st.sampled_from(("Condition", "Flag", "Encounter"))))
    def test_is_what_the_reader_of_any_record_reads(
        self, drawn: list[Any], how: How, contains: frozenset[str]
    ) -> None:
        document = lines_of(*drawn, contains=contains)
        found = PlainReader(how).read(document)
        if found is not None:
            assert whole(found) == in_full(document, how)

    @given(resources(), HOWS)
    def test_gives_the_tables_that_records_give(self, drawn: list[Any], how: How) -> None:
        found = PlainReader(how).read(lines_of(*drawn))
        if found is not None:
            quick, slow = TableBuilder(), TableBuilder()
            quick.add_rows(found.record, found.rows)
            slow.add(whole(found))
            assert quick.take() == slow.take()

    def test_are_lines_of_one_patient(self) -> None:
        found = plain(PATIENT, condition(), observation(), encounter())
        assert found is not None
        assert found.patient == PATIENT
        assert found.record.reference == "Patient/p1"
        assert found.record.entries == ()
        assert [reference for reference, *_ in found.rows] == [
            "Condition/c1",
            "Observation/o1",
            "Encounter/e1",
        ]
        assert found.record.supplied == {"Patient", "Condition", "Observation", "Encounter"}

    def test_are_lines_of_a_patient_whose_own_resource_is_not_here(self) -> None:
        found = plain(condition())
        assert found is not None
        assert (found.record.reference, found.patient) == ("Patient/p1", None)
        assert "Patient" in found.record.incomplete

    def test_is_a_patient_of_whom_nothing_else_is_known(self) -> None:
        found = plain(PATIENT)
        assert found is not None
        assert found.rows == []
        assert found.record.born == Days(*2 * (found.record.born.first,)) if found.record.born else False

    def test_may_have_findings(self) -> None:
        several = [condition(name, code=concept("12 34")) for name in ("c1", "c2")]
        found = plain({**PATIENT, "birthDate": "soon"}, *several)
        assert found is not None
        assert finding_ids(found.record) == {"date-not-read", "code-malformed"}
        assert found.record.findings[1].evidence == ("Condition/c1", "Condition/c2")

    def test_names_the_details_of_findings(self) -> None:
        found = plain(*(observation(name, status="odd") for name in ("o1", "o2")))
        assert found is not None
        assert found.record.findings[0].message.startswith("statuses that are not recognised: odd")

    def test_may_be_of_a_kind_that_is_not_remembered(self) -> None:
        found = plain(
            PATIENT, registration(), flag(), condition(onsetDateTime=..., onsetAge={"value": 60, "unit": "a"})
        )
        assert found is not None
        assert whole(found) == in_full(
            lines_of(
                PATIENT,
                registration(),
                flag(),
                condition(onsetDateTime=..., onsetAge={"value": 60, "unit": "a"}),
            ),
            HOW,
        )
        assert found.record.registered == days("2020-02-03")

    def test_may_say_two_things_in_one_resource(self) -> None:
        found = plain(observation(valueCodeableConcept=concept(BREAST)))
        assert found is not None
        assert [reference for reference, *_ in found.rows] == ["Observation/o1", "Observation/o1"]


NOT_PLAIN: dict[str, list[Any]] = {
    "nothing at all": [],
    "two Patients": [PATIENT, {**PATIENT, "birthDate": "1951-01-01"}],
    "a Patient with another resource in it": [{**PATIENT, "contained": []}],
    "a Patient without an id": [{"resourceType": "Patient"}, condition()],
    "a resource without an id": [condition(id=...)],
    "a resource whose id is no id": [condition(id="a b")],
    "a resource whose id is no text": [condition(id=5)],
    "a resource that is there twice": [condition(), condition()],
    "a resource with another in it": [condition(contained=[])],
    "a resource about nobody": [PATIENT, condition(subject=...)],
    "a first resource about nobody": [condition(subject=...)],
    "a subject that is no reference": [PATIENT, condition(subject="Patient/p1")],
    "a subject by identifier": [condition(subject={"identifier": {"system": "a", "value": "b"}})],
    "two subjects": [condition(), observation(subject={"reference": "Patient/p2"})],
    "somebody else's resource": [PATIENT, condition(subject={"reference": "Patient/p2"})],
    "a type that is no entry": [PATIENT, resource("Medication", code=concept())],
    "a subject that is nothing, beside a patient": [
        PATIENT,
        condition(subject=0, patient={"reference": "Patient/p1"}),
    ],
    "a reference to another resource": [PATIENT, other_medicine()],
    "a type that is no text": [PATIENT, {**condition(), "resourceType": 5}],
    "no resource": [PATIENT, 5],
    "a date that is none": [condition(onsetDateTime="2024-02-30")],
    "an element of another type": [condition(code=5)],
    "a birth date of another type": [{**PATIENT, "birthDate": 5}],
    "a key twice": [PATIENT, b'{"resourceType": "Condition", "id": "c", "id": "d"}'],
    "a line that is no JSON": [PATIENT, b'{"resourceType": "Condition"'],
}


@pytest.mark.parametrize("resources", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_all_else_is_left_to_the_reader_of_any_record(resources: list[Any]) -> None:
    assert plain(*resources) is None


@pytest.mark.parametrize(
    "how",
    [
        how_to_read(),
        how_to_read(patient="p1", consultations=False),
        how_to_read(version="R4", consultations=False),
        how_to_read(profile="gp-connect", consultations=False),
        how_to_read(strict=True, consultations=False),
    ],
    ids=["consultations", "a patient asked for", "a version", "a profile with a version", "strict"],
)
def test_whoever_wants_more_than_entries_is_left_to_the_reader_of_any_record(how: How) -> None:
    assert plain(PATIENT, condition(), how=how) is None


def test_nesting_beyond_all_measure_is_left_to_the_reader_of_any_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def deep(*_: Any) -> None:
        raise RecursionError

    monkeypatch.setattr("ccr_rules.record.plain.meaning_of", deep)
    assert plain(condition()) is None


def test_a_row_is_an_entry() -> None:
    found = plain(condition(), observation())
    assert found is not None
    assert [row_of(entry_of(row)) for row in found.rows] == found.rows
