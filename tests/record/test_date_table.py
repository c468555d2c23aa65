"""Which date is clinical and which recorded, per kind and version."""

from typing import Any

import fhir.resources as r5
import pytest
from fhir.resources import R4B, STU3

from ccr_rules.dates import CALENDAR_END, CALENDAR_START
from ccr_rules.record.date_table import TABLE
from ccr_rules.record.entries import READERS
from ccr_rules.record.entry import Days
from tests.record.samples import (
    Json,
    concept,
    condition,
    days,
    entry_of,
    finding_ids,
    record_of,
    resource,
)

MODELS: dict[str, Any] = {"STU3": STU3, "R4": R4B, "R4B": R4B, "R5": r5}

ROWS = [
    (kind, element, version)
    for kind, _, elements, versions in TABLE
    for element in elements.split()
    for version in versions.split()
]


def elements_of(model: Any) -> dict[str, Any]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


@pytest.mark.parametrize(("kind", "element", "version"), ROWS)
def test_each_element_of_the_table_exists_in_its_version(kind: str, element: str, version: str) -> None:
    """`context.period` and other inner elements are checked by their first step."""
    model = MODELS[version].get_fhir_model_class(kind)
    assert element.split(".", maxsplit=1)[0] in elements_of(model)


def test_every_kind_that_is_read_has_a_clinical_date() -> None:
    assert {kind for kind, meaning, _, _ in TABLE if meaning == "clinical"} == set(READERS)


PERIOD = {"start": "2025-01-10", "end": "2025-02-01"}
CREATED = [{"attachment": {"creation": "2025-01-10"}}]
VISIT = [{"reference": "Encounter/1"}]

CODED: dict[str, Json] = {
    "Condition": {"code": concept()},
    "Encounter": {"type": [concept()]},
    "Observation": {"code": concept()},
    "Procedure": {"code": concept()},
    "Communication": {"category": [concept()]},
    "CommunicationRequest": {"category": [concept()]},
    "ServiceRequest": {"code": concept()},
    "ReferralRequest": {"serviceRequested": [concept()]},
    "ProcedureRequest": {"code": concept()},
    "CarePlan": {"category": [concept()]},
    "DocumentReference": {"type": concept()},
    "QuestionnaireResponse": {"item": [{"answer": [{"valueCoding": concept()["coding"][0]}]}]},
    "Flag": {"code": concept()},
    "EpisodeOfCare": {"type": [concept()]},
    "MedicationRequest": {"medicationCodeableConcept": concept()},
    "MedicationStatement": {"medicationCodeableConcept": concept()},
    "MedicationAdministration": {"medication": {"concept": concept()}},
    "MedicationDispense": {"medicationCodeableConcept": concept()},
}


