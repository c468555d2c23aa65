"""What a status makes of an entry: void entries are dropped, undone ones never count as done."""

import pytest

from ccr_rules.record.entry import EntryState
from ccr_rules.record.status_table import DOCUMENT_STATUS, TABLE
from tests.record.samples import (
    BREAST,
    REVIEW,
    SOCIAL_PRESCRIBING,
    Json,
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
from tests.record.test_date_table import CODED

FHIR_STATUSES = {  # the value sets of STU3, R4 and R5
    "Encounter": "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown"
    " on-hold discharged completed discontinued",
    "Observation": "registered preliminary final amended corrected cancelled entered-in-error unknown",
    "Procedure": "preparation in-progress suspended aborted completed entered-in-error unknown not-done"
    " on-hold stopped",
    "Communication": "preparation in-progress suspended aborted completed entered-in-error not-done on-hold"
    " stopped unknown",
    "CommunicationRequest": "draft active suspended cancelled completed entered-in-error unknown on-hold"
    " revoked",
    "ServiceRequest": "draft active suspended cancelled completed entered-in-error unknown on-hold revoked",
    "CarePlan": "draft active suspended completed entered-in-error cancelled unknown on-hold revoked",
    "DocumentReference": "current superseded entered-in-error",
    "QuestionnaireResponse": "in-progress completed amended entered-in-error stopped",
    "Flag": "active inactive entered-in-error",
    "EpisodeOfCare": "planned waitlist active onhold finished cancelled entered-in-error",
    "MedicationRequest": "active on-hold cancelled completed entered-in-error stopped draft unknown ended",
    "MedicationStatement": "active completed entered-in-error intended stopped on-hold unknown not-taken"
    " recorded draft",
    "MedicationAdministration": "in-progress on-hold completed entered-in-error stopped not-done unknown",
    "MedicationDispense": "preparation in-progress on-hold completed entered-in-error stopped cancelled"
    " declined unknown",
}


@pytest.mark.parametrize("kind", FHIR_STATUSES)
def test_every_status_of_fhir_is_in_the_table_once(kind: str) -> None:
    listed = " ".join(TABLE[kind].values()).split()
    assert len(listed) == len(set(listed))
    assert set(FHIR_STATUSES[kind].split()) <= set(listed)


def test_every_document_status_of_fhir_is_in_the_table() -> None:
    known = set(" ".join(DOCUMENT_STATUS.values()).split())
    assert {"preliminary", "final", "amended", "entered-in-error", "registered", "deprecated"} <= known


STATES = [
    (kind, status, standing)
    for kind, row in TABLE.items()
    if kind not in ("Condition", "ServiceRequest", "CarePlan")
    for standing, statuses in row.items()
    for status in statuses.split()
]


@pytest.mark.parametrize(("kind", "status", "standing"), STATES)
def test_the_status_decides_what_the_entry_says(kind: str, status: str, standing: str) -> None:
    entries = entries_of(resource(kind, status=status, **CODED[kind]))
    if standing == "void":
        assert entries == ()
    elif standing == "unsure":
        assert [(entry.state, entry.certain) for entry in entries] == [("done", False)]
    else:
        assert [(entry.state, entry.certain) for entry in entries] == [(standing, True)]


@pytest.mark.parametrize("kind", ["Encounter", "Observation", "Flag"])
def test_a_missing_status_is_taken_as_done(kind: str) -> None:
    """GP exports leave it out."""
    entry = entry_of(resource(kind, **CODED[kind]))
    assert (entry.state, entry.certain) == ("done", True)


def test_a_status_that_is_not_known_is_possible_and_noted() -> None:
    record = record_of(observation(status="bogus"))
    assert [(entry.state, entry.certain) for entry in record.entries] == [("done", False)]
    assert record.findings[0].id == "status-not-recognised"
    assert "bogus" in record.findings[0].message


def test_a_status_in_capitals_is_known() -> None:
    record = record_of(observation(status="Final "))
    assert record.entries[0].certain
    assert record.findings == ()


@pytest.mark.parametrize(
    ("verification", "kept", "certain"),
    [
        (..., True, True),
        ("confirmed", True, True),
        ("unknown", True, True),
        ("provisional", True, False),
        ("differential", True, False),
        ("refuted", False, False),
        ("entered-in-error", False, False),
        ({"coding": [{"code": "confirmed"}]}, True, True),
        ({"coding": [{"code": "unconfirmed"}]}, True, False),
        ({"coding": [{"code": "refuted"}]}, False, False),
        ({"coding": [{"code": "confirmed"}, {"code": "provisional"}]}, True, False),
        ({"coding": [{"code": "confirmed"}, {"code": "refuted"}]}, False, False),
        ({"text": "Provisional"}, True, False),
    ],
)
def test_a_diagnosis_counts_by_its_verification(verification: object, kept: bool, certain: bool) -> None:
    entries = entries_of(condition(verificationStatus=verification))
    assert [entry.certain for entry in entries] == ([certain] if kept else [])


@pytest.mark.parametrize("verification", ["suspected", {}])
def test_a_verification_that_is_not_known_is_possible_and_noted(verification: object) -> None:
    record = record_of(condition(verificationStatus=verification))
    assert [entry.certain for entry in record.entries] == [False]
    assert finding_ids(record) == {"status-not-recognised"}


@pytest.mark.parametrize("clinical", ["inactive", {"coding": [{"code": "resolved"}]}])
def test_a_diagnosis_that_is_over_is_still_a_diagnosis(clinical: object) -> None:
    assert entry_of(condition(clinicalStatus=clinical)).certain


REFUSED = {"coding": [{"code": "patient-objection"}]}
SAID_NO = [{"text": "Patient declined"}]


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (resource("Procedure", status="not-done", code=concept()), "not-done"),
        (resource("Procedure", status="not-done", statusReason=REFUSED, code=concept()), "declined"),
        (
            resource("Procedure", status="not-done", statusReason={"text": "unwell"}, code=concept()),
            "not-done",
        ),
        (resource("Procedure", notDone=True, code=concept()), "not-done"),
        (
            resource("Procedure", notDone=True, notDoneReason={"text": "Refused"}, code=concept()),
            "declined",
        ),
        (
            resource("Communication", status="not-done", statusReason=REFUSED, category=[concept()]),
            "declined",
        ),
        (
            resource("CommunicationRequest", doNotPerform=True, reasonCode=SAID_NO, category=[concept()]),
            "declined",
        ),
        (resource("ServiceRequest", doNotPerform=True, intent="order", code=concept()), "not-done"),
        (
            resource("MedicationAdministration", notGiven=True, medicationCodeableConcept=concept()),
            "not-done",
        ),
        (
            resource(
                "MedicationAdministration",
                notGiven=True,
                reasonNotGiven=SAID_NO,
                medicationCodeableConcept=concept(),
            ),
            "declined",
        ),
        (resource("MedicationStatement", taken="n", medicationCodeableConcept=concept()), "not-done"),
        (
            resource(
                "MedicationStatement",
                taken="n",
                reasonNotTaken=SAID_NO,
                medicationCodeableConcept=concept(),
            ),
            "declined",
        ),
        (
            resource(
                "MedicationStatement",
                status="not-taken",
                statusReason=SAID_NO,
                medicationCodeableConcept=concept(),
            ),
            "declined",
        ),
    ],
)
def test_what_was_not_done_keeps_its_meaning(given: Json, state: EntryState) -> None:
    assert entry_of(given).state == state


