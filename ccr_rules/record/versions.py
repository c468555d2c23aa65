"""Which version of FHIR a document is written in, told by its shape.

R4 and R4B cannot be told apart, and need not be: `R4` is said where nothing points elsewhere.
"""

from collections.abc import Callable, Iterable
from typing import Any, Literal, get_args

from ccr_rules.errors import UsageError
from ccr_rules.record.contents import Located

Version = Literal["auto", "R4", "R4B", "R5", "STU3"]

Sign = Callable[[dict[str, Any]], bool]


def _has(name: str, wanted: type | None = None) -> Sign:
    return lambda content: name in content and (wanted is None or isinstance(content[name], wanted))


def _has_r5_reason(content: dict[str, Any]) -> bool:
    return any("value" in one or "use" in one for one in _dicts(content.get("reason")))


def _has_stu3_reason(content: dict[str, Any]) -> bool:
    return any("coding" in one or "text" in one for one in _dicts(content.get("reason")))


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _has_old_profile(content: dict[str, Any]) -> bool:
    meta = content.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    return isinstance(profiles, list) and any("STU3" in str(p) or "CareConnect" in str(p) for p in profiles)


def _is_codeable_reference(content: dict[str, Any]) -> bool:
    for name in ("code", "medication"):
        value = content.get(name)
        if isinstance(value, dict) and ("concept" in value or isinstance(value.get("reference"), dict)):
            return True
    return False


SIGNS: tuple[tuple[str, str, str, Sign], ...] = (
    # type ("" any)            points to, because of                              sign
    ("", "STU3", "a CareConnect or STU3 profile in meta.profile", _has_old_profile),
    ("Condition", "STU3", "assertedDate", _has("assertedDate")),
    ("Condition", "STU3", "clinicalStatus as text", _has("clinicalStatus", str)),
    ("Condition", "STU3", "verificationStatus as text", _has("verificationStatus", str)),
    ("Condition", "STU3", "context instead of encounter", _has("context")),
    ("Observation", "STU3", "context instead of encounter", _has("context")),
    ("Procedure", "STU3", "context instead of encounter", _has("context")),
    ("Procedure", "STU3", "notDone", _has("notDone")),
    ("Communication", "STU3", "notDone", _has("notDone")),
    ("MedicationStatement", "STU3", "taken", _has("taken")),
    ("DocumentReference", "STU3", "indexed", _has("indexed")),
    ("Encounter", "STU3", "reason as concepts", _has_stu3_reason),
    ("ReferralRequest", "STU3", "the type itself", _has("resourceType")),
    ("ProcedureRequest", "STU3", "the type itself", _has("resourceType")),
    ("Encounter", "R5", "class as a list", _has("class", list)),
    ("Encounter", "R5", "actualPeriod", _has("actualPeriod")),
    ("Encounter", "R5", "reason with use or value", _has_r5_reason),
    ("Procedure", "R5", "occurrence[x] instead of performed[x]", _has("occurrenceDateTime")),
    ("Procedure", "R5", "occurrence[x] instead of performed[x]", _has("occurrencePeriod")),
    ("ServiceRequest", "R5", "code as CodeableReference", _is_codeable_reference),
    ("MedicationRequest", "R5", "medication as CodeableReference", _is_codeable_reference),
    ("MedicationStatement", "R5", "medication as CodeableReference", _is_codeable_reference),
    ("MedicationAdministration", "R5", "occurence[x]", _has("occurenceDateTime")),
)
"""The signs, each for resources of one type; the version with the most signs is the document's."""


def check_version(version: str) -> None:
    """Check the name of a version.

    Raises:
        UsageError: if it is not one that can be read.
    """
    if version not in get_args(Version):
        raise UsageError(f"no FHIR version {version!r}: choose from {', '.join(get_args(Version))}")


def detect(located: Iterable[Located]) -> Literal["R4", "R5", "STU3"]:
    """Return the version that most signs in a document point to; R4 where nothing points elsewhere."""
    found = {"STU3": 0, "R5": 0}
    for one in located:
        for resource_type, version, _, sign in SIGNS:
            if resource_type in ("", one.resource_type) and sign(one.content):
                found[version] += 1
    if not any(found.values()):
        return "R4"
    return "STU3" if found["STU3"] >= found["R5"] else "R5"
