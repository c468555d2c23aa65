"""What a Patient resource says that reports tell people apart by; see `schema.ATTRIBUTES`."""

from collections.abc import Callable, Iterator
from typing import Any, Final

ODS: Final = "ods-organization-code"
"""How the system of ODS codes ends: https://fhir.nhs.uk/Id/ods-organization-code."""

ETHNICITY: Final = "EthnicCategory"
"""What the addresses of the ethnic category extensions of UK Core and CareConnect have in them."""

Follow = Callable[[str], Any]
"""Finds the content of a resource by its reference, or None."""


def attributes_of(patient: dict[str, Any], follow: Follow) -> dict[str, Any]:
    """Return the attributes that a Patient resource states; whatever has another shape states nothing."""
    told: dict[str, Any] = {"sex": _text(patient.get("gender"))}
    told["ethnicity"], told["ethnicity_term"] = _ethnicity(patient)
    told["practice"] = _practice(patient, follow)
    return {name: value for name, value in told.items() if value}


def _ethnicity(patient: dict[str, Any]) -> tuple[str | None, str | None]:
    for extension in _dicts(patient.get("extension")):
        concept = extension.get("valueCodeableConcept")
        if ETHNICITY in str(extension.get("url")) and isinstance(concept, dict):
            for coding in _dicts(concept.get("coding")):
                return _text(coding.get("code")), _text(coding.get("display"))
            return None, _text(concept.get("text"))
    return None, None


def _practice(patient: dict[str, Any], follow: Follow) -> str | None:
    for name in ("managingOrganization", "generalPractitioner"):
        given = patient.get(name)
        for reference in _dicts(given if isinstance(given, list) else [given]):
            code = _ods_code(reference.get("identifier"))
            if code is None and isinstance(reference.get("reference"), str):
                code = _code_of(follow(reference["reference"]))
            if code is not None:
                return code
    return None


def _code_of(organisation: Any) -> str | None:
    if not isinstance(organisation, dict) or organisation.get("resourceType") != "Organization":
        return None
    codes = (_ods_code(identifier) for identifier in _dicts(organisation.get("identifier")))
    return next((code for code in codes if code), None)


def _ods_code(identifier: Any) -> str | None:
    if isinstance(identifier, dict) and str(identifier.get("system")).rstrip("/").endswith(ODS):
        return _text(identifier.get("value"))
    return None


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