def test_an_error_that_was_not_done_is_an_error() -> None:
    assert entries_of(resource("Procedure", status="entered-in-error", notDone=True, code=concept())) == ()


@pytest.mark.parametrize(
    ("elements", "state"),
    [
        ({"dataAbsentReason": concept("asked-declined", system="http://x")}, "declined"),
        ({"dataAbsentReason": concept("not-performed", system="http://x")}, "not-done"),
        ({"dataAbsentReason": {"coding": [{"code": "not-asked"}]}}, "not-done"),
        ({"dataAbsentReason": {"coding": [{"code": "unknown"}]}}, "done"),
        ({"dataAbsentReason": {"text": "left blank"}}, "done"),
        ({"valueBoolean": False}, "not-done"),
        ({"valueBoolean": True}, "done"),
        ({"valueCodeableConcept": {"text": "No"}}, "not-done"),
        ({"valueCodeableConcept": {"coding": [{"code": "N"}]}}, "not-done"),
        ({"valueCodeableConcept": {"coding": [{"display": "Absent"}]}}, "not-done"),
    ],
)
def test_an_observation_that_says_no_is_not_done(elements: Json, state: EntryState) -> None:
    assert {entry.state for entry in entries_of(observation(**elements))} == {state}


def test_a_coded_value_is_a_possible_entry_of_its_own() -> None:
    """It may answer "diagnosis" or "family history": from the codes nobody can tell."""
    answer = concept(BREAST, "Malignant neoplasm of breast")
    question, value = entries_of(observation(valueCodeableConcept=answer))
    assert (question.codings[0].code, question.certain) == (REVIEW, True)
    assert (value.codings[0].code, value.certain) == (BREAST, False)
    assert question.reference == value.reference


@pytest.mark.parametrize("answer", [{"text": "No"}, {"coding": []}])
def test_a_value_that_denies_or_says_nothing_is_no_entry(answer: Json) -> None:
    assert len(entries_of(observation(valueCodeableConcept=answer))) == 1


