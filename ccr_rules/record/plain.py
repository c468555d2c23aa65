"""The plain case of a record: lines of one patient that all name this patient by the same reference.

Most of a population is so. Nothing is sent twice, contained, refused or about somebody else, and there is no
container that could say what is missing. Wherever that does not hold, the record is read by `reading`, which
says what plain lines mean too: this is the same, without asking what cannot arise.
"""

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, NoReturn

from ccr_rules.record.contents import Contents
from ccr_rules.record.entries import READERS
from ccr_rules.record.findings import Findings
from ccr_rules.record.json_text import Document, Part
from ccr_rules.record.one_resource import read_resource, registrations_in
from ccr_rules.record.patient import PatientRecord
from ccr_rules.record.patients import Person, is_dead, latest_registration, read_person
from ccr_rules.record.reading import How
from ccr_rules.record.references import ID, is_id
from ccr_rules.record.remembered import meaning_of, outline_of
from ccr_rules.record.rows import Row, row_of
from ccr_rules.record.shapes import Period, Unreadable
from ccr_rules.record.supply import resolve

_are_references: Final = re.compile(rf"[A-Za-z]+/{ID}(?:\n[A-Za-z]+/{ID})*").fullmatch

PATIENT: Final = "Patient"

Supply = tuple[frozenset[str], dict[str, str]]


class NotPlainError(Exception):
    """These lines must be read with all that can be in them."""


class PlainRecord(NamedTuple):
    """A record, its entries apart, and the Patient resource that was among the lines, if there was one."""

    record: PatientRecord
    rows: list[Row]
    patient: dict[str, Any] | None


class PlainReader:
    """Reads plain lines, without consultations; `how` leaves these out, or all is read by `reading`."""

    def __init__(self, how: How) -> None:
        self._how = how
        self._reads = how == How(host=how.host, supplied=how.supplied, consultations=False)
        self._supplies: dict[tuple[frozenset[str], bool], Supply] = {}

    def read(self, document: Document) -> PlainRecord | None:
        """Return the record that `read_contents` makes of a document, or None if it is not plain."""
        if not self._reads or document.repeats or document.faults:
            return None
        try:
            return self._read(document)
        except (NotPlainError, Unreadable, RecursionError):
            return None

    def _read(self, document: Document) -> PlainRecord:
        patient = _patient_of(document.parts)
        lines = _Lines(_reference_of(patient, document.parts))
        if patient is not None:
            lines.read_patient(patient)
        types = lines.read(document.parts)
        registered, deregistered = latest_registration(lines.registrations, lines.patient, lines.findings)
        supplied, incomplete = self._supply(document.contains | types, patient is not None)
        host = self._how.host
        record = PatientRecord(
            reference=lines.patient,
            born=lines.person.born,
            died=lines.person.died,
            is_dead=patient is not None and is_dead(patient),
            registered=registered,
            deregistered=deregistered,
            supplied=supplied,
            incomplete=dict(incomplete),
            assumed=() if host is None else host.assumed,
            keeps={} if host is None else dict(host.keeps),
            findings=lines.findings.listed(),
        )
        return PlainRecord(record, lines.rows, patient)

    def _supply(self, types: frozenset[str], has_patient: bool) -> Supply:
        """Return which kinds are complete: for plain lines it follows from the types that the source has."""
        known = self._supplies.get((types, has_patient))
        if known is None:
            contents = Contents()
            contents.contained |= types | ({PATIENT} if has_patient else set())
            known = resolve(contents, (), has_patient, self._how.host, self._how.supplied)
            self._supplies[types, has_patient] = known
        return known


def _patient_of(parts: Sequence[Part]) -> dict[str, Any] | None:
    if any(type(value) is not dict for value, _ in parts):
        raise NotPlainError
    patients: list[dict[str, Any]] = [value for value, _ in parts if value.get("resourceType") == PATIENT]
    if len(patients) > 1 or (patients and "contained" in patients[0]):
        raise NotPlainError
    return patients[0] if patients else None


def _reference_of(patient: dict[str, Any] | None, parts: Sequence[Part]) -> str:
    """Return the reference of the patient, as the Patient resource or the first of the others gives it."""
    if patient is not None:
        given = patient.get("id")
    else:
        first = parts[0][0] if parts else {}
        about = first.get("subject", first.get("patient"))
        reference = about.get("reference") if type(about) is dict else None
        given = reference.removeprefix(f"{PATIENT}/") if type(reference) is str else None
    if type(given) is not str or not is_id(given):
        raise NotPlainError
    return f"{PATIENT}/{given}"


class _Lines:
    """The reading of lines about one patient."""

    def __init__(self, patient: str) -> None:
        self.patient = patient
        self.person = Person()
        self.findings = Findings()
        self.rows: list[Row] = []
        self.registrations: list[Period] = []

    def read_patient(self, content: dict[str, Any]) -> None:
        """Read the Patient: first, as an age at onset needs the date of birth."""
        self.person = read_person(content, self.patient, self.findings)
        self.registrations += self.person.registrations

    def read(self, parts: Sequence[Part]) -> set[str]:
        """Read all others and return their types."""
        rows = self.rows
        references: list[str] = []
        types: set[str] = set()
        for value, _ in parts:
            resource_type = value.get("resourceType")
            if resource_type == PATIENT:
                continue
            if not self._is_plain(resource_type, value):
                raise NotPlainError
            reference = f"{resource_type}/{value['id']}"
            outline = outline_of(resource_type, *value)
            known = None if outline is None else meaning_of(outline, value)
            if known is None:
                self._read_in_full(resource_type, value, reference)
            else:
                (several, notes, _), clinical, recorded = known
                if notes:
                    self.findings.note_again(notes, reference)
                for said in several:
                    rows.append((reference, said, clinical, recorded))
            references.append(reference)
            types.add(resource_type)
        if references and not _are_references("\n".join(references)):
            raise NotPlainError
        if len(set(references)) < len(references):
            raise NotPlainError  # sent twice
        return types

    def _is_plain(self, resource_type: Any, content: dict[str, Any]) -> bool:
        if type(resource_type) is not str or resource_type not in READERS or "contained" in content:
            return False
        about = content.get("subject")
        if about is None:
            about = content.get("patient")
        return (
            type(about) is dict and about.get("reference") == self.patient and type(content.get("id")) is str
        )

    def _read_in_full(self, resource_type: str, content: dict[str, Any], reference: str) -> None:
        resource, entries, _ = read_resource(
            resource_type, content, reference, _elsewhere, self.person.born, self.findings
        )
        self.rows += map(row_of, entries)
        self.registrations += registrations_in(resource, entries)


def _elsewhere(_: str) -> NoReturn:
    raise NotPlainError
