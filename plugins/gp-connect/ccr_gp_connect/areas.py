"""The clinical areas of GP Connect, the Lists in which they come, and the kinds of resource that they hold.

Codes and words are those of the public GP Connect guidance "Using lists to return data"
(nhsconnect/gpconnect, accessrecord_structured_development_lists_for_message_structure.md; the same page,
newer, in NHSDigital/IOPS-FHIR-Simplifier-Backup).
"""

from typing import Any, Final, NamedTuple

from ccr_gp_connect.answer import codings
from ccr_rules.record.codes import system_name
from ccr_rules.record.entry import SNOMED
from ccr_rules.record.patient import KINDS


class Area(NamedTuple):
    """A clinical area: what it is called, the code of its List, and which kinds are whole only with it."""

    title: str
    list_code: str
    kinds: tuple[str, ...]


AREAS: Final = {
    "problems": Area("problems", "717711000000103", ("Condition",)),
    "consultations": Area("consultations", "1149501000000101", ("Encounter",)),
    "uncategorised-data": Area("uncategorised data", "826501000000100", ("Observation",)),
    # STU3 ProcedureRequest and ReferralRequest are both a ServiceRequest: only both areas make it whole.
    "diary-entries": Area("diary entries", "714311000000108", ("ServiceRequest",)),
    "outbound-referrals": Area("outbound referrals", "792931000000107", ("ServiceRequest",)),
}
"""The areas that hold what the engine reads, by name."""

ENTRY_KINDS: Final = tuple(kind for kind in KINDS if kind != "Patient")
"""What Lists are about: everything but the Patient, which is in every answer."""

_MEDICINES: Final = tuple(kind for kind in KINDS if kind.startswith("Medication"))

HOLDS: Final[dict[str, tuple[str, ...]]] = {
    # A problem or consultation that is shown can have confidential items, of any kind, that are not.
    "problems": ENTRY_KINDS,
    "linked-problems": ENTRY_KINDS,
    "consultations": ENTRY_KINDS,
    "uncategorised-data": ("Observation",),
    "diary-entries": ("ServiceRequest",),
    "outbound-referrals": ("ServiceRequest",),
    "investigations": ("Observation",),
    "immunisations": ("Observation",),
    "medications": _MEDICINES,
    "documents": ("DocumentReference",),
    "allergies": (),
}
"""The kinds that items of a List can be, by area: those that a confidential item may be missing from."""

_OTHER_LISTS: Final = {
    "886921000000105": "allergies",
    "1103671000000101": "allergies",
    "1102181000000102": "immunisations",
    "887191000000108": "investigations",
    "933361000000108": "medications",
}
_BY_CODE: Final = {area.list_code: name for name, area in AREAS.items()} | _OTHER_LISTS

CONSULTATION: Final = "325851000000107"
"""The code of the List that is one consultation; topics and headings are Lists inside it."""

_SECONDARY: Final = "GPConnect-SecondaryListValues-1"
_GROUPS: Final = ("consultations-", "problems-")


def area_of(resource: dict[str, Any]) -> str:
    """Return the name of the area that a List is about (a key of `HOLDS`), or nothing if it is not known."""
    for system, code in codings(resource.get("code")):
        if system_name(system) == SNOMED and code in _BY_CODE:
            return _BY_CODE[code]
        if system.endswith(_SECONDARY):
            return _area_of_secondary(code)
    return ""


def is_primary(resource: dict[str, Any], name: str) -> bool:
    """Say whether a List is the one that answers the question for an area."""
    return any(
        system_name(system) == SNOMED and code == AREAS[name].list_code
        for system, code in codings(resource.get("code"))
    )


def _area_of_secondary(code: str) -> str:
    """Return the area in `problems-uncategorised-data-related-to-problems` and the like."""
    for group in _GROUPS:
        if code.startswith(group):
            rest = code.removeprefix(group)
            return next((name for name in HOLDS if rest.startswith(name)), "")
    return ""