REFERRAL = concept(SOCIAL_PRESCRIBING, "Referral to social prescribing service")
CATEGORY = [{"text": "Referral"}]


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (resource("ServiceRequest", status="active", intent="order", code=REFERRAL), "done"),
        (resource("ServiceRequest", status="completed", intent="original-order", code=REFERRAL), "done"),
        (resource("ServiceRequest", status="draft", intent="order", code=REFERRAL), "planned"),
        (resource("ServiceRequest", status="active", intent="plan", code=REFERRAL), "planned"),
        (resource("ServiceRequest", status="active", intent="proposal", code=REFERRAL), "planned"),
        (resource("ServiceRequest", status="active", code=REFERRAL), "planned"),
        (
            resource("ServiceRequest", intent="order", code=concept(SOCIAL_PRESCRIBING), category=CATEGORY),
            "done",
        ),
        (resource("ServiceRequest", status="active", intent="order", code=concept(REVIEW)), "planned"),
        (resource("ServiceRequest", status="completed", intent="order", code=concept(REVIEW)), "planned"),
        (resource("ProcedureRequest", status="active", intent="plan", code=concept(REVIEW)), "planned"),
        (resource("ProcedureRequest", status="active", intent="order", code=concept(REVIEW)), "planned"),
        (resource("ReferralRequest", intent="order", type=concept(SOCIAL_PRESCRIBING)), "done"),
        (resource("ReferralRequest", intent="proposal", type=concept(SOCIAL_PRESCRIBING)), "planned"),
    ],
)
def test_a_referral_is_done_when_ordered_and_nothing_else_ever_is(given: Json, state: EntryState) -> None:
    """A diary entry "cancer care review" must never look like a review."""
    entry = entry_of(given)
    assert entry.state == state
    assert entry.kind == "ServiceRequest"


def test_a_referral_whose_status_is_unknown_is_possible() -> None:
    entry = entry_of(resource("ReferralRequest", status="unknown", intent="order", type=REFERRAL))
    assert (entry.state, entry.certain) == ("done", False)


@pytest.mark.parametrize("status", ["revoked", "cancelled", "entered-in-error"])
@pytest.mark.parametrize("kind", ["ServiceRequest", "CarePlan", "CommunicationRequest"])
def test_what_was_revoked_does_not_exist(kind: str, status: str) -> None:
    assert entries_of(resource(kind, status=status, intent="order", **CODED[kind])) == ()


@pytest.mark.parametrize(
    ("elements", "state"),
    [
        ({"category": [concept("736252007", "Cancer care plan")]}, "done"),
        ({"category": [concept("736252007")], "title": "Cancer care plan"}, "done"),
        ({"category": [{"text": "End of treatment summary"}], "intent": "plan"}, "done"),
        ({"category": [concept("736252007", "Cancer care plan")], "intent": "proposal"}, "planned"),
        ({"category": [concept("736252007", "Cancer care plan")], "status": "draft"}, "planned"),
        ({"category": [concept(REVIEW, "Cancer care review")]}, "planned"),
        ({"category": [concept(REVIEW)], "title": "Plan: cancer care review"}, "planned"),
        ({"category": [concept(REVIEW)]}, "planned"),
    ],
)
def test_a_care_plan_is_there_if_it_is_a_document_and_a_planned_review_is_not_done(
    elements: Json, state: EntryState
) -> None:
    assert entry_of(resource("CarePlan", **({"status": "active"} | elements))).state == state


@pytest.mark.parametrize(
    ("intent", "state"), [("order", "done"), ("plan", "planned"), ("proposal", "planned")]
)
def test_a_prescription_is_planned_while_it_is_only_a_plan(intent: str, state: EntryState) -> None:
    given = resource("MedicationRequest", status="active", intent=intent, medicationCodeableConcept=concept())
    assert entry_of(given).state == state


@pytest.mark.parametrize(
    ("status", "kept", "certain"),
    [("final", True, True), ("preliminary", True, False), ("entered-in-error", False, False)],
)
def test_a_document_counts_by_its_own_status_too(status: str, kept: bool, certain: bool) -> None:
    given = resource("DocumentReference", status="current", docStatus=status, type=concept())
    assert [entry.certain for entry in entries_of(given)] == ([certain] if kept else [])


@pytest.mark.parametrize("name", ["modifierExtension", "implicitRules"])
def test_a_resource_that_may_mean_something_else_is_quarantined(name: str) -> None:
    given: Json = {name: [{"url": "http://x/not"}] if name == "modifierExtension" else "http://x/rules"}
    record = record_of(condition(**given), encounter())
    assert record.quarantined[0].reference == "Condition/c1"
    assert record.quarantined[0].reason.startswith(name)
    assert "Condition" in record.incomplete
