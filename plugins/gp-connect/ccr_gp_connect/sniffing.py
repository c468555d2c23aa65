"""Whether a source is an answer of GP Connect: cheaply from its beginning, then surely from its Bundle."""

from typing import Any, Final

from ccr_gp_connect.answer import Resource, objects, text
from ccr_rules.hosting import Source

FIRST: Final = 1 << 16
"""How much of a source is looked at: every resource of GP Connect names its profile near its beginning."""

_MARKS: Final = ("GPConnect-StructuredRecord-Bundle", "CareConnect-GPC-")
_BYTES: Final = tuple(mark.encode() for mark in _MARKS)
_ENTRIES: Final = 8

BUNDLE_PROFILE: Final = "https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-StructuredRecord-Bundle-1"
_LIST_PROFILE: Final = "CareConnect-GPC-List"


def may_be(source: Source) -> bool:
    """Say whether a source may be an answer of GP Connect, by its first bytes, without decoding it."""
    content = source.content
    if isinstance(content, (bytes, bytearray)):
        return any(content.find(mark, 0, FIRST) >= 0 for mark in _BYTES)
    if isinstance(content, memoryview):
        first = content[:FIRST].tobytes()
        return any(mark in first for mark in _BYTES)
    if isinstance(content, str):
        return any(content.find(mark, 0, FIRST) >= 0 for mark in _MARKS)
    if isinstance(content, dict):
        return _is_marked(content)
    return not isinstance(content, list) and _is_marked_model(content)


def _is_marked(bundle: Resource) -> bool:
    if bundle.get("resourceType") != "Bundle":
        return False
    entries = bundle.get("entry")
    first = objects(entries[:_ENTRIES]) if isinstance(entries, list) else []
    resources = [bundle, *(each.get("resource") for each in first)]
    return any(mark in profile for each in resources for profile in _profiles(each) for mark in _MARKS)


def _is_marked_model(model: Any) -> bool:
    """Look at a model of fhir.resources without writing it out as JSON."""
    entries = getattr(model, "entry", None) or ()
    resources = [model, *(getattr(each, "resource", None) for each in entries[:_ENTRIES])]
    profiles = [
        str(profile)
        for each in resources
        for profile in getattr(getattr(each, "meta", None), "profile", None) or ()
    ]
    return any(mark in profile for profile in profiles for mark in _MARKS)


def _profiles(resource: Any) -> list[str]:
    meta = resource.get("meta") if isinstance(resource, dict) else None
    given = meta.get("profile") if isinstance(meta, dict) else None
    return [each for each in given if isinstance(each, str)] if isinstance(given, list) else []


def is_answer(value: Any) -> bool:
    """Say whether a decoded value is an answer to `$gpc.getstructuredrecord`.

    It is a Bundle of type `collection` that says so in its profile, or has a List of GP Connect. The result
    of a search for patients or appointments has neither.
    """
    if not isinstance(value, dict) or value.get("resourceType") != "Bundle":
        return False
    if value.get("type") != "collection":
        return False
    if any(_MARKS[0] in profile for profile in _profiles(value)):
        return True
    resources = (each.get("resource") for each in objects(value.get("entry")))
    return any(
        text(each, "resourceType") == "List" and any(_LIST_PROFILE in profile for profile in _profiles(each))
        for each in resources
    )
