"""Seeded synthetic records and Bundles for the benchmarks; nobody in them exists."""

import json
import random
from datetime import date, timedelta
from typing import Any

from ccr_rules import Coding, Days, Entry, PatientRecord
from ccr_rules.record.entry import SNOMED, Episode
from ccr_rules.record.patient import KINDS

AS_OF = date(2026, 1, 20)

DIAGNOSES = (
    ("254837009", "Malignant neoplasm of breast"),
    ("363406005", "Malignant tumour of colon"),
    ("399068003", "Malignant tumour of prostate"),
    ("363358000", "Malignant tumour of lung"),
)
ACTIVITY = (
    ("413738001", "Cancer monitoring first letter"),
    ("720006006", "Cancer care review"),
    ("314530002", "Medication review done"),
    ("787261000000106", "Holistic needs assessment"),
)
OTHER = (
    "Blood pressure recorded",
    "Seen in surgery",
    "Letter received",
    "Repeat prescription",
    "Influenza vaccination",
)


def record(seed: int, entries: int = 30, *, cancer: bool = True) -> PatientRecord:
    """Return a record of so many entries; with `cancer`, five of them are about it."""
    draw = random.Random(seed)
    about_cancer = [_coded("Condition", *draw.choice(DIAGNOSES), draw)] if cancer else []
    about_cancer += [_coded("Observation", *each, draw) for each in (ACTIVITY if cancer else ())]
    rest = [_other(number, draw) for number in range(entries - len(about_cancer))]
    everything = [*about_cancer, *rest]
    draw.shuffle(everything)
    numbered = tuple(
        Entry(
            f"{each.kind}/{number}", each.kind, each.codings, "", each.clinical, each.recorded, each.episode
        )
        for number, each in enumerate(everything)
    )
    born = AS_OF - timedelta(days=draw.randrange(20 * 365, 90 * 365))
    return PatientRecord(f"Patient/{seed}", numbered, born=Days(born, born), supplied=frozenset(KINDS))


def _coded(kind: str, code: str, term: str, draw: random.Random) -> Entry:
    day = AS_OF - timedelta(days=draw.randrange(1, 700))
    episode: Episode = "first" if kind == "Condition" else "unstated"
    return Entry("", kind, (Coding(SNOMED, code, term),), "", Days(day, day), Days(day, day), episode)


def _other(number: int, draw: random.Random) -> Entry:
    day = AS_OF - timedelta(days=draw.randrange(1, 6000))
    coding = Coding("urn:example:local", f"L{number}", draw.choice(OTHER))
    return Entry("", draw.choice(("Observation", "Encounter")), (coding,), "", Days(day, day), Days(day, day))


def bundle(seed: int, resources: int = 200, size: int = 160_000) -> bytes:
    """Return the JSON text of a collection Bundle of so many resources and about so many bytes."""
    source = record(seed, resources - 1)
    found = [_patient(source), *(_resource(entry) for entry in source.entries)]
    bare = len(json.dumps(found))
    narrative = "x" * max(0, (size - bare) // len(found) - 60)
    for each in found:
        each["text"] = {"status": "generated", "div": f"<div>{narrative}</div>"}
    document = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": each} for each in found],
    }
    return json.dumps(document).encode()


def _patient(source: PatientRecord) -> dict[str, Any]:
    born = source.born.first.isoformat() if source.born else None
    return {"resourceType": "Patient", "id": source.reference.partition("/")[2], "birthDate": born}


def _resource(entry: Entry) -> dict[str, Any]:
    day = entry.clinical.first.isoformat() if entry.clinical else ""
    codings = [{"system": each.system, "code": each.code, "display": each.display} for each in entry.codings]
    common = {"resourceType": entry.kind, "id": entry.reference.partition("/")[2]}
    subject = {"reference": "Patient/1"}
    if entry.kind == "Condition":
        return common | {
            "subject": subject,
            "code": {"coding": codings},
            "onsetDateTime": day,
            "recordedDate": day,
        }
    if entry.kind == "Encounter":
        period = {"start": f"{day}T09:30:00Z"}
        kind = {"code": "AMB"}
        return common | {
            "subject": subject,
            "status": "finished",
            "class": kind,
            "type": [{"coding": codings}],
            "period": period,
        }
    timed = {"effectiveDateTime": f"{day}T09:30:00+00:00", "issued": f"{day}T09:31:00Z", "status": "final"}
    return common | timed | {"subject": subject, "code": {"coding": codings}}
