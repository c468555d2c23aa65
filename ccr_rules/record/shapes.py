"""The elements that are read of each FHIR resource, with the types they must have.

One Struct per kind serves R4, R4B, R5 and STU3: an element that exists in one version only is simply
absent in the others, and where a version changed an element's type both types are accepted. Elements
not named here are ignored, so that a record is not refused for what nobody reads.
"""

from typing import Any, TypeVar

import msgspec


class Shape(msgspec.Struct, rename="camel", gc=False, frozen=True):
    """The parent of all shapes: attributes are the FHIR names in snake case."""


class CodingShape(Shape, frozen=True):
    """A FHIR Coding; `userSelected` and extensions (SNOMED description ids) are not read."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class Reference(Shape, frozen=True):
    """A FHIR Reference; it may hold a display only."""

    reference: str | None = None
    display: str | None = None


class Concept(Shape, frozen=True):
    """A CodeableConcept; in R5 also a CodeableReference (`concept`, `reference`) or reason (`value`).

    It holds tuples, not lists, so that equal ones are found in a cache.
    """

    coding: tuple[CodingShape, ...] | None = None
    text: str | None = None
    concept: "Concept | None" = None
    reference: Reference | None = None
    value: "tuple[Concept, ...] | None" = None


Concepts = Concept | list[Concept]


class Period(Shape, frozen=True):
    """A FHIR Period."""

    start: str | None = None
    end: str | None = None


class Repeat(Shape, frozen=True):
    """The bounds of a FHIR Timing."""

    bounds_period: Period | None = None


class Timing(Shape, frozen=True):
    """A FHIR Timing."""

    event: list[str] | None = None
    repeat: Repeat | None = None


class Quantity(Shape, frozen=True):
    """A FHIR Age."""

    value: int | float | None = None
    unit: str | None = None
    code: str | None = None


class Extension(Shape, frozen=True):
    """A FHIR Extension with the kinds of value that are read."""

    url: str = ""
    value_code: str | None = None
    value_codeable_concept: Concept | None = None
    value_period: Period | None = None
    value_string: str | None = None
    extension: "list[Extension] | None" = None


class Resource(Shape, frozen=True):
    """What all kinds have in common: status, and why something was not done."""

    status: str | None = None
    extension: list[Extension] | None = None
    modifier_extension: list[Any] | None = None
    implicit_rules: str | None = None
    not_done: bool | None = None
    do_not_perform: bool | None = None
    status_reason: Concepts | None = None
    not_done_reason: Concepts | None = None
    reason_not_given: Concepts | None = None
    reason_not_taken: Concepts | None = None
    not_performed_reason: Concepts | None = None
    status_reason_codeable_concept: Concept | None = None
    not_done_reason_codeable_concept: Concept | None = None
    reason_code: Concepts | None = None


class Condition(Resource, frozen=True):
    """A diagnosis or problem."""

    code: Concept | None = None
    verification_status: str | Concept | None = None
    onset_date_time: str | None = None
    onset_period: Period | None = None
    onset_age: Quantity | None = None
    onset_range: dict[str, Any] | None = None
    onset_string: str | None = None
    recorded_date: str | None = None
    asserted_date: str | None = None


class Participant(Shape, frozen=True):
    """Who took part in an Encounter (`individual`; R5 `actor`)."""

    type: list[Concept] | None = None
    individual: Reference | None = None
    actor: Reference | None = None


class Encounter(Resource, frozen=True):
    """A contact, with what was coded on it."""

    encounter_class: CodingShape | list[Concept] | None = msgspec.field(default=None, name="class")
    type: Concepts | None = None
    service_type: Concepts | None = None
    reason: Concepts | None = None
    participant: list[Participant] | None = None
    period: Period | None = None
    actual_period: Period | None = None


class Observation(Resource, frozen=True):
    """A finding; in GP exports also diagnoses and reviews."""

    code: Concept | None = None
    value_codeable_concept: Concept | None = None
    value_boolean: bool | None = None
    data_absent_reason: Concept | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    effective_timing: Timing | None = None
    effective_instant: str | None = None
    issued: str | None = None


class Procedure(Resource, frozen=True):
    """Something done with or for the patient."""

    code: Concept | None = None
    performed_date_time: str | None = None
    performed_period: Period | None = None
    performed_age: Quantity | None = None
    performed_range: dict[str, Any] | None = None
    performed_string: str | None = None
    occurrence_date_time: str | None = None
    occurrence_period: Period | None = None
    occurrence_timing: Timing | None = None
    occurrence_age: Quantity | None = None
    occurrence_range: dict[str, Any] | None = None
    occurrence_string: str | None = None
    recorded: str | None = None


class Payload(Shape, frozen=True):
    """One part of a message."""

    content_codeable_concept: Concept | None = None


class Communication(Resource, frozen=True):
    """A message that was sent."""

    category: Concepts | None = None
    topic: Concept | None = None
    payload: list[Payload] | None = None
    sent: str | None = None
    received: str | None = None


class CommunicationRequest(Resource, frozen=True):
    """A message that somebody asked to be sent."""

    category: Concepts | None = None
    payload: list[Payload] | None = None
    authored_on: str | None = None


class ServiceRequest(Resource, frozen=True):
    """A referral or order; STU3 ReferralRequest (`type`, `serviceRequested`) and ProcedureRequest too."""

    intent: str | None = None
    code: Concept | None = None
    category: Concepts | None = None
    type: Concept | None = None
    service_requested: Concepts | None = None
    authored_on: str | None = None


class CarePlan(Resource, frozen=True):
    """A plan of care."""

    intent: str | None = None
    category: Concepts | None = None
    title: str | None = None
    period: Period | None = None
    created: str | None = None


class Attachment(Shape, frozen=True):
    """The document itself."""

    creation: str | None = None


class DocumentContent(Shape, frozen=True):
    """One form of a document."""

    attachment: Attachment | None = None


class DocumentContext(Shape, frozen=True):
    """The care that a document is about (R4; in R5 the period stands on the resource)."""

    period: Period | None = None


class DocumentReference(Resource, frozen=True):
    """A letter or other document."""

    doc_status: str | None = None
    type: Concept | None = None
    category: Concepts | None = None
    document_class: Concept | None = msgspec.field(default=None, name="class")
    context: DocumentContext | list[Any] | None = None
    content: list[DocumentContent] | None = None
    period: Period | None = None
    created: str | None = None
    date: str | None = None
    indexed: str | None = None


class Answer(Shape, frozen=True):
    """An answer in a questionnaire, with the questions under it."""

    value_coding: CodingShape | None = None
    item: "list[Item] | None" = None


class Item(Shape, frozen=True):
    """A question or group of questions."""

    answer: list[Answer] | None = None
    item: "list[Item] | None" = None


class QuestionnaireResponse(Resource, frozen=True):
    """A filled-in questionnaire."""

    item: list[Item] | None = None
    authored: str | None = None


class Flag(Resource, frozen=True):
    """A warning or marker on the record."""

    code: Concept | None = None
    period: Period | None = None


class EpisodeOfCare(Resource, frozen=True):
    """A span of responsibility for the patient; with a registration type, the GP registration."""

    type: Concepts | None = None
    period: Period | None = None


class Medicine(Resource, frozen=True):
    """MedicationRequest, -Statement, -Administration and -Dispense."""

    intent: str | None = None
    medication_codeable_concept: Concept | None = None
    medication_reference: Reference | None = None
    medication: Concept | None = None
    taken: str | None = None
    not_given: bool | None = None
    authored_on: str | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    effective_timing: Timing | None = None
    occurence_date_time: str | None = None
    occurence_period: Period | None = None
    occurence_timing: Timing | None = None
    when_handed_over: str | None = None
    when_prepared: str | None = None
    date_asserted: str | None = None
    recorded: str | None = None


class Medication(Shape, frozen=True):
    """The medicine that a medication resource refers to."""

    code: Concept | None = None


class PractitionerRole(Shape, frozen=True):
    """The role that a clinician has."""

    code: list[Concept] | None = None


class Patient(Shape, frozen=True):
    """The person whose record it is."""

    birth_date: str | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None
    extension: list[Extension] | None = None


class RecordList(Shape, frozen=True):
    """A FHIR List, of which only the warnings of GP Connect are read."""

    extension: list[Extension] | None = None


class Unreadable(ValueError):
    """A resource that must not be read; the message says why, without showing its values."""


T = TypeVar("T", bound=Shape)


def typed(content: Any, shape: type[T]) -> T:
    """Return decoded JSON as a shape.

    Raises:
        Unreadable: if an element that is read has the wrong type, or it is nested too deeply.
    """
    try:
        return msgspec.convert(content, shape)
    except msgspec.ValidationError as fault:
        raise Unreadable(str(fault).replace(" - at `$.", " at `").replace(" - at `$`", "")) from None
    except RecursionError:
        raise Unreadable("nested too deeply") from None


def many(concepts: Concepts | None) -> list[Concept]:
    """Return one, several or no concepts as a list."""
    if concepts is None:
        return []
    return [concepts] if isinstance(concepts, Concept) else concepts
