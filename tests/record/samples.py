"""Small synthetic FHIR resources, and the shortest ways to read them."""

from typing import Any

from ccr_rules.record.entry import SNOMED, Days, Entry
from ccr_rules.record.fhir_dates import days_of
from ccr_rules.record.patient import KINDS, PatientRecord
from ccr_rules.record.reading import read_record

Json = dict[str, Any]

BREAST = "254837009"  # Malignant neoplasm of breast
COLON = "363406005"  # Malignant tumour of colon
REVIEW = "720006006"  # Cancer care review
CARE_PLAN = "736252007"  # Cancer care plan
SOCIAL_PRESCRIBING = "871731000000106"  # Referral to social prescribing service

PATIENT: Json = {"resourceType": "Patient", "id": "p1", "birthDate": "1950-06-15"}
SUBJECT: Json = {"reference": "Patient/p1"}
EVERY = frozenset(KINDS)


def concept(code: str = BREAST, display: str = "", system: str = SNOMED, text: str = "") -> Json:
    coding = {"system": system, "code": code} | ({"display": display} if display else {})
    return {"coding": [coding]} | ({"text": text} if text else {})


def resource(resource_type: str, name: str = "x1", **elements: Any) -> Json:
    subject = "patient" if resource_type == "EpisodeOfCare" else "subject"
    given = {"resourceType": resource_type, "id": name, subject: SUBJECT, **elements}
    return {key: value for key, value in given.items() if value is not ...}


def condition(name: str = "c1", **elements: Any) -> Json:
    return resource("Condition", name, **({"code": concept(), "onsetDateTime": "2025-01-10"} | elements))


def encounter(name: str = "e1", **elements: Any) -> Json:
    given = {"status": "finished", "type": [concept(REVIEW)], "period": {"start": "2025-03-01"}}
    return resource("Encounter", name, **(given | elements))


def observation(name: str = "o1", **elements: Any) -> Json:
    given = {"status": "final", "code": concept(REVIEW), "effectiveDateTime": "2025-04-01"}
    return resource("Observation", name, **(given | elements))


def outcome(severity: str, code: str) -> Json:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": code}]}


def bundle(*resources: Any, kind: str = "collection", **elements: Any) -> Json:
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": r} for r in resources], **elements}


def search(url: str, *resources: Any, **elements: Any) -> Json:
    link = [{"relation": "self", "url": url}]
    if "next" in elements:
        link.append({"relation": "next", "url": elements.pop("next")})
    return bundle(*resources, kind="searchset", link=link, **elements)


def record_of(*resources: Any, **options: Any) -> PatientRecord:
    """Read a whole-record Bundle of the patient and some resources."""
    return read_record(bundle(PATIENT, *resources), **options)


def entries_of(*resources: Any) -> tuple[Entry, ...]:
    record = record_of(*resources)
    assert not record.quarantined, record.quarantined
    return record.entries


def entry_of(given: Json) -> Entry:
    (entry,) = entries_of(given)
    return entry


def finding_ids(record: PatientRecord) -> set[str]:
    return {finding.id for finding in record.findings}


def days(text: str, last: str = "") -> Days:
    first = days_of(text)
    assert first is not None
    until = days_of(last) if last else first
    assert until is not None
    return Days(first.first, until.last)
