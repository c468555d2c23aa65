"""What a List warns of: items that were left out of it.

Public guidance ("Warning codes" of the same pages as `areas`): three codes in the extension `warningCode`,
each with a text that stands in `List.note` too. The extension is found under two addresses
(`https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-ListWarningCode-1` in the guidance
and `https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-ListWarningCode-1` in test data),
its value as a code, a Coding or a CodeableConcept. So it is told by its name, and any value counts.
"""

from typing import Any, Final

from ccr_gp_connect.answer import Resource, codings, objects, text

CONFIDENTIAL: Final = "confidential-items"
IN_TRANSIT: Final = "data-in-transit"
AWAITING_FILING: Final = "data-awaiting-filing"
UNKNOWN: Final = "not-recognised"

WORDS: Final = {
    CONFIDENTIAL: "confidential items were left out",
    IN_TRANSIT: "the record of the previous practice has not come yet",
    AWAITING_FILING: "items that wait to be filed were left out",
    UNKNOWN: "items were left out, for a reason that is not recognised",
}
"""What each code means, in our words."""

_NOTES: Final = {
    "items excluded due to confidentiality": CONFIDENTIAL,
    "patient record transfer from previous gp practice": IN_TRANSIT,
    "patient record contains some items in the gp practice workflow": AWAITING_FILING,
}
"""How the texts begin: a note says it even where the code got lost on the way."""

_EXTENSION: Final = "ListWarningCode"


def warnings_of(resource: Resource) -> set[str]:
    """Return the codes of a List's warnings; a code outside the guidance is `not-recognised`."""
    found = {_code(each) for each in objects(resource.get("extension")) if is_warning(each)}
    for note in objects(resource.get("note")):
        words = " ".join(text(note, "text").lower().split())
        found |= {code for beginning, code in _NOTES.items() if words.startswith(beginning)}
    return found


def is_warning(extension: dict[str, Any]) -> bool:
    """Say whether an extension is a warning."""
    return _EXTENSION in text(extension, "url")


def _code(extension: dict[str, Any]) -> str:
    told = [
        text(extension, "valueCode"),
        text(extension, "valueString"),
        text(extension, "valueCoding", "code"),
        *(code for _, code in codings(extension.get("valueCodeableConcept"))),
    ]
    return next((code for code in told if code in WORDS), UNKNOWN)


def without_warnings(resource: Resource) -> Resource:
    """Return a List without its warnings, which the core would take to concern every kind."""
    extensions = resource.get("extension")
    if not isinstance(extensions, list):
        return resource
    kept = [each for each in extensions if not (isinstance(each, dict) and is_warning(each))]
    return {**resource, "extension": kept}
