"""Resources that say what others said before: only who, when and which differ from patient to patient.

What a resource means apart from these is worked out once, by the same reader, and kept. Whatever is out of
the ordinary (a fault, a long text, a reference to follow, an age instead of a day) is read in full.
"""

from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, NamedTuple, NoReturn, get_type_hints

import msgspec

from ccr_rules.record.consultations import consultation_of
from ccr_rules.record.entries import READERS, Reader, read_entries, shape_of
from ccr_rules.record.entry import Days, Entry, Said
from ccr_rules.record.fhir_dates import NotADate, days_of, start_of
from ccr_rules.record.findings import Findings, Note
from ccr_rules.record.one_resource import is_contact
from ccr_rules.record.patient import Consultation, Mode
from ccr_rules.record.rows import entry_of
from ccr_rules.record.shapes import Encounter, Period, Resource, Unreadable, typed

LONGEST: Final = 800
"""How many bytes are remembered of a resource; a longer one holds somebody's own words."""

REPEATING: Final = (
    *("Condition", "Encounter", "Observation", "Procedure", "ServiceRequest", "Communication"),
    *("MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense"),
)


class _Dated(NamedTuple):
    """An element that dates a resource, and what tells its days, or raises NotADate or Unreadable."""

    element: str
    days: Callable[[Any], Days]


class Outline:
    """How resources with the same elements are taken apart.

    `names` are the elements that say something, `says` takes them; `clinical` and `recorded` date it.
    """

    def __init__(
        self,
        resource_type: str,
        names: tuple[str, ...],
        clinical: _Dated | None,
        recorded: _Dated | None,
    ) -> None:
        self.resource_type = resource_type
        self.names = names
        self.says: Callable[[dict[str, Any]], Any] = itemgetter(*names)
        self.clinical, self.recorded = clinical, recorded

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


class Contact(NamedTuple):
    """How a contact took place, and with whom, unless the resource that `refers` tells where is at hand."""

    mode: Mode
    role: str
    refers: bool


class Meaning(NamedTuple):
    """What a resource says: its entries, what is to be found about it, and the contact that it is."""

    entries: tuple[Said, ...]
    notes: tuple[Note, ...]
    contact: Contact | None


_encode: Final = msgspec.json.Encoder().encode


def known_before(
    resource_type: str, content: dict[str, Any], reference: str, findings: Findings, alone: bool
) -> tuple[list[Entry], Consultation | None] | None:
    """Return the entries of a resource that says what one before it said, and the consultation that it is.

    Returns None where it must be read in full. `alone`: nothing to which a contact can refer came with it.
    """
    outline = outline_of(resource_type, *content)
    known = None if outline is None else meaning_of(outline, content)
    if known is None:
        return None
    (entries, notes, contact), clinical, recorded = known
    consultation = None
    if contact is not None:
        mode, role, refers = contact
        if refers and not (alone and "contained" not in content):
            return None
        consultation = Consultation(reference, mode, role, clinical)
    if notes:
        findings.note_again(notes, reference)
    return [entry_of((reference, said, clinical, recorded)) for said in entries], consultation


def meaning_of(outline: Outline, content: dict[str, Any]) -> tuple[Meaning, Days | None, Days | None] | None:
    """Return what a resource with an outline says, and the days on which it happened and was recorded.

    Returns None where it must be read in full.
    """
    said = _encode(outline.says(content))
    meaning = _meaning(outline, said) if len(said) <= LONGEST else None
    if meaning is None:
        return None
    clinical, recorded = outline.clinical, outline.recorded
    try:
        return (
            meaning,
            None if clinical is None else clinical[1](content[clinical[0]]),
            None if recorded is None else recorded[1](content[recorded[0]]),
        )
    except (NotADate, Unreadable):
        return None


@lru_cache(maxsize=1 << 10)
def outline_of(resource_type: str, *elements: str) -> Outline | None:
    """Return how resources with these elements are taken apart, or None if they are read in full."""
    if resource_type not in REPEATING:
        return None
    names = tuple(name for name in elements if name in _SAYS[resource_type])
    reader = READERS[resource_type]
    clinical = [path.element for path in reader.clinical if path.element in elements]
    recorded = [path.element for path in reader.recorded if path.element in elements]
    if not names or len(clinical) > 1 or len(recorded) > 1:
        return None
    types = _DATE_TYPES[resource_type]
    return Outline(resource_type, names, _dated(clinical, types), _dated(recorded, types))


def _dated(elements: list[str], types: dict[str, type | None]) -> _Dated | None:
    if not elements:
        return None
    (element,) = elements
    return _Dated(element, _DAYS[types[element]])


def _days_of_text(value: Any) -> Days:
    days = days_of(value) if type(value) is str else None
    if days is None:
        raise NotADate
    return days


def _days_of_period(value: Any) -> Days:
    if type(value) is dict and type(value.get("start")) is str and type(value.get("end", "")) is str:
        days = days_of(value["start"])
    else:
        days = None if value is None else start_of(typed(value, Period))
    if days is None:
        raise NotADate
    return days


def _days_of_others(_: Any) -> NoReturn:
    raise NotADate


_DAYS: Final[dict[type | None, Callable[[Any], Days]]] = {
    str: _days_of_text,
    Period: _days_of_period,
    None: _days_of_others,
}


@lru_cache(maxsize=1 << 14)
def _meaning(outline: Outline, said: bytes) -> Meaning | None:
    """Return what a resource says, or None if it cannot be read."""
    findings = Findings()
    try:
        resource = shape_of(outline.content(said), READERS[outline.resource_type])
        entries = read_entries(outline.resource_type, resource, "", _elsewhere, None, findings)
    except Unreadable:
        return None
    return Meaning(tuple(each.said for each in entries), findings.notes(), _contact(resource))


def _contact(resource: Resource) -> Contact | None:
    """Return the contact that an Encounter is, as it is told where what it refers to is not at hand."""
    if not isinstance(resource, Encounter) or not is_contact(resource):
        return None
    followed: list[str] = []
    told = consultation_of(resource, "", None, followed.append)
    return Contact(told.mode, told.role, refers=bool(followed))


def _elsewhere(_: str) -> NoReturn:
    """Refuse to follow a reference: what another resource says is not said by this one."""
    raise Unreadable
