"""Example patients, as they would be on another day, and as a host sends them."""

import json
import re
from datetime import date
from typing import Any

from tests.cds_hooks.samples import Json, kinds, searchset
from tests.stories.folders import STORIES, VERSIONS, resources_of

R4 = tuple(name for name in STORIES if name not in VERSIONS)
"""The stories whose records are FHIR R4, as CDS Hooks sends them."""

_DAY = re.compile(r"\b(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?=[T\"])")
_ABSOLUTE = re.compile(r'"reference": "https?://[^"]+/([A-Z][A-Za-z]+/[A-Za-z0-9.-]+)"')
_URN = re.compile(r"urn:uuid:([0-9a-f-]{36})")


def resources(story: str, today: date | None = None) -> list[Json]:
    """Return the resources of an example patient as a server has them, with references by type and id.

    With `today`, as if the day of the story were today.
    """
    found = resources_of(STORIES[story])
    types = {each["id"]: each["resourceType"] for each in found if "resourceType" in each}
    text = _URN.sub(lambda urn: f"{types[urn[1]]}/{urn[1]}" if urn[1] in types else urn[0], json.dumps(found))
    text = _ABSOLUTE.sub(r'"reference": "\1"', text)
    if today is not None:
        later = today - STORIES[story].as_of
        text = _DAY.sub(lambda day: (date.fromisoformat(day[0]) + later).isoformat(), text)
    result: list[Json] = json.loads(text)
    return result


def patient_of(found: list[Json]) -> str:
    """Return the id of the Patient among resources."""
    (id_,) = (each["id"] for each in found if each.get("resourceType") == "Patient")
    return str(id_)


def prefetch(found: list[Json]) -> Json:
    """Return resources as a whole prefetch."""
    keys: Json = {}
    for kind in kinds():
        mine = [each for each in found if each.get("resourceType") == kind]
        keys[kind] = mine[0] if kind == "Patient" else searchset(*mine)
    return keys


def call(patient: str, hook: str = "patient-view", **more: Any) -> Json:
    """Return the body of a call about a patient."""
    instance = "3f8d6b1e-5d5f-4c0e-9d0b-0a6f2f6f9b52"
    context = {"userId": "Practitioner/7", "patientId": patient}
    return {"hook": hook, "hookInstance": instance, "context": context, **more}
