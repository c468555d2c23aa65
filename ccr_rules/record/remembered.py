"""Resources that say what others said before: only who, when and which differ from patient to patient.

What a resource means apart from these is worked out once, by the same reader, and kept. Whatever is out of
the ordinary (a finding, a fault, a long text, an age or a range instead of a day) is read in full.
"""

from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, NamedTuple, get_type_hints

import msgspec

from ccr_rules.record.entries import READERS, Reader, read_entries, shape_of
from ccr_rules.record.entry import Days, Entry
from ccr_rules.record.fhir_dates import NotADate, days_of, start_of
from ccr_rules.record.findings import Findings
from ccr_rules.record.shapes import Period, Unreadable, typed

LONGEST: Final = 800
"""How many bytes are remembered of a resource; a longer one holds somebody's own words."""

REPEATING: Final = ("Condition", "Encounter", "Observation", "Procedure", "ServiceRequest", "Communication")


class _Outline:
    """How resources with the same elements are taken apart.

    `names` are the elements that say something, `says` takes them; `clinical` and `recorded` are those that
    date it, or empty.
    """

    def __init__(self, resource_type: str, names: tuple[str, ...], clinical: str, recorded: str) -> None:
        types = _DATE_TYPES[resource_type]
        self.resource_type = resource_type
        self.names = names
        self.says: Callable[[dict[str, Any]], Any] = itemgetter(*names)
        self.clinical, self.recorded = clinical, recorded
        self.clinical_type, self.recorded_type = types.get(clinical), types.get(recorded)

    def content(self, said: bytes) -> dict[str, Any]:
        """Return the elements that say something, out of what `says` took."""
        values = msgspec.json.decode(said)
        return dict(zip(self.names, values if len(self.names) > 1 else (values,), strict=True))


def _date_types(reader: Reader) -> dict[str, type | None]:
    """Return the elements that date a kind of resource, with the type of those that are days or periods."""
    types = {str | None: str, Period | None: Period}
    hints = get_type_hints(reader.shape)
    return {
        path.element: None if path.element.endswith("String") else types.get(hints[path.attribute])
        for path in (*reader.clinical, *reader.recorded)
    }


_DATE_TYPES: Final = {resource_type: _date_types(READERS[resource_type]) for resource_type in REPEATING}
_SAYS: Final = {
    resource_type: {field.encode_name for field in msgspec.structs.fields(READERS[resource_type].shape)}
    - dates.keys()
    for resource_type, dates in _DATE_TYPES.items()
}


class _Undated(NamedTuple):
    """What an entry says, whoever it is about and whenever it was."""

    kind: str
    codings: Any
    text: str
    episode: Any
    state: Any
    certain: bool


_encode: Final = msgspec.json.Encoder().encode


def entries_as_before(resource_type: str, content: dict[str, Any], reference: str) -> list[Entry] | None:
    """Return the entries of a resource that says what one before it said, or None: read it in full then."""
    outline = _outline(resource_type, tuple(content))
    if outline is None:
        return None
    said = _encode(outline.says(content))
    undated = _undated(outline, said) if len(said) <= LONGEST else None
    if not undated:
        return None
    try:
        clinical = _days(content, outline.clinical, outline.clinical_type)
        recorded = _days(content, outline.recorded, outline.recorded_type)
    except (NotADate, Unreadable):
        return None
    return [
        Entry(reference, kind, codings, text, clinical, recorded, episode, state, certain)
        for kind, codings, text, episode, state, certain in undated
    ]


@lru_cache(maxsize=1 << 10)
def _outline(resource_type: str, names: tuple[str, ...]) -> _Outline | None:
    """Return how resources with these elements are taken apart, or None if they are read in full."""
    if resource_type not in REPEATING:
        return None
    says = tuple(name for name in names if name in _SAYS[resource_type])
    reader = READERS[resource_type]
    clinical = [path.element for path in reader.clinical if path.element in names]
    recorded = [path.element for path in reader.recorded if path.element in names]
    if not says or len(clinical) > 1 or len(recorded) > 1:
        return None
    return _Outline(resource_type, says, "".join(clinical), "".join(recorded))


def _days(content: dict[str, Any], name: str, shape: type | None) -> Days | None:
    """Return the days that an element gives, or None if there is no such element.

    Raises:
        NotADate: if it is no day or period within the calendar.
        Unreadable: if it is no period.
    """
    if not name:
        return None
    value = content[name]
    if shape is str and type(value) is str:
        days = days_of(value)
    elif shape is Period and value is not None:
        days = start_of(typed(value, Period))
    else:
        days = None
    if days is None:
        raise NotADate
    return days


@lru_cache(maxsize=1 << 14)
def _undated(outline: _Outline, said: bytes) -> tuple[_Undated, ...] | None:
    """Return what the entries of a resource say, or None if there is something to find about them."""
    findings = Findings()
    try:
        resource = shape_of(outline.content(said), READERS[outline.resource_type])
        entries = read_entries(outline.resource_type, resource, "", _nowhere, None, findings)
    except Unreadable:
        return None
    if findings.listed():
        return None
    return tuple(
        _Undated(each.kind, each.codings, each.text, each.episode, each.state, each.certain)
        for each in entries
    )


def _nowhere(_: str) -> None:
    """Follow no reference: none of these kinds has its code elsewhere."""
