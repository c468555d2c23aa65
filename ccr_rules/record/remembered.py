"""Resources that say what others said before: only who, when and which differ from patient to patient.

What a resource means apart from these is worked out once, by the same reader, and kept. Whatever is out of
the ordinary (a finding, a fault, a long text, an age or a range instead of a day) is read in full.
"""

from functools import lru_cache
from typing import Any, Final, Literal, get_type_hints

import msgspec

from ccr_rules.record.entries import READERS, read_entries, shape_of
from ccr_rules.record.entry import Days, Entry
from ccr_rules.record.fhir_dates import NotADate, days_of, start_of
from ccr_rules.record.findings import Findings
from ccr_rules.record.shapes import Period, Unreadable, typed

LONGEST: Final = 800
"""How many bytes are remembered of a resource; a longer one holds somebody's own words."""

_REPEATING: Final = ("Condition", "Encounter", "Observation", "Procedure", "ServiceRequest", "Communication")

_Role = Literal["says", "clinical", "recorded"]
"""What an element is for: it says what the resource is about, or when it was."""


def _roles(resource_type: str) -> dict[str, tuple[_Role, type | None]]:
    """Return the role of each element that is read, and of a day or period its type."""
    reader = READERS[resource_type]
    names = (field.encode_name for field in msgspec.structs.fields(reader.shape))
    roles: dict[str, tuple[_Role, type | None]] = dict.fromkeys(names, ("says", None))
    types = {str | None: str, Period | None: Period}
    hints = get_type_hints(reader.shape)
    for path in reader.recorded:
        roles[path.element] = ("recorded", types.get(hints[path.attribute]))
    for path in reader.clinical:
        roles[path.element] = ("clinical", types.get(hints[path.attribute]))
    return roles


_ROLES: Final = {resource_type: _roles(resource_type) for resource_type in _REPEATING}
_UNREAD: Final = (None, None)

_encode = msgspec.json.Encoder().encode


def entries_as_before(resource_type: str, content: dict[str, Any], reference: str) -> list[Entry] | None:
    """Return the entries of a resource that says what one before it said, or None: read it in full then."""
    roles = _ROLES.get(resource_type)
    if roles is None:
        return None
    says: dict[str, Any] = {}
    days: dict[_Role, Days] = {}
    for name, value in content.items():
        role, shape = roles.get(name, _UNREAD)
        if role == "says":
            says[name] = value
        elif role is not None:
            found = _plain_days(name, value, shape)
            if found is None or role in days:
                return None
            days[role] = found
    said = _encode(says)
    undated = _undated(resource_type, said) if len(said) <= LONGEST else None
    if not undated:
        return None
    clinical, recorded = days.get("clinical"), days.get("recorded")
    return [
        Entry(reference, kind, codings, text, clinical, recorded, episode, state, certain)
        for kind, codings, text, episode, state, certain in undated
    ]


def _plain_days(name: str, value: Any, shape: type | None) -> Days | None:
    """Return the days of a date or period within the calendar, or None for anything else."""
    try:
        if shape is str and type(value) is str and not name.endswith("String"):
            return days_of(value)
        if shape is Period:
            return start_of(typed(value, Period))
    except (NotADate, Unreadable):
        pass
    return None


@lru_cache(maxsize=1 << 14)
def _undated(resource_type: str, said: bytes) -> tuple[tuple[Any, ...], ...] | None:
    """Return the fields of a resource's entries but for reference and days.

    None if there is something to find about them.
    """
    findings = Findings()
    try:
        resource = shape_of(msgspec.json.decode(said), READERS[resource_type])
        entries = read_entries(resource_type, resource, "", _nowhere, None, findings)
    except Unreadable:
        return None
    if findings.listed():
        return None
    return tuple(
        (each.kind, each.codings, each.text, each.episode, each.state, each.certain) for each in entries
    )


def _nowhere(_: str) -> None:
    """Follow no reference: none of these kinds has its code elsewhere."""
