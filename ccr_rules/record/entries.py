"""From one resource to its entries: its codes, its two dates, and what its status makes of it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from ccr_rules.record import shapes
from ccr_rules.record.codes import leaves, read_concepts
from ccr_rules.record.concepts import CONCEPTS, Follow
from ccr_rules.record.date_table import Path, paths_of, read_days
from ccr_rules.record.entry import Days, Entry, EntryState
from ccr_rules.record.episodes import episode_of
from ccr_rules.record.findings import Findings
from ccr_rules.record.intents import is_referral, plan_standing, prescription_standing, request_standing
from ccr_rules.record.shapes import Concept, Unreadable, many, typed
from ccr_rules.record.status_table import (
    Standing,
    is_declined,
    standing_of,
    standing_of_document,
    standing_of_verification,
)


class Reader(NamedTuple):
    """How resources of one FHIR type are read."""

    kind: str
    shape: type[shapes.Resource]
    concepts: Callable[[Any, Follow], list[Concept]]
    clinical: tuple[Path, ...]
    recorded: tuple[Path, ...]


def _reader(resource_type: str, shape: type[shapes.Resource], kind: str = "") -> Reader:
    kind = kind or resource_type
    return Reader(
        kind, shape, CONCEPTS[kind], paths_of(resource_type, "clinical"), paths_of(resource_type, "recorded")
    )


READERS: dict[str, Reader] = {
    "Condition": _reader("Condition", shapes.Condition),
    "Encounter": _reader("Encounter", shapes.Encounter),
    "Observation": _reader("Observation", shapes.Observation),
    "Procedure": _reader("Procedure", shapes.Procedure),
    "Communication": _reader("Communication", shapes.Communication),
    "CommunicationRequest": _reader("CommunicationRequest", shapes.CommunicationRequest),
    "ServiceRequest": _reader("ServiceRequest", shapes.ServiceRequest),
    "ReferralRequest": _reader("ReferralRequest", shapes.ServiceRequest, "ServiceRequest"),
    "ProcedureRequest": _reader("ProcedureRequest", shapes.ServiceRequest, "ServiceRequest"),
    "CarePlan": _reader("CarePlan", shapes.CarePlan),
    "DocumentReference": _reader("DocumentReference", shapes.DocumentReference),
    "QuestionnaireResponse": _reader("QuestionnaireResponse", shapes.QuestionnaireResponse),
    "Flag": _reader("Flag", shapes.Flag),
    "EpisodeOfCare": _reader("EpisodeOfCare", shapes.EpisodeOfCare),
    "MedicationRequest": _reader("MedicationRequest", shapes.Medicine),
    "MedicationStatement": _reader("MedicationStatement", shapes.Medicine),
    "MedicationAdministration": _reader("MedicationAdministration", shapes.Medicine),
    "MedicationDispense": _reader("MedicationDispense", shapes.Medicine),
}

_MUST_HAVE_CODE = frozenset({"Condition", "Observation", "Procedure"})


def shape_of(content: dict[str, Any], reader: Reader) -> shapes.Resource:
    """Return the typed shape of a resource.

    Raises:
        Unreadable: if an element that is read has the wrong type, or the resource says that it
            must not be read without knowing more (`modifierExtension`, `implicitRules`).
    """
    resource = typed(content, reader.shape)
    if resource.modifier_extension:
        raise Unreadable("modifierExtension: it may change the meaning, and it is not known here")
    if resource.implicit_rules:
        raise Unreadable("implicitRules: they may change the meaning, and they are not known here")
    return resource


def contact_date(encounter: shapes.Encounter, reference: str, findings: Findings) -> Days | None:
    """Return the days of an Encounter, also of one without codes.

    Raises:
        Unreadable: if its period is no date.
    """
    return read_days(encounter, READERS["Encounter"].clinical, None, reference, findings)


def read_entries(
    resource_type: str,
    resource: shapes.Resource,
    reference: str,
    follow: Follow,
    born: Days | None,
    findings: Findings,
) -> list[Entry]:
    """Return the entries of one resource: none if it is void or has no code, usually one.

    Raises:
        Unreadable: if one of its dates is no date.
    """
    kind, _, concepts_of, clinical, recorded = READERS[resource_type]
    concepts = concepts_of(resource, follow)
    standing = standing_of(kind, resource, reference, findings)
    refine = _REFINE.get(kind)
    if refine is not None and standing != "void":
        standing = refine(resource_type, resource, standing, concepts, reference, findings)
    if standing == "void":
        return []
    codings, text = read_concepts(concepts, reference, findings)
    if not codings and not text:
        if kind in _MUST_HAVE_CODE:
            findings.note("entry-without-code", reference)
        return []
    entry = Entry(
        reference=reference,
        kind=kind,
        codings=codings,
        text=text,
        clinical=read_days(resource, clinical, born, reference, findings),
        recorded=read_days(resource, recorded, born, reference, findings),
        episode="unstated"
        if resource.extension is None
        else episode_of(resource.extension, reference, findings),
        state=_STATE[standing],
        certain=standing != "unsure",
    )
    if kind == "Observation" and resource.value_codeable_concept is not None:  # type: ignore[attr-defined]
        return [entry, *_answer(resource, entry, findings)]  # type: ignore[arg-type]
    return [entry]


_STATE: dict[Standing, EntryState] = {
    "done": "done",
    "unsure": "done",
    "planned": "planned",
    "not-done": "not-done",
    "declined": "declined",
}


def _answer(observation: shapes.Observation, entry: Entry, findings: Findings) -> list[Entry]:
    """Return the coded value of an observation as an entry of its own that is possible, never sure.

    "Diagnosis: malignant tumour of breast" is a diagnosis; "family history: malignant tumour of
    breast" is none; from the codes alone nobody can tell.
    """
    if entry.state != "done" or _is_no(observation):
        return []
    codings, text = read_concepts(many(observation.value_codeable_concept), entry.reference, findings)
    if not codings and not text:
        return []
    return [msgspec.structs.replace(entry, codings=codings, text=text, certain=False)]


_NO_WORDS = frozenset({"n", "no", "none", "negative", "absent", "not present", "not done", "false"})
_NOT_DONE_REASONS = frozenset({"not-performed", "not-asked", "not-permitted"})


def _is_no(observation: shapes.Observation) -> bool:
    if observation.value_codeable_concept is None:
        return observation.value_boolean is False
    return any(
        word.strip().lower() in _NO_WORDS
        for concept in leaves([observation.value_codeable_concept])
        for word in (
            concept.text or "",
            *(w or "" for c in concept.coding or () for w in (c.code, c.display)),
        )
    )


def _condition(
    _: str, resource: Any, standing: Standing, __: list[Concept], reference: str, findings: Findings
) -> Standing:
    """A Condition has no `status`; its verificationStatus takes that place."""
    if resource.verification_status is None:
        return standing
    return standing_of_verification(resource.verification_status, reference, findings)


def _observation(
    _: str, resource: Any, standing: Standing, __: list[Concept], ___: str, ____: Findings
) -> Standing:
    absent = resource.data_absent_reason
    if absent is not None:
        if is_declined([absent]):
            return "declined"
        if any(c.code in _NOT_DONE_REASONS for reason in leaves([absent]) for c in reason.coding or ()):
            return "not-done"
    return "not-done" if _is_no(resource) else standing


def _request(
    resource_type: str, resource: Any, standing: Standing, concepts: list[Concept], _: str, __: Findings
) -> Standing:
    referral = is_referral(resource_type, [*concepts, *many(resource.category)])
    return request_standing(standing, resource.intent, referral)


def _plan(
    _: str, resource: Any, standing: Standing, concepts: list[Concept], __: str, ___: Findings
) -> Standing:
    return plan_standing(standing, resource.intent, concepts, resource.title)


def _document(
    _: str, resource: Any, standing: Standing, __: list[Concept], reference: str, findings: Findings
) -> Standing:
    document = standing_of_document(resource.doc_status, reference, findings)
    return standing if document == "done" else document


def _medicine(
    _: str, resource: Any, standing: Standing, __: list[Concept], ___: str, ____: Findings
) -> Standing:
    if resource.taken in ("n", "na") or resource.not_given:
        return "declined" if is_declined(_medicine_reasons(resource)) else "not-done"
    return prescription_standing(standing, resource.intent)


def _medicine_reasons(resource: shapes.Medicine) -> list[Concept]:
    return [*many(resource.reason_not_given), *many(resource.reason_not_taken)]


_REFINE: dict[str, Callable[[str, Any, Standing, list[Concept], str, Findings], Standing]] = {
    "Condition": _condition,
    "Observation": _observation,
    "ServiceRequest": _request,
    "CarePlan": _plan,
    "DocumentReference": _document,
    "MedicationRequest": _medicine,
    "MedicationStatement": _medicine,
    "MedicationAdministration": _medicine,
}
"""What a kind says beyond its status; each may only make the standing weaker."""
