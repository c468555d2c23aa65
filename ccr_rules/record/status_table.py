"""What each status means for an entry: the one table for all kinds and versions of FHIR.

`void`: the entry does not exist. `done`: it happened. `unsure`: the record itself does not say
whether it happened, or to the end (possible, never sure). `planned`: it is meant to happen.
`not-done`, `declined`: it is on record that it did not happen. A status outside the table is `unsure`
with a finding; a missing one is `done`, because GP exports leave it out.
"""

from typing import Literal

from ccr_rules.record.codes import words_of
from ccr_rules.record.findings import Findings
from ccr_rules.record.shapes import Concept, Resource, many

Standing = Literal["void", "done", "unsure", "planned", "not-done", "declined"]

_ORDERS: dict[Standing, str] = {
    "planned": "draft",
    "done": "active on-hold suspended completed ended",
    "unsure": "unknown",
    "void": "revoked cancelled entered-in-error",
}

TABLE: dict[str, dict[Standing, str]] = {
    "Condition": {  # verificationStatus; clinicalStatus does not unmake a diagnosis
        "done": "confirmed unknown",
        "unsure": "unconfirmed provisional differential",
        "void": "refuted entered-in-error",
    },
    "Encounter": {
        "planned": "planned",
        "done": "arrived triaged in-progress onleave on-hold finished discharged completed",
        "unsure": "discontinued unknown",  # GP Connect: unknown is a draft consultation
        "void": "cancelled entered-in-error",
    },
    "Observation": {
        "done": "preliminary final amended corrected appended",
        "unsure": "registered specimen-in-process unknown",
        "void": "cancelled entered-in-error cannot-be-obtained",
    },
    "Procedure": {
        "planned": "preparation",
        "done": "in-progress on-hold suspended completed",
        "unsure": "aborted stopped unknown",
        "not-done": "not-done",
        "void": "entered-in-error",
    },
    "Communication": {
        "planned": "preparation",
        "done": "completed",
        "unsure": "in-progress on-hold suspended aborted stopped unknown",
        "not-done": "not-done",
        "void": "entered-in-error",
    },
    # A request to write to somebody is no letter; a completed one was sent, on a day not known.
    "CommunicationRequest": {
        "planned": "draft active on-hold suspended",
        "unsure": "completed unknown",
        "void": "revoked cancelled entered-in-error",
    },
    "ServiceRequest": _ORDERS,  # and see `standing_of_request`
    "CarePlan": _ORDERS,  # and see `standing_of_plan`
    "DocumentReference": {
        "done": "current superseded",
        "void": "entered-in-error",
    },
    "QuestionnaireResponse": {
        "done": "completed amended",
        "unsure": "in-progress stopped",
        "void": "entered-in-error",
    },
    "Flag": {
        "done": "active inactive",
        "void": "entered-in-error",
    },
    "EpisodeOfCare": {
        "planned": "planned waitlist",
        "done": "active onhold finished",
        "void": "cancelled entered-in-error",
    },
    "MedicationRequest": {
        "planned": "draft",
        "done": "active on-hold ended stopped completed",
        "unsure": "unknown",
        "void": "cancelled entered-in-error",
    },
    "MedicationStatement": {
        "planned": "intended draft",
        "done": "active completed on-hold stopped recorded",
        "unsure": "unknown",
        "not-done": "not-taken",
        "void": "entered-in-error",
    },
    "MedicationAdministration": {
        "done": "in-progress on-hold completed stopped",
        "unsure": "unknown",
        "not-done": "not-done",
        "void": "entered-in-error",
    },
    "MedicationDispense": {
        "planned": "preparation in-progress on-hold",
        "done": "completed",
        "unsure": "stopped unknown",
        "declined": "declined",
        "void": "cancelled entered-in-error",
    },
}

DOCUMENT_STATUS: dict[Standing, str] = {  # DocumentReference.docStatus: of the document itself
    "done": "final amended corrected appended deprecated",
    "unsure": "registered partial preliminary unknown",
    "void": "cancelled entered-in-error",
}


def _by_word(row: dict[Standing, str]) -> dict[str, Standing]:
    return {word: standing for standing, words in row.items() for word in words.split()}


_BY_WORD = {kind: _by_word(row) for kind, row in TABLE.items()}
_BY_DOCUMENT_WORD = _by_word(DOCUMENT_STATUS)

_DECLINED_WORDS = ("declin", "refus", "dissent", "objection", "patobj", "unwilling")


def is_declined(reasons: list[Concept]) -> bool:
    """Say whether the reason why something was not done is that the patient did not want it."""
    words = words_of(reasons)
    return any(word in words for word in _DECLINED_WORDS)


def look_up(row: dict[str, Standing], status: str | None, reference: str, findings: Findings) -> Standing:
    """Return what a status means; one that is not in the table is `unsure`, with a finding."""
    if status is None:
        return "done"
    standing = row.get(status) or row.get(status.strip().lower())
    if standing is None:
        findings.note("status-not-recognised", reference, status)
        return "unsure"
    return standing


def standing_of(kind: str, resource: Resource, reference: str, findings: Findings) -> Standing:
    """Return what the status of a resource, and its flags for things not done, make of its entry."""
    status = resource.status
    standing = _BY_WORD[kind].get(status) if status else None
    if standing is None:
        standing = look_up(_BY_WORD[kind], status, reference, findings)
    if standing == "void":
        return "void"
    if resource.not_done or resource.do_not_perform:
        standing = "not-done"
    if standing == "not-done" and is_declined(_reasons(resource)):
        return "declined"
    return standing


def _reasons(resource: Resource) -> list[Concept]:
    return [
        concept
        for reasons in (
            resource.status_reason,
            resource.not_done_reason,
            resource.reason_not_given,
            resource.reason_not_taken,
            resource.not_performed_reason,
            resource.status_reason_codeable_concept,
            resource.not_done_reason_codeable_concept,
            resource.reason_code,
        )
        for concept in many(reasons)
    ]


def standing_of_verification(status: str | Concept, reference: str, findings: Findings) -> Standing:
    """Return what a Condition's verificationStatus (a code in STU3, a concept since) makes of it.

    Of several codings the most cautious counts: void before unsure before done.
    """
    if isinstance(status, str):
        return look_up(_BY_WORD["Condition"], status, reference, findings)
    codes = [coding.code for coding in status.coding or () if coding.code] or [status.text or ""]
    standings = {look_up(_BY_WORD["Condition"], code, reference, findings) for code in codes}
    return next((cautious for cautious in _CAUTIOUS if cautious in standings), "done")


_CAUTIOUS: tuple[Standing, ...] = ("void", "unsure")


def standing_of_document(status: str | None, reference: str, findings: Findings) -> Standing:
    """Return what a DocumentReference's docStatus makes of it."""
    return look_up(_BY_DOCUMENT_WORD, status, reference, findings)
