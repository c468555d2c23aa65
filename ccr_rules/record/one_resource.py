"""One resource read in full: its entries, and what else it says of the patient."""

from typing import Any, Final, NamedTuple

from ccr_rules.record.concepts import Follow
from ccr_rules.record.entries import READERS, contact_date, read_entries, shape_of
from ccr_rules.record.entry import Days, Entry
from ccr_rules.record.findings import Findings
from ccr_rules.record.patients import is_registration
from ccr_rules.record.shapes import Encounter, EpisodeOfCare, Period


class Contact(NamedTuple):
    """An encounter that took place, and when."""

    encounter: Encounter
    date: Days | None


class ReadResource(NamedTuple):
    """What one resource says: entries, the contact that it is, periods of registration with a practice."""

    entries: list[Entry]
    contact: Contact | None = None
    registrations: tuple[Period, ...] = ()


def read_resource(
    resource_type: str,
    content: dict[str, Any],
    reference: str,
    follow: Follow,
    born: Days | None,
    findings: Findings,
) -> ReadResource:
    """Read a resource of one of the types in `READERS`.

    Raises:
        Unreadable: if it must not be read.
    """
    resource = shape_of(content, READERS[resource_type])
    entries = read_entries(resource_type, resource, reference, follow, born, findings)
    if isinstance(resource, Encounter) and resource.status not in _NO_CONTACT:
        date = entries[0].clinical if entries else contact_date(resource, reference, findings)
        return ReadResource(entries, Contact(resource, date))
    if isinstance(resource, EpisodeOfCare) and is_registration(resource):
        done = [entry for entry in entries if entry.state == "done"]
        return ReadResource(entries, registrations=(resource.period or Period(),) * len(done))
    return ReadResource(entries)


_NO_CONTACT: Final = frozenset({"planned", "cancelled", "entered-in-error"})
