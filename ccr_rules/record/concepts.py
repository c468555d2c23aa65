"""Which elements of each kind of resource hold the codes of its entry."""

from collections.abc import Callable, Iterable
from typing import Any

from ccr_rules.record import shapes
from ccr_rules.record.shapes import Concept, many

Follow = Callable[[str], object]
"""Finds the content of a referenced resource (a contained or bundled Medication), or None."""


def _code(resource: Any, _: Follow) -> list[Concept]:
    """Observation values are not codes of the observation: see `answer_of`."""
    return many(resource.code)


def _encounter(resource: shapes.Encounter, _: Follow) -> list[Concept]:
    if resource.reason_code is None and resource.reason is None and resource.service_type is None:
        return many(resource.type)
    return [
        *many(resource.type),
        *many(resource.reason_code),
        *many(resource.reason),
        *many(resource.service_type),
    ]


def _communication(resource: shapes.Communication, _: Follow) -> list[Concept]:
    """The reason is left out: a letter because of a review is no review."""
    return [*many(resource.category), *many(resource.topic), *_payload(resource.payload)]


def _communication_request(resource: shapes.CommunicationRequest, _: Follow) -> list[Concept]:
    return [*many(resource.category), *_payload(resource.payload)]


def _payload(parts: list[shapes.Payload] | None) -> list[Concept]:
    return [part.content_codeable_concept for part in parts or () if part.content_codeable_concept]


def _service_request(resource: shapes.ServiceRequest, _: Follow) -> list[Concept]:
    return [*many(resource.code), *many(resource.type), *many(resource.service_requested)]


def _care_plan(resource: shapes.CarePlan, _: Follow) -> list[Concept]:
    title = [Concept(text=resource.title)] if resource.title else []
    return [*title, *many(resource.category)]


def _document(resource: shapes.DocumentReference, _: Follow) -> list[Concept]:
    return [*many(resource.type), *many(resource.category), *many(resource.document_class)]


def _questionnaire(resource: shapes.QuestionnaireResponse, _: Follow) -> list[Concept]:
    codings = tuple(_answers(resource.item))
    return [Concept(coding=codings)] if codings else []


def _answers(items: list[shapes.Item] | None) -> Iterable[shapes.CodingShape]:
    for item in items or ():
        for answer in item.answer or ():
            if answer.value_coding is not None:
                yield answer.value_coding
            yield from _answers(answer.item)
        yield from _answers(item.item)


def _episode_of_care(resource: shapes.EpisodeOfCare, _: Follow) -> list[Concept]:
    return many(resource.type)


def _medicine(resource: shapes.Medicine, follow: Follow) -> list[Concept]:
    """The medicine itself, or what its reference leads to, or at least the reference's display."""
    named = [*many(resource.medication_codeable_concept), *many(resource.medication)]
    links = [resource.medication_reference, *(concept.reference for concept in named)]
    for link in links:
        if link is None:
            continue
        found = follow(link.reference) if link.reference else None
        if isinstance(found, shapes.Medication) and found.code is not None:
            named.append(found.code)
        elif link.display:
            named.append(Concept(text=link.display))
    return named


CONCEPTS: dict[str, Callable[[Any, Follow], list[Concept]]] = {
    "Condition": _code,
    "Encounter": _encounter,
    "Observation": _code,
    "Procedure": _code,
    "Communication": _communication,
    "CommunicationRequest": _communication_request,
    "ServiceRequest": _service_request,
    "CarePlan": _care_plan,
    "DocumentReference": _document,
    "QuestionnaireResponse": _questionnaire,
    "Flag": _code,
    "EpisodeOfCare": _episode_of_care,
    "MedicationRequest": _medicine,
    "MedicationStatement": _medicine,
    "MedicationAdministration": _medicine,
    "MedicationDispense": _medicine,
}
