"""One resource read in full: its entries, and what else it says of the patient."""

from typing import Any, Final

from ccr_rules.record.concepts import Follow
from ccr_rules.record.entries import READERS, contact_date, read_entries, shape_of
from ccr_rules.record.entry import Days, Entry
from ccr_rules.record.findings import Findings
from ccr_rules.record.patients import is_registration
from ccr_rules.record.shapes import Encounter, EpisodeOfCare, Period, Resource


def read_resource(
    resource_type: str,
    content: dict[str, Any],
    reference: str,
    follow: Follow,
    born: Days | None,
    findings: Findings,
) -> tuple[Resource, list[Entry], Days | None]:
    """Return a resource of one of the types in `READERS`, its entries, and their clinical days.

    Of a contact without entries these are the days of the contact.

    Raises:
        Unreadable: if it must not be read.
    """
    resource = shape_of(content, READERS[resource_type])
    entries = read_entries(resource_type, resource, reference, follow, born, findings)
    if entries:
        return resource, entries, entries[0].clinical
    if isinstance(resource, Encounter) and is_contact(resource):
        return resource, entries, contact_date(resource, reference, findings)
    return resource, entries, None


_NO_CONTACT: Final = frozenset({"planned", "cancelled", "entered-in-error"})


def is_contact(encounter: Encounter) -> bool:
    """Say whether an encounter took place."""
    return encounter.status not in _NO_CONTACT


def registrations_in(resource: Resource, entries: list[Entry]) -> list[Period]:
    """Return the periods of registration with a practice that a resource says."""
    if isinstance(resource, EpisodeOfCare) and is_registration(resource):
        return [resource.period or Period() for entry in entries if entry.state == "done"]
    return []
