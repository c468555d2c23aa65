"""CDS Hooks through a service."""

from typing import Any

import httpx

from tests.cds_hooks.samples import Json, body, prefetch_of, searchset
from tests.record.samples import condition
from tests.service.support import Here

PATIENT_VIEW = "/cds-services/ccr-patient-view"
FEEDBACK = f"{PATIENT_VIEW}/feedback"
AT = "2026-11-20T12:00:00Z"
Asked = Here | httpx.Client
"""A service in this process, or one that is called over HTTP."""


def whom(id_: str = "p1") -> Json:
    return {"resourceType": "Patient", "id": id_, "birthDate": "1950-06-15"}


def due(id_: str = "p1", **elements: Any) -> Json:
    """Return the prefetch of somebody whose support conversation is due."""
    diagnosis = condition(**({"onsetDateTime": "2026-10-01"} | elements))
    diagnosis["subject"] = {"reference": f"Patient/{id_}"}
    return prefetch_of(whom(id_), diagnosis)


def view(service: Asked, prefetch: Json | None = None, id_: str = "p1", **given: Any) -> httpx.Response:
    """Open a record."""
    how = given.pop("how", {})
    context = {"patientId": id_, **given.pop("context", {})}
    return service.post(PATIENT_VIEW, json=body(prefetch, context=context, **given), **how)


def cards(answer: httpx.Response) -> list[Json]:
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["cards"]
    return found


def told(answer: httpx.Response) -> Json:
    """Return what stands in the answer's extension."""
    (found,) = answer.json()["extension"].values()
    assert isinstance(found, dict)
    return found


def overridden(card: str, reason: str | None = "not-now", **changed: Any) -> Json:
    given: Json = {"card": card, "outcome": "overridden", "outcomeTimestamp": AT}
    if reason:
        given["overrideReason"] = {
            "reason": {"code": reason, "system": "https://ccr-rules.example/decline-reason"}
        }
    return given | changed


def say(service: Asked, *items: Json, **how: Any) -> httpx.Response:
    return service.post(FEEDBACK, json={"feedback": list(items)}, **how)


__all__ = [
    "AT",
    "FEEDBACK",
    "PATIENT_VIEW",
    "cards",
    "due",
    "overridden",
    "say",
    "searchset",
    "told",
    "view",
    "whom",
]
