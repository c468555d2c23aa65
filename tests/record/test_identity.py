"""Whose record it is: one patient's, and the one that was asked for."""

from typing import Any

import pytest

from ccr_rules.errors import RecordError
from ccr_rules.record.reading import read_record
from tests.record.samples import (
    PATIENT,
    Json,
    bundle,
    condition,
    encounter,
    observation,
    record_of,
    resource,
    search,
)

UUID = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
NHS = "https://fhir.nhs.uk/Id/nhs-number"


def by_identifier(value: str, system: str = NHS) -> Json:
    return {"identifier": {"system": system, "value": value}}


def with_url(url: str, *resources: Json) -> Json:
    """A Bundle whose first entry has a fullUrl."""
    given = bundle(*resources)
    given["entry"][0]["fullUrl"] = url
    return given


@pytest.mark.parametrize(
    "source",
    [
        bundle(PATIENT),
        bundle(PATIENT, condition()),
        condition(),
        PATIENT,
        condition(subject={"reference": "https://gp.example/fhir/Patient/p1/_history/3"}),
        condition(subject={"reference": "p1"}),
        resource("EpisodeOfCare"),
        search("Condition?patient=p1"),
        search("Patient/p1/Condition"),
        {"resourceType": "AllergyIntolerance", "patient": {"reference": "Patient/p1"}},
    ],
)
def test_the_patient_is_told_by_resource_subject_or_search(source: Json) -> None:
    assert read_record(source).reference == "Patient/p1"


@pytest.mark.parametrize(
    "source",
    [
        bundle(),
        {"resourceType": "Bundle", "type": "collection"},
        [],
        condition(subject=...),
        condition(subject={"display": "Ann Example"}),
        condition(subject={"reference": "Group/g1"}),
        search("Condition"),
        {"resourceType": "Organization"},
        {"resourceType": "Parameters"},
    ],
)
def test_a_record_about_nobody_is_refused(source: Any) -> None:
    with pytest.raises(RecordError, match=r"^the record is about nobody: .* send the Patient resource"):
        read_record(source)


OTHER = {"reference": "Patient/p2"}
ALLERGY = {"resourceType": "AllergyIntolerance", "id": "a", "patient": OTHER}


@pytest.mark.parametrize(
    "source",
    [
        bundle(PATIENT, {"resourceType": "Patient", "id": "p2"}),
        bundle(PATIENT, condition(subject=OTHER)),
        bundle(condition(), encounter(subject=OTHER)),
        bundle(PATIENT, ALLERGY),
        bundle(PATIENT, encounter(contained=[condition(subject=OTHER)])),
        [search("Condition?patient=p2"), PATIENT],
        [search("Condition?patient=p1,p2")],
        bundle(PATIENT, condition(subject={"reference": UUID})),
    ],
)
def test_a_record_about_two_patients_is_refused(source: Any) -> None:
    with pytest.raises(RecordError, match=r"^the record is about two patients: Patient/p[12] \(.*send one"):
        read_record(source)


def test_the_same_id_on_two_servers_may_be_two_people() -> None:
    here, there = ({"reference": f"https://{name}.example/Patient/p1"} for name in ("here", "there"))
    with pytest.raises(RecordError, match="of two servers"):
        read_record(bundle(condition(subject=here), encounter(subject=there)))
    with pytest.raises(RecordError, match="of two servers"):
        read_record(with_url("https://here.example/Patient/p1", PATIENT, condition(subject=there)))
    record = read_record(with_url("https://here.example/Patient/p1", PATIENT, condition(subject=here)))
    assert record.reference == "Patient/p1"


@pytest.mark.parametrize(
    ("patient", "subject", "reference"),
    [
        (PATIENT, {"reference": UUID}, "Patient/p1"),
        (PATIENT, {"reference": "Patient/p1"}, "Patient/p1"),
        ({"resourceType": "Patient"}, {"reference": UUID}, "Patient/0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"),
    ],
)
def test_subjects_may_be_named_by_full_url(patient: Json, subject: Json, reference: str) -> None:
    assert read_record(with_url(UUID, patient, condition(subject=subject))).reference == reference


