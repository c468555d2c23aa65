"""Which codes each kind of resource gives, with contained and referenced resources."""

import pytest

from ccr_rules.record.entry import SNOMED
from ccr_rules.record.reading import read_record
from tests.record.samples import (
    BREAST,
    CARE_PLAN,
    COLON,
    PATIENT,
    REVIEW,
    Json,
    bundle,
    concept,
    condition,
    encounter,
    entries_of,
    entry_of,
    finding_ids,
    observation,
    record_of,
    resource,
)

CODING = concept(REVIEW)["coding"][0]
MEDICINE = "367336001"  # Chemotherapy


def codes(given: Json) -> list[str]:
    return [coding.code for coding in entry_of(given).codings]


@pytest.mark.parametrize(
    "elements",
    [
        {"type": [concept(REVIEW)]},
        {"type": concept(REVIEW)},
        {"reasonCode": [concept(REVIEW)]},
        {"reason": [concept(REVIEW)]},  # STU3
        {"reason": [{"value": [{"concept": concept(REVIEW)}]}]},  # R5
        {"serviceType": concept(REVIEW)},  # R4
        {"serviceType": [{"concept": concept(REVIEW)}]},  # R5
    ],
)
def test_an_encounter_is_coded_on_type_reason_or_service(elements: Json) -> None:
    assert codes(resource("Encounter", status="finished", **elements)) == [REVIEW]


IN_CLASS: Json = {"class": concept(COLON)}  # STU3


def test_several_codes_of_one_encounter_are_one_entry() -> None:
    assert codes(encounter(reasonCode=[concept(BREAST), concept(COLON)])) == [REVIEW, BREAST, COLON]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (resource("Communication", category=[concept()], topic=concept(REVIEW)), [BREAST, REVIEW]),
        (resource("Communication", category=concept()), [BREAST]),
        (resource("Communication", payload=[{"contentCodeableConcept": concept()}, {}]), [BREAST]),
        (resource("CommunicationRequest", category=[concept()]), [BREAST]),
        (resource("CommunicationRequest", payload=[{"contentCodeableConcept": concept()}]), [BREAST]),
        (resource("ServiceRequest", code={"concept": concept()}), [BREAST]),  # R5
        (resource("ReferralRequest", type=concept(), serviceRequested=[concept(COLON)]), [BREAST, COLON]),
        (resource("CarePlan", category=[concept(CARE_PLAN)]), [CARE_PLAN]),
        (resource("DocumentReference", type=concept(), category=[concept(COLON)]), [BREAST, COLON]),
        (resource("DocumentReference", type=concept(), **IN_CLASS), [BREAST, COLON]),
        (resource("Flag", code=concept()), [BREAST]),
        (resource("EpisodeOfCare", type=[concept()]), [BREAST]),
    ],
)
def test_the_codes_of_each_kind(given: Json, expected: list[str]) -> None:
    assert codes(given) == expected


def test_a_letter_about_a_review_is_no_review() -> None:
    """The reason of a Communication is not among its codes."""
    assert entries_of(resource("Communication", status="completed", reasonCode=[concept(REVIEW)])) == ()


def test_the_title_of_a_care_plan_is_its_text() -> None:
    entry = entry_of(resource("CarePlan", title="Cancer care plan", category=[concept(CARE_PLAN)]))
    assert entry.text == "Cancer care plan"


def test_coded_answers_at_any_depth_are_the_codes_of_a_questionnaire() -> None:
    inner = {"answer": [{"valueCoding": concept(COLON)["coding"][0]}, {"valueString": "free text"}]}
    item = [{"item": [inner]}, {"answer": [{"valueCoding": CODING, "item": [inner]}]}]
    assert codes(resource("QuestionnaireResponse", item=item)) == [COLON, REVIEW, COLON]


def test_a_questionnaire_without_coded_answers_is_no_entry() -> None:
    assert entries_of(resource("QuestionnaireResponse", item=[{"answer": [{"valueBoolean": True}]}])) == ()


