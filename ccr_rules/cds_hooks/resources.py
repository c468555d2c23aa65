"""What a suggestion would create: FHIR R4 resources, such that the record shows next time that it was done.

A code is recorded in the kind of resource in which its codelist is looked for: a referral as a
ServiceRequest, an invitation as a Communication, anything else as a Procedure or else an Observation.
"""

from datetime import date
from typing import Any, NamedTuple

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.evaluation.answers import Code, ReviewAnswer

Resource = dict[str, Any]

_INVITATION = "cancer-invitation"


class About(NamedTuple):
    """Whom and what a resource is about: ids of a Patient and, where known, of an Encounter; the day."""

    patient: str
    encounter: str | None
    day: date


def recording(code: Code, codelist: Codelist, about: About) -> Resource:
    """Return the resource that records a code of a codelist as done on the day."""
    return _MAKERS[_kind_for(codelist)](_concept(code), about)


def _kind_for(codelist: Codelist) -> str:
    counted = {*codelist.found_in, *codelist.also_in}
    if "ServiceRequest" in codelist.found_in:
        return "ServiceRequest"
    if codelist.name == _INVITATION and "Communication" in counted:
        return "Communication"
    return "Procedure" if "Procedure" in counted else "Observation"


def _concept(code: Code) -> Resource:
    coding = {"system": code.system, "code": code.code, "display": code.display}
    return {"coding": [coding], "text": code.display}


def _procedure(concept: Resource, about: About) -> Resource:
    done = {"status": "completed", "code": concept, **_who(about), "performedDateTime": about.day.isoformat()}
    return {"resourceType": "Procedure", **done}


def _observation(concept: Resource, about: About) -> Resource:
    seen = {"status": "final", "code": concept, **_who(about), "effectiveDateTime": about.day.isoformat()}
    return {"resourceType": "Observation", **seen}


def _service_request(concept: Resource, about: About) -> Resource:
    order = {"status": "active", "intent": "order", "code": concept, **_who(about)}
    return {"resourceType": "ServiceRequest", **order, "authoredOn": about.day.isoformat()}


def _communication(concept: Resource, about: About) -> Resource:
    sent = {"status": "completed", "topic": concept, **_who(about), "sent": about.day.isoformat()}
    return {"resourceType": "Communication", **sent}


_MAKERS = {
    "Procedure": _procedure,
    "Observation": _observation,
    "ServiceRequest": _service_request,
    "Communication": _communication,
}


def _who(about: About) -> Resource:
    subject = {"subject": {"reference": f"Patient/{about.patient}"}}
    if about.encounter is None:
        return subject
    return {**subject, "encounter": {"reference": f"Encounter/{about.encounter}"}}


def task(review: ReviewAnswer, about: About) -> Resource:
    """Return a Task that proposes a review, by its last suggested day if that is still to come."""
    made: Resource = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "proposal",
        "description": review.title,
        "for": {"reference": f"Patient/{about.patient}"},
        "authoredOn": about.day.isoformat(),
    }
    if about.encounter is not None:
        made["encounter"] = {"reference": f"Encounter/{about.encounter}"}
    if review.due is not None and review.due.first >= about.day:
        made["restriction"] = {"period": {"end": review.due.first.isoformat()}}
    return made