def test_a_patient_without_any_name_is_whoever_the_subjects_name() -> None:
    anonymous = {"resourceType": "Patient"}
    assert read_record(bundle(anonymous, condition())).reference == "Patient/p1"
    assert read_record(bundle(anonymous)).reference == "Patient/#entry[0]"
    assert read_record(bundle(anonymous, dict(anonymous))).reference == "Patient/#entry[0]"
    with pytest.raises(RecordError, match="two patients"):
        read_record(bundle(anonymous, condition(), encounter(subject=OTHER)))
    with pytest.raises(RecordError, match="two patients"):
        read_record(bundle(anonymous, {"resourceType": "Patient", "gender": "male"}))


def test_a_group_named_by_full_url_is_not_a_patient() -> None:
    given = with_url(
        UUID, {"resourceType": "Group", "id": "g"}, PATIENT, observation(subject={"reference": UUID})
    )
    record = read_record(given)
    assert record.reference == "Patient/p1"
    assert record.entries == ()


def numbered(*numbers: str) -> Json:
    return PATIENT | {"identifier": [{"system": NHS, "value": number} for number in numbers]}


def contained_patient(number: str) -> Json:
    inner = {"resourceType": "Patient", "id": "in", "identifier": [by_identifier(number)["identifier"]]}
    return condition(subject={"reference": "#in"}, contained=[inner])


def conditional(number: str) -> Json:
    return condition(subject={"reference": f"Patient?identifier={NHS}|{number}"})


def logical(number: str) -> Json:
    return condition(subject=by_identifier(number))


@pytest.mark.parametrize("named", [contained_patient, conditional, logical])
def test_a_subject_may_be_named_by_an_identifier(named: Any) -> None:
    assert read_record(named("900 000 0009")).reference == "Patient/#identifier"
    for patient in (numbered("9000000009", "8000000008"), PATIENT):
        assert read_record(bundle(patient, named("9000000009"))).reference == "Patient/p1"
    for source in (bundle(numbered("1"), named("2")), [named("1"), encounter(subject=by_identifier("2"))]):
        with pytest.raises(RecordError, match=r"two patients: the subject at .* has another identifier"):
            read_record(source)


def test_an_identifier_without_a_system_tells_nothing() -> None:
    patient = PATIENT | {"identifier": [{"value": "1"}, 5, {"system": NHS, "value": 1}]}
    assert read_record(bundle(patient, logical("2"))).reference == "Patient/p1"


@pytest.mark.parametrize(
    "subject",
    [
        {"identifier": {"value": "1"}},
        {"identifier": "1"},
        {"reference": "Patient?name=Ann"},
        {"reference": "#gone"},
        {"reference": "#in"},
    ],
)
def test_a_subject_that_tells_nothing_contradicts_nothing(subject: Json) -> None:
    inner: list[Any] = [5, {"resourceType": "Patient", "id": "in", "identifier": "none"}]
    assert len(record_of(condition(subject=subject, contained=inner)).entries) == 1


@pytest.mark.parametrize(
    "asked",
    ["p1", "Patient/p1", "https://gp.example/fhir/Patient/p1", "Patient/p1/_history/2", "urn:uuid:p1"],
)
def test_the_patient_asked_for_may_be_named_in_any_way(asked: str) -> None:
    assert record_of(condition(), patient=asked).reference == "Patient/p1"
    assert read_record(condition(), patient=asked).reference == "Patient/p1"


@pytest.mark.parametrize(
    ("source", "asked", "message"),
    [
        (bundle(PATIENT), "p2", "is about Patient/p1, not about Patient/p2"),
        (condition(), "Patient/p2", "is about Patient/p1, not about Patient/p2"),
        (condition(), "Group/p1", "cannot be shown to be that of the patient asked for"),
        (logical("1"), "p1", "cannot be shown to be that of the patient asked for"),
        (
            with_url("https://here.example/Patient/p1", PATIENT),
            "https://there.example/Patient/p1",
            "is about Patient/p1, not about Patient/p1",
        ),
    ],
)
def test_another_patient_than_the_one_asked_for_is_refused(source: Json, asked: str, message: str) -> None:
    with pytest.raises(RecordError, match=message):
        read_record(source, patient=asked)


def test_asking_for_somebody_does_not_make_an_empty_record_theirs() -> None:
    with pytest.raises(RecordError, match="about nobody"):
        read_record(bundle(), patient="p1")