@pytest.mark.parametrize(
    ("kind", "dates", "clinical", "recorded"),
    [
        (
            "Condition",
            {"onsetDateTime": "2025-01-10", "recordedDate": "2025-01-12"},
            "2025-01-10",
            "2025-01-12",
        ),
        ("Condition", {"onsetPeriod": PERIOD, "assertedDate": "2025-01-12"}, "2025-01-10", "2025-01-12"),
        ("Condition", {"recordedDate": "2025-01"}, "", "2025-01"),
        ("Condition", {"onsetPeriod": {}, "recordedDate": "2025"}, "", "2025"),
        ("Condition", {}, "", ""),
        ("Encounter", {"period": PERIOD}, "2025-01-10", ""),
        ("Encounter", {"actualPeriod": PERIOD}, "2025-01-10", ""),
        ("Observation", {"effectiveDateTime": "2025-01", "issued": "2025-02-01"}, "2025-01", "2025-02-01"),
        ("Observation", {"effectivePeriod": PERIOD}, "2025-01-10", ""),
        ("Observation", {"effectiveTiming": {"event": ["2025-01-10"]}}, "2025-01-10", ""),
        ("Observation", {"effectiveTiming": {}, "effectiveInstant": "2025-01-10"}, "2025-01-10", ""),
        ("Procedure", {"performedPeriod": PERIOD}, "2025-01-10", ""),
        ("Procedure", {"occurrenceDateTime": "2025-01-10", "recorded": "2025-02"}, "2025-01-10", "2025-02"),
        ("Communication", {"sent": "2025-01-10", "received": "2025-01-11"}, "2025-01-10", ""),
        ("Communication", {"received": "2025-01-11"}, "2025-01-11", ""),
        ("CommunicationRequest", {"authoredOn": "2025-01-10"}, "2025-01-10", ""),
        ("ServiceRequest", {"authoredOn": "2025-01-10", "occurrenceDateTime": "2026"}, "2025-01-10", ""),
        ("ReferralRequest", {"authoredOn": "2025-01-10"}, "2025-01-10", ""),
        ("ProcedureRequest", {"authoredOn": "2025-01-10"}, "2025-01-10", ""),
        ("CarePlan", {"period": PERIOD, "created": "2025-02"}, "2025-01-10", "2025-02"),
        (
            "DocumentReference",
            {"context": {"period": PERIOD}, "date": "2025-02-01"},
            "2025-01-10",
            "2025-02-01",
        ),
        ("DocumentReference", {"context": VISIT, "period": PERIOD}, "2025-01-10", ""),
        ("DocumentReference", {"created": "2025-01", "indexed": "2025-02"}, "2025-01", "2025-02"),
        ("DocumentReference", {"content": CREATED}, "2025-01-10", ""),
        ("DocumentReference", {"content": [], "date": "2025-02-01"}, "", "2025-02-01"),
        ("QuestionnaireResponse", {"authored": "2025-01-10"}, "2025-01-10", ""),
        ("Flag", {"period": PERIOD}, "2025-01-10", ""),
        ("EpisodeOfCare", {"period": PERIOD}, "2025-01-10", ""),
        ("MedicationRequest", {"authoredOn": "2025-01-10"}, "2025-01-10", ""),
        ("MedicationStatement", {"effectivePeriod": PERIOD, "dateAsserted": "2025"}, "2025-01-10", "2025"),
        ("MedicationAdministration", {"occurenceDateTime": "2025-01-10"}, "2025-01-10", ""),
        ("MedicationDispense", {"whenPrepared": "2025-01-10"}, "2025-01-10", ""),
    ],
)
def test_the_dates_of_each_kind(kind: str, dates: Json, clinical: str, recorded: str) -> None:
    entry = entry_of(resource(kind, **CODED[kind], **dates))
    assert entry.clinical == (days(clinical) if clinical else None)
    assert entry.recorded == (days(recorded) if recorded else None)


SOMETIME = Days(CALENDAR_START, CALENDAR_END)


@pytest.mark.parametrize(
    "onset",
    [{"onsetString": "as a young man"}, {"onsetRange": {"low": {"value": 20}}}, {"onsetAge": {"value": 20}}],
)
def test_an_onset_that_cannot_be_placed_is_some_day_and_not_the_day_of_recording(onset: Json) -> None:
    """Else a cancer of long ago, typed in today, would look like a new one."""
    record = record_of(condition(onsetDateTime=..., recordedDate="2025-01-10", **onset))
    assert record.entries[0].clinical == SOMETIME
    assert record.entries[0].recorded == days("2025-01-10")
    assert finding_ids(record) == {"date-not-precise"}


def test_an_age_at_onset_is_counted_from_the_date_of_birth() -> None:
    entry = entry_of(condition(onsetDateTime=..., onsetAge={"value": 70, "code": "a"}))
    assert entry.clinical == days("2020-06-15", "2021-06-14")


def test_a_date_outside_the_calendar_is_undated_with_a_finding() -> None:
    record = record_of(condition(onsetDateTime="0001-01-01", recordedDate="2025-01-10"))
    assert record.entries[0].clinical is None
    assert record.entries[0].recorded == days("2025-01-10")
    assert finding_ids(record) == {"date-outside-calendar"}
    assert record.findings[0].evidence == ("Condition/c1",)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (condition(onsetDateTime="2025-02-30"), "onsetDateTime: a day that does not exist"),
        (condition(recordedDate="soon"), "recordedDate: not of the form"),
        (
            resource("DocumentReference", type=concept(), context={"period": {"start": "x"}}),
            "context.period: not of the form",
        ),
    ],
)
def test_a_resource_whose_date_is_no_date_is_quarantined(given: Json, reason: str) -> None:
    record = record_of(given, condition("c2"))
    (bad,) = record.quarantined
    assert bad.place == "entry[1].resource"
    assert bad.reference == f"{given['resourceType']}/{given['id']}"
    assert bad.reason.startswith(reason)
    assert [entry.reference for entry in record.entries] == ["Condition/c2"]
    assert given["resourceType"] not in record.supplied