MEDICATION = {"resourceType": "Medication", "id": "m1", "code": concept(MEDICINE)}


@pytest.mark.parametrize(
    "kind",
    ["MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense"],
)
@pytest.mark.parametrize(
    "medication",
    [
        {"medicationCodeableConcept": concept(MEDICINE)},
        {"medication": {"concept": concept(MEDICINE)}},
        {"medicationReference": {"reference": "#m1"}, "contained": [MEDICATION]},
        {"medication": {"reference": {"reference": "#m1"}}, "contained": [MEDICATION]},
        {"medicationReference": {"reference": "Medication/m1"}},
        {"medicationReference": {"reference": "https://gp.example/fhir/Medication/m1/_history/2"}},
        {"medicationReference": {"reference": "urn:uuid:5f1b6c1e-0000-4000-8000-000000000001"}},
    ],
)
def test_a_medicine_is_named_inline_contained_or_elsewhere(kind: str, medication: Json) -> None:
    given = bundle(PATIENT, resource(kind, **medication), MEDICATION)
    given["entry"][2]["fullUrl"] = "urn:uuid:5f1b6c1e-0000-4000-8000-000000000001"
    record = read_record(given)
    assert [c.code for entry in record.entries for c in entry.codings] == [MEDICINE]
    assert record.findings == ()


@pytest.mark.parametrize(
    "link",
    [
        {"reference": "Medication/gone", "display": "Tamoxifen"},
        {"display": "Tamoxifen"},
        {"reference": "#gone", "display": "Tamoxifen"},
        {"reference": "Medication/broken", "display": "Tamoxifen"},
        {"reference": "Medication/empty", "display": "Tamoxifen"},
    ],
)
def test_a_medicine_that_cannot_be_followed_keeps_its_display(link: Json) -> None:
    record = record_of(
        resource("MedicationRequest", medicationReference=link),
        {"resourceType": "Medication", "id": "broken", "code": 5},
        {"resourceType": "Medication", "id": "empty"},
    )
    assert [entry.text for entry in record.entries] == ["Tamoxifen"]
    assert record.quarantined == ()


@pytest.mark.parametrize(
    "elements", [{}, {"medicationReference": {"reference": "Medication/gone"}}, {"contained": "no list"}]
)
def test_a_medicine_that_nothing_names_is_no_entry(elements: Json) -> None:
    assert entries_of(resource("MedicationRequest", **elements)) == ()


def test_a_contained_diagnosis_is_an_entry_of_its_own() -> None:
    inner = {"resourceType": "Condition", "id": "c1", "code": concept(), "subject": {"reference": "#p"}}
    contained = [inner, {"resourceType": "Patient", "id": "p"}, {"resourceType": "Organization"}, "text", {}]
    record = record_of(encounter(contained=contained))
    assert {entry.reference for entry in record.entries} == {"Encounter/e1", "Encounter/e1#c1"}
    assert record.quarantined == ()


def test_a_broken_contained_diagnosis_is_quarantined_alone() -> None:
    record = record_of(encounter(contained=[{"resourceType": "Condition", "code": 5}]))
    assert [entry.reference for entry in record.entries] == ["Encounter/e1"]
    (bad,) = record.quarantined
    assert bad.reference == "Condition/#entry[1].resource.contained[0]"
    assert bad.reason == "Expected `object | null`, got `int` at `code`"
    assert "Condition" not in record.supplied
    assert "Encounter" in record.supplied


def test_references_that_are_only_shown_break_nothing() -> None:
    shown = {"display": "not supported"}
    given = encounter(
        reasonReference=[shown], diagnosis=[{"condition": shown}], participant=[{"individual": shown}]
    )
    assert codes(given) == [REVIEW]


@pytest.mark.parametrize("name", [..., "", "has space", "é", 5])
def test_a_resource_without_a_proper_id_is_called_by_its_place(name: object) -> None:
    record = record_of(condition(id=name) if name != 5 else condition("c1"))
    reference = record.entries[0].reference
    assert reference == ("Condition/c1" if name == 5 else "Condition/#entry[1]")


