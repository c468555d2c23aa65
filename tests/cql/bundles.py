"""A patient record as a FHIR R4 Bundle; what no R4 resource can say is left over.

An entry counts as said only if the reader makes the same entry of its resource: this writer needs no trust.
"""

from calendar import monthrange
from datetime import date
from typing import Any

from ccr_rules import Days, Entry, PatientRecord
from ccr_rules.errors import RecordError
from ccr_rules.record.reading import read_record

EPISODE = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ConditionEpisode"
EPISODICITY = "https://fhir.hl7.org.uk/CodeSystem/UKCore-ConditionEpisodicity"
Json = dict[str, Any]


def bundle_of(record: PatientRecord) -> tuple[Json, tuple[Entry, ...]]:
    """Return a record as a Bundle, and the entries that it cannot hold."""
    said, left_over = [], []
    for number, entry in enumerate(record.entries):
        resource = resource_of(entry, number)
        if resource is None:
            left_over.append(entry)
        else:
            said.append(resource)
    resources = [patient_of(record), *_registration(record), *said]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": each} for each in resources],
    }
    return bundle, tuple(left_over)


def patient_of(record: PatientRecord) -> Json:
    patient: Json = {"resourceType": "Patient", "id": "p"}
    if record.born:
        patient["birthDate"] = written(record.born)
    if record.died:
        patient["deceasedDateTime"] = written(record.died)
    elif record.is_dead:
        patient["deceasedBoolean"] = True
    return patient


def _registration(record: PatientRecord) -> list[Json]:
    if not record.registered and not record.deregistered:
        return []
    period = {
        key: written(value)
        for key, value in (("start", record.registered), ("end", record.deregistered))
        if value
    }
    kind = [{"text": "Registration with the practice"}]
    subject = {"reference": "Patient/p"}
    return [
        {
            "resourceType": "EpisodeOfCare",
            "id": "registration",
            "status": "active",
            "type": kind,
            "patient": subject,
            "period": period,
        }
    ]


def written(days: Days | None) -> str | None:
    """Return days as a FHIR date, month or year; None for other intervals."""
    if days is None:
        return None
    first, last = days.first, days.last
    if first == last:
        return first.isoformat()
    if first == date(first.year, 1, 1) and last == date(first.year, 12, 31):
        return str(first.year)
    if first.day == 1 and last == date(first.year, first.month, monthrange(first.year, first.month)[1]):
        return first.isoformat()[:7]
    return None


def resource_of(entry: Entry, number: int) -> Json | None:
    """Return the resource that says just what an entry says, if there is one."""
    build = _BUILDERS.get(entry.kind)
    if build is None:
        return None
    resource: Json = {
        "resourceType": entry.kind,
        "id": entry.reference.partition("/")[2],
        "subject": {"reference": "Patient/p"},
        **build(entry),
    }
    if entry.episode != "unstated":
        word = {"system": EPISODICITY, "code": "unheard-of" if entry.episode == "other" else entry.episode}
        resource["extension"] = [{"url": EPISODE, "valueCodeableConcept": {"coding": [word]}}]
    resource = {key: value for key, value in resource.items() if value is not None}
    try:
        return resource if read_record([resource]).entries == (entry,) else None
    except RecordError:
        return None


def _concept(entry: Entry) -> Json:
    codings = [{"system": each.system, "code": each.code, "display": each.display} for each in entry.codings]
    return {"coding": codings, "text": entry.text} if codings else {"text": entry.text}


def _instant(days: Days | None) -> str | None:
    return f"{days.first.isoformat()}T12:00:00Z" if days and days.first == days.last else None


def _status(entry: Entry, done: str, unsure: str, planned: str = "", not_done: str = "") -> str | None:
    by_state = {"done": done if entry.certain else unsure, "planned": planned}
    return by_state.get(entry.state, not_done) or None


def _reason(entry: Entry) -> Json | None:
    return {"text": "Declined by the patient"} if entry.state == "declined" else None


def _condition(entry: Entry) -> Json:
    status = "confirmed" if entry.certain else "provisional"
    return {
        "code": _concept(entry),
        "onsetDateTime": written(entry.clinical),
        "recordedDate": written(entry.recorded),
        "verificationStatus": {"coding": [{"code": status}]},
    }


def _encounter(entry: Entry) -> Json:
    start = written(entry.clinical)
    return {
        "type": [_concept(entry)],
        "class": {"code": "AMB"},
        "status": _status(entry, "finished", "unknown", "planned"),
        "period": {"start": start} if start else None,
    }


def _observation(entry: Entry) -> Json:
    absent = {"declined": "asked-declined", "not-done": "not-performed"}.get(entry.state)
    return {
        "code": _concept(entry),
        "status": _status(entry, "final", "registered", not_done="final"),
        "effectiveDateTime": written(entry.clinical),
        "issued": _instant(entry.recorded),
        "dataAbsentReason": {"coding": [{"code": absent}]} if absent else None,
    }


def _procedure(entry: Entry) -> Json:
    return {
        "code": _concept(entry),
        "status": _status(entry, "completed", "stopped", "preparation", "not-done"),
        "statusReason": _reason(entry),
        "performedDateTime": written(entry.clinical),
    }


def _communication(entry: Entry) -> Json:
    return {
        "category": [_concept(entry)],
        "status": _status(entry, "completed", "stopped", "preparation", "not-done"),
        "statusReason": _reason(entry),
        "sent": written(entry.clinical),
    }


def _service_request(entry: Entry) -> Json:
    return {
        "code": _concept(entry),
        "status": _status(entry, "active", "unknown", "draft"),
        "intent": "order",
        "authoredOn": written(entry.clinical),
    }


def _care_plan(entry: Entry) -> Json:
    start = written(entry.clinical)
    return {
        "category": [_concept(entry)],
        "status": _status(entry, "active", "unknown", "draft"),
        "intent": "plan",
        "period": {"start": start} if start else None,
        "created": written(entry.recorded),
    }


def _document(entry: Entry) -> Json:
    start = written(entry.clinical)
    return {
        "type": _concept(entry),
        "status": "current",
        "docStatus": "final" if entry.certain else "preliminary",
        "context": {"period": {"start": start}} if start else None,
        "date": _instant(entry.recorded),
        "content": [{"attachment": {"contentType": "text/plain"}}],
    }


_BUILDERS = {
    "Condition": _condition,
    "Encounter": _encounter,
    "Observation": _observation,
    "Procedure": _procedure,
    "Communication": _communication,
    "ServiceRequest": _service_request,
    "CarePlan": _care_plan,
    "DocumentReference": _document,
}
