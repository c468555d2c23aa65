"""One patient of a population, read from all that names this patient by the reader of single records."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from ccr_rules.errors import RecordError
from ccr_rules.population import units
from ccr_rules.population.person import attributes_of
from ccr_rules.population.plan import Plan
from ccr_rules.population.quarantine import Refused, within
from ccr_rules.population.shared import Shared
from ccr_rules.population.survey import Survey
from ccr_rules.population.units import Unit
from ccr_rules.record.containers import open_document
from ccr_rules.record.contents import WHOLE, Contents, Located
from ccr_rules.record.duplicates import without_duplicates
from ccr_rules.record.json_text import Document, Part, decode_lines, decode_value
from ccr_rules.record.patient import KINDS, PatientRecord
from ccr_rules.record.plain import PlainReader
from ccr_rules.record.reading import how_to_read, read_contents
from ccr_rules.record.rows import Row

SOMEWHERE: Final = "line"
"""The place of every resource while nothing goes wrong: then nobody asks for places."""

Found = tuple[int, bytes, bytes]
"""A unit as it was spilled: the chunk that it is from, its flag and place there, and the JSON."""

_LINE: Final = units.LINE[0]
_REFUSED: Final = units.REFUSED[0]
_MEDICINES: Final = frozenset(kind for kind in KINDS if kind.startswith("Medication"))


class ReadPatient(NamedTuple):
    """A patient's record and attributes, and what of it was refused; `is_usable` False if all of it was.

    `rows` are the entries, where they are not in the record.
    """

    record: PatientRecord
    attributes: dict[str, Any]
    refused: Sequence[Refused]
    is_usable: bool = True
    rows: Sequence[Row] | None = None


class PatientReader:
    """Reads the patients of a plan."""

    def __init__(self, plan: Plan, survey: Survey, shared: Shared) -> None:
        self._plan, self._survey, self._shared = plan, survey, shared
        self._how = how_to_read(plan.version, None, plan.profile, plan.supplied, consultations=False)
        self._plain = PlainReader(self._how)
        self._of_all = survey.contains(range(len(plan.sources)))
        self._is_one_group = len(survey.kinds) == 1

    def read(self, key: str, found: Sequence[Found]) -> ReadPatient:
        """Read a patient from the units found, each with its chunk."""
        return self._quickly(found) or self._with_places(key, found)

    def place(self, chunk: int, place: bytes, raw: bytes) -> str:
        """Return where a unit stands in the sources."""
        unit = units.unit_of(place, raw)
        return self._survey.place(self._plan, chunk, unit.piece, unit.line)

    def _quickly(self, found: Sequence[Found]) -> ReadPatient | None:
        """Read lines of resources in which there is nothing to be told; None where there is."""
        lines = [raw for _, place, raw in found if place[0] == _LINE]
        if len(lines) < len(found):
            return None
        document = decode_lines(lines, [SOMEWHERE] * len(lines), self._contained(found))
        if document.repeats or document.faults:
            return None
        plain = None if self._plan.strict else self._plain.read(document)
        if plain is not None:
            return ReadPatient(plain.record, self._attributes_in(plain.patient), (), rows=plain.rows)
        contents = self._opened(document)
        try:
            record = read_contents(contents, self._how)
        except RecordError:
            return None
        if record.quarantined or "/#" in record.reference:
            return None
        for entry in record.entries:
            if "/#" in entry.reference:
                return None
        return ReadPatient(record, self._attributes(contents), ())

    def _with_places(self, key: str, found: Sequence[Found]) -> ReadPatient:
        """Read with the place of each resource, and say of all that is refused where it stands."""
        lost = [self._lost(*each) for each in found if each[1][0] == _REFUSED]
        found = [each for each in found if each[1][0] != _REFUSED]
        if not found:
            return ReadPatient(_unusable(key), {}, lost, is_usable=False)
        told = [units.unit_of(place, raw) for _, place, raw in found]
        places = [self.place(*each) for each in found]
        is_alone = len(told) == 1 and told[0].flag != units.LINE
        document = _one(told[0]) if is_alone else _several(told, places, self._contained(found))
        contents = self._opened(document)
        for each in lost:
            contents.refuse(each.place, each.reason, each.kind)
        try:
            record = read_contents(contents, self._how)
        except RecordError as fault:
            refused = Refused(places[0], "", fault.message, attributed=True)
            return ReadPatient(_unusable(key), {}, (refused, *lost), is_usable=False)
        if is_alone:
            record = _told_apart(record, places[0])
        refused_ones = [
            Refused(
                _joined(places[0], one.place, told[0]) if is_alone else one.place, one.kind, one.reason, True
            )
            for one in record.quarantined
        ]
        return ReadPatient(record, self._attributes(contents), refused_ones)

    def _lost(self, chunk: int, place: bytes, raw: bytes) -> Refused:
        refused = msgspec.json.decode(raw, type=Refused)
        return msgspec.structs.replace(refused, place=self.place(chunk, place, raw))

    def _contained(self, found: Sequence[Found]) -> frozenset[str]:
        """Return the types of resource that the sources contain in which there are lines of this patient."""
        if self._is_one_group and found[0][1].startswith(units.LINE):
            return self._of_all
        pieces = ((chunk, units.unit_of(place, raw)) for chunk, place, raw in found)
        sources = {
            self._plan.chunks[chunk][unit.piece].source for chunk, unit in pieces if unit.flag == units.LINE
        }
        return self._survey.contains(sources)

    def _opened(self, document: Document) -> Contents:
        if self._shared.count:
            extra = self._followed(document)
            document = document._replace(parts=(*document.parts, *extra))
        contents = open_document(document)
        if self._plan.strict:
            for kind, reason in self._survey.unattributed.items():
                contents.missing(kind, f"some of it cannot be attributed to a patient: {reason}")
        return contents

    def _followed(self, document: Document) -> list[Part]:
        """Return the medicines, kept apart, to which resources refer."""
        found: dict[str, Any] = {}
        for value, _ in document.parts:
            if isinstance(value, dict) and value.get("resourceType") in _MEDICINES:
                for reference in _medicine_references(value):
                    found[reference] = self._shared.follow(reference)
        return [(content, SOMEWHERE) for content in found.values() if content is not None]

    def _attributes(self, contents: Contents) -> dict[str, Any]:
        patients = [one for one in contents.located if one.resource_type == "Patient"]
        if len(patients) > 1:
            patients = _newest(patients)
        return self._attributes_in(patients[0].content if patients else None)

    def _attributes_in(self, patient: dict[str, Any] | None) -> dict[str, Any]:
        return {} if patient is None else attributes_of(patient, self._shared.follow)


def _newest(patients: list[Located]) -> list[Located]:
    """Return the Patient that counts of several versions, if one does."""
    contents = Contents()
    contents.located = patients
    return [one for _, one in without_duplicates(contents)[0]]


def _medicine_references(content: dict[str, Any]) -> list[str]:
    named = content.get("medicationReference"), content.get("medication")
    inner = (one.get("reference") for one in named if isinstance(one, dict))
    flat = (one.get("reference") if isinstance(one, dict) else one for one in inner)
    return [one for one in flat if isinstance(one, str) and one[:1] != "#"]


def _one(unit: Unit) -> Document:
    """Return the document of a Bundle that is all there is of a patient: it is a record of its own."""
    value, repeats = decode_value(unit.raw)
    return Document(((value, ""),), repeats=repeats)


def _several(told: Sequence[Unit], places: Sequence[str], contains: frozenset[str]) -> Document:
    return decode_lines([unit.raw for unit in told], places, contains)


def _joined(place: str, inner: str, unit: Unit) -> str:
    """Return a place within a Bundle; the places in a share of one are not those of the Bundle."""
    return place if unit.flag == units.SHARE or inner == WHOLE else within(place, inner)


def _told_apart(record: PatientRecord, place: str) -> PatientRecord:
    """Give a patient without an id a reference that nobody else has."""
    kind, mark, inner = record.reference.partition("/#")
    if not mark:
        return record
    return msgspec.structs.replace(record, reference=f"{kind}/#{within(place, inner)}")


def _unusable(key: str) -> PatientRecord:
    """Return the record of somebody of whom nothing is known: every answer must be that nobody can tell."""
    reason = "the record could not be read"
    return PatientRecord(f"Patient/{key}", incomplete=dict.fromkeys(KINDS, reason))