def test_a_lone_resource_without_id_is_called_the_record() -> None:
    assert read_record(condition(id=...)).entries[0].reference == "Condition/#record"


@pytest.mark.parametrize(
    ("value", "episode"),
    [
        ({"valueCodeableConcept": {"coding": [{"code": "first"}]}}, "first"),
        ({"valueCodeableConcept": {"coding": [{"code": "new"}]}}, "new"),
        ({"valueCodeableConcept": {"coding": [{"code": "review"}]}}, "review"),
        ({"valueCodeableConcept": {"coding": [{"code": "end"}]}}, "end"),
        ({"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "255217005"}]}}, "first"),
        ({"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "288527008"}]}}, "new"),
        ({"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "303350001"}]}}, "review"),
        ({"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "272131007"}]}}, "end"),
        ({"valueCodeableConcept": {"coding": [{"display": "New"}]}}, "new"),
        ({"valueCodeableConcept": {"text": "FIRST"}}, "first"),
        ({"valueCode": "ENDED"}, "end"),
        ({"valueString": "REVIEW"}, "review"),
        ({"valueCode": "NONE"}, "unstated"),
    ],
)
@pytest.mark.parametrize("name", ["UKCore-ConditionEpisode", "CareConnect-ConditionEpisode-1"])
def test_the_episode_is_read_from_the_uk_extension(name: str, value: Json, episode: str) -> None:
    extension = {"url": f"https://fhir.hl7.org.uk/StructureDefinition/Extension-{name}", **value}
    record = record_of(condition(extension=[{"url": "http://other"}, extension]))
    assert record.entries[0].episode == episode
    assert record.findings == ()


@pytest.mark.parametrize(("value", "shown"), [({"valueCode": "Flare-up"}, "Flare-up"), ({}, "none")])
def test_an_episode_that_is_not_known_is_never_selected(value: Json, shown: str) -> None:
    record = record_of(condition(extension=[{"url": "ConditionEpisode", **value}]))
    assert record.entries[0].episode == "other"
    assert record.findings[0].id == "episode-not-recognised"
    assert shown in record.findings[0].message


def test_without_the_extension_the_episode_is_unstated() -> None:
    assert entry_of(condition(extension=[{"url": "http://other"}])).episode == "unstated"
    assert entry_of(condition()).episode == "unstated"


def test_kinds_that_are_not_read_are_listed_once() -> None:
    record = record_of(
        {"resourceType": "AllergyIntolerance"},
        {"resourceType": "Immunization"},
        {"resourceType": "Immunization"},
    )
    (finding,) = record.findings
    assert finding.id == "kind-not-read"
    assert finding.message.endswith("AllergyIntolerance, Immunization")
    assert record.quarantined == ()


@pytest.mark.parametrize(
    "subject", [{"reference": "Group/g1"}, {"reference": "#d1"}, {"reference": "https://gp.example/Device/1"}]
)
def test_what_is_about_something_else_is_left_out(subject: Json) -> None:
    given = observation(subject=subject, contained=[{"resourceType": "Device", "id": "d1"}])
    record = record_of(given, condition())
    assert [entry.reference for entry in record.entries] == ["Condition/c1"]
    assert finding_ids(record) == {"not-about-the-patient"}
    assert "Observation" in record.supplied


@pytest.mark.parametrize("subject", ["Patient/p1", [{"reference": "Patient/p1"}], {"reference": 5}])
def test_a_subject_that_is_no_reference_is_quarantined(subject: object) -> None:
    record = record_of(observation(subject=subject), condition())
    assert record.quarantined[0].reason == "subject: expected a reference"
    assert "Observation" in record.incomplete


@pytest.mark.parametrize("subject", [..., {}, {"display": "Ann Example"}, {"reference": ""}])
def test_what_names_no_subject_is_the_patients(subject: object) -> None:
    assert entry_of(observation(subject=subject)).reference == "Observation/o1"
