"""The record of a call: what was obtained, and what its context brings that is not on file yet."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ccr_rules.cds_hooks.calls import Call
from ccr_rules.cds_hooks.errors import Unprocessable
from ccr_rules.cds_hooks.prefetch import Obtained, Repeats
from ccr_rules.errors import RecordError
from ccr_rules.record.containers import open_document
from ccr_rules.record.json_text import Document
from ccr_rules.record.patient import Consultation, PatientRecord
from ccr_rules.record.reading import how_to_read, read_contents

CONTEXT_KINDS = {"conditions": "Condition"}
"""Bundles of a context that hold entries; an appointment is none."""


def record_of(call: Call, obtained: Obtained, as_of: date, profile: str | None = None) -> PatientRecord:
    """Read the patient's record.

    A Condition of the context counts as recorded on `as_of`, unless it says otherwise: it has just been
    made. What the record holds under the same id comes before it.

    Raises:
        Unprocessable: if nothing of it is usable, or it is about somebody else.
        UsageError: if there is no such profile.
    """
    reference = f"Patient/{call.patient}"
    pages = {kind: [page.value for page in found] for kind, found in obtained.pages.items()}
    for field, bundle in call.bundles.items():
        kind = CONTEXT_KINDS.get(field)
        if kind is not None:
            known = {key for page in pages.get(kind, ()) for key in _ids(page)}
            pages.setdefault(kind, []).append(_new_ones(bundle, known, kind, as_of))
    try:
        parts = ((pages, ""),) if pages else ()
        contents = open_document(Document(parts, repeats=tuple(_repeats(obtained))))
        contents.asked_patients.append((reference, "context.patientId"))
        for kind, reason in obtained.missing.items():
            contents.missing(kind, reason)
        # Every key is a search for the patient, complete unless something above says that it is not.
        stated = None if profile else tuple(obtained.pages)
        return read_contents(contents, how_to_read("auto", reference, profile, stated))
    except RecordError as fault:
        raise Unprocessable(fault.message) from None


def _repeats(obtained: Obtained) -> Iterator[tuple[str, str]]:
    for kind, pages in obtained.pages.items():
        for number, page in enumerate(pages):
            yield from _below(f"{kind}[{number}]", page.repeats)


def _below(place: str, repeats: Repeats) -> Iterator[tuple[str, str]]:
    for path, key in repeats:
        yield (f"{place}{path}" if path.startswith("[") else f"{place}.{path}".rstrip(".")), key


def _ids(page: Any) -> Iterator[str]:
    for resource in _resources(page):
        if isinstance(resource.get("id"), str):
            yield resource["id"]


def _resources(bundle: Any) -> Iterator[dict[str, Any]]:
    entries = bundle.get("entry") if isinstance(bundle, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            yield resource


def _new_ones(bundle: Mapping[str, Any], known: set[str], kind: str, as_of: date) -> dict[str, Any]:
    """Return the resources of a context that the record does not hold, dated."""
    dated = {"recordedDate": as_of.isoformat()}
    new = [
        {"resource": dated | resource if resource.get("resourceType") == kind else resource}
        for resource in _resources(bundle)
        if resource.get("id") not in known
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": new}


def consultation_of(call: Call, record: PatientRecord) -> Consultation | None:
    """Return the consultation that the call names, if the record holds it."""
    if call.encounter is None:
        return None
    wanted = f"Encounter/{call.encounter}"
    return next((each for each in record.consultations if each.reference == wanted), None)
