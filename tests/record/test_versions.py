"""The version of FHIR is told by shape; strict reading validates against it."""

import sys
from typing import Any

import pytest

from ccr_rules.record.containers import open_document
from ccr_rules.record.json_text import decode
from ccr_rules.record.reading import read_record
from ccr_rules.record.versions import SIGNS, detect
from tests.record.samples import (
    PATIENT,
    Json,
    bundle,
    concept,
    condition,
    encounter,
    finding_ids,
    observation,
    record_of,
    resource,
)

AMBULATORY: Json = {"class": {"code": "AMB"}}
LISTED: Json = {"class": [{"coding": []}]}
IN_R5: Json = {"class": [{"text": "ambulatory"}], "period": ..., "actualPeriod": {"start": "2025-01-10"}}


def version_of(*resources: Json) -> str:
    return detect(open_document(decode(bundle(PATIENT, *resources))).located)


STU3 = [
    condition(assertedDate="2025"),
    condition(clinicalStatus="active"),
    condition(verificationStatus="confirmed"),
    condition(context={"reference": "Encounter/1"}),
    observation(context={"reference": "Encounter/1"}),
    observation(meta={"profile": ["https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-Observation-1"]}),
    resource("Procedure", notDone=True),
    resource("Procedure", context={}),
    resource("Communication", notDone=False),
    resource("MedicationStatement", taken="y"),
    resource("DocumentReference", indexed="2025"),
    encounter(reason=[concept()]),
    resource("ReferralRequest"),
    resource("ProcedureRequest"),
]

R5 = [
    encounter(**LISTED),
    encounter(actualPeriod={}),
    encounter(reason=[{"use": []}]),
    encounter(reason=[{"value": []}]),
    resource("Procedure", occurrenceDateTime="2025"),
    resource("Procedure", occurrencePeriod={}),
    resource("ServiceRequest", code={"concept": concept()}),
    resource("MedicationRequest", medication={"reference": {"reference": "Medication/1"}}),
    resource("MedicationStatement", medication={"concept": concept()}),
    resource("MedicationAdministration", occurenceDateTime="2025"),
]

R4 = [
    PATIENT,
    condition(clinicalStatus={"coding": []}, recordedDate="2025"),
    encounter(**AMBULATORY, reasonCode=[concept()]),
    observation(meta={"profile": "text"}),
    observation(meta=5),
    encounter(reason="text"),
    encounter(reason=[5]),
    resource("ServiceRequest", code=concept()),
    resource("MedicationRequest", medication=5),
]


@pytest.mark.parametrize(
    ("given", "version"),
    [*((one, "STU3") for one in STU3), *((one, "R5") for one in R5), *((one, "R4") for one in R4)],
)
def test_each_sign_points_to_its_version(given: Json, version: str) -> None:
    assert version_of(given) == version


def test_the_version_with_most_signs_is_the_documents() -> None:
    assert version_of(*R5) == "R5"
    assert version_of(*R5, *STU3) == "STU3"
    assert version_of(STU3[0], *R5) == "R5"


def test_every_sign_says_what_it_points_to_and_why() -> None:
    assert {version for _, version, _, _ in SIGNS} == {"STU3", "R5"}
    assert all(because for _, _, because, _ in SIGNS)


@pytest.mark.parametrize("version", ["R4", "R4B", "STU3", "R5"])
def test_the_version_does_not_change_what_is_read(version: Any) -> None:
    given = bundle(PATIENT, condition(), encounter(), observation())
    assert read_record(given, version=version).entries == read_record(given).entries


@pytest.mark.parametrize(
    ("version", "differs"), [("R4", False), ("R4B", False), ("STU3", True), ("R5", True)]
)
def test_another_version_than_the_shape_tells_is_noted(version: Any, differs: bool) -> None:
    record = record_of(condition(), version=version)
    assert finding_ids(record) == ({"version-differs"} if differs else set())


def test_a_profile_may_say_the_version() -> None:
    assert finding_ids(record_of(condition(), profile="gp-connect")) == {"version-differs"}
    assert finding_ids(record_of(condition(assertedDate="2025"), profile="gp-connect")) == set()


ACTIVE = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
}
VALID: dict[str, Json] = {
    "R4": condition(clinicalStatus=ACTIVE, recordedDate="2025-01-12"),
    "R4B": condition(clinicalStatus=ACTIVE),
    "R5": condition(clinicalStatus=ACTIVE),
    "STU3": condition(clinicalStatus="active", assertedDate="2025-01-12"),
}


@pytest.mark.parametrize("version", VALID)
def test_strict_reading_accepts_what_is_valid_in_its_version(version: Any) -> None:
    record = record_of(VALID[version], version=version, strict=True)
    assert record.quarantined == ()
    assert len(record.entries) == 1


@pytest.mark.parametrize("given", [VALID["R4"], VALID["STU3"], encounter(**IN_R5, status="completed")])
def test_strict_reading_tells_the_version_by_itself(given: Json) -> None:
    assert record_of(given, strict=True).quarantined == ()


def test_strict_reading_does_not_change_its_source() -> None:
    source = bundle(PATIENT, VALID["R4"])
    before = repr(source)
    read_record(source, strict=True)
    assert repr(source) == before


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (condition(clinicalStatus=ACTIVE, surname="Example"), "surname (extra_forbidden)"),
        (condition(clinicalStatus=ACTIVE, recordedDate="2025-01-12T10:00"), "recordedDate ("),
        ({"resourceType": "Conditional", "id": "c1"}, "not a resource type of FHIR R4"),
        (
            condition(clinicalStatus=ACTIVE, contained=[{"resourceType": "Nonsense"}]),
            "not valid FHIR R4: KeyError",
        ),
    ],
)
def test_strict_reading_quarantines_what_is_not_valid_without_showing_it(given: Json, reason: str) -> None:
    record = record_of(given, encounter(**AMBULATORY), strict=True)
    (bad,) = record.quarantined
    assert bad.place == "entry[1].resource"
    assert reason in bad.reason
    assert "Example" not in bad.reason
    assert [entry.kind for entry in record.entries] == ["Encounter"]


def test_without_strict_reading_the_same_is_read() -> None:
    assert record_of(condition(surname="Example")).quarantined == ()


def test_fhir_resources_is_not_loaded_by_reading() -> None:
    import subprocess

    script = (
        "import sys; from ccr_rules.record.reading import read_record;read_record({'resourceType': "
        "'Patient', 'id': 'p1'});sys.exit('fhir' in sys.modules or 'pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
