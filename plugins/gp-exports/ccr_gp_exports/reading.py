"""The rows of one patient as a record. They become the FHIR that says the same, and the core reads that."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from ccr_gp_exports.holds import doubted, explained, profile_of
from ccr_gp_exports.numbers import is_nhs_number
from ccr_gp_exports.recipe import DETAILS, Recipe
from ccr_gp_exports.rows import Row
from ccr_gp_exports.split import lost_in, owners_of, place_of
from ccr_gp_exports.table import Table
from ccr_gp_exports.told import RowRefused, Rows
from ccr_gp_exports.whose import Owned
from ccr_rules.errors import RecordError
from ccr_rules.hosting import Source
from ccr_rules.population.flat.resources import Told, person_of, resource_of
from ccr_rules.population.ids import id_of
from ccr_rules.record.entry import SNOMED
from ccr_rules.record.patient import PatientRecord, Quarantined, RecordFinding
from ccr_rules.record.reading import read_record

_MESSAGES: Final = {
    "nhs-number-malformed": "the number that names this patient is no NHS number, by its check digit",
    "details-differ": "rows give different days of birth, death or registration; none of them is used",
    "code-without-term": "entries with a code and no term: outside codelists nobody can tell what they are",
}


def read(
    source: Source, opened: Callable[[], Table], *, fills_down: bool, holds: Sequence[str]
) -> PatientRecord:
    """Read the export of one patient.

    Args:
        source: the export, with what the host says of it.
        opened: opens it as a table, from its begin.
        fills_down: as in `Whose`.
        holds: what the export holds wholly; see `holds.profile_of`.

    Raises:
        RecordError: if it is about nobody, or about several patients.
    """
    table = opened()
    owned = list(owners_of(opened, fills_down).owned(table.rows))
    patient = _patient(owned)
    reading = _Reading(table, patient)
    for each in owned:
        reading.take(each)
    profile = None if source.supplied is not None else profile_of(table.recipe, holds, table.places)
    record = read_record(
        reading.resources(),
        patient=source.patient,
        profile=source.profile or profile,
        supplied=source.supplied,
    )
    if profile is not None and source.profile is None:
        record = explained(record, profile)
    return reading.finished(record)


def _unread(count: int) -> str:
    return "1 row could not be read" if count == 1 else f"{count} rows could not be read"


def _patient(owned: Sequence[Owned]) -> str:
    """Return the one patient of the rows. Raises RecordError."""
    patients = {each.patient for each in owned if each.patient}
    if len(patients) > 1:
        raise RecordError(
            f"the export has the rows of {len(patients)} patients; split it first, as `ccr evaluate` does"
        )
    if not patients:
        why = f"; first fault: {place_of(owned[0].row.line)}: {owned[0].why}" if owned else ""
        raise RecordError(f"no row of the export can be attributed to a patient{why}")
    return patients.pop()


class _Reading:
    """The reading of the rows of one patient."""

    def __init__(self, table: Table, patient: str) -> None:
        self._recipe: Recipe = table.recipe
        self._patient, self._rows = patient, Rows(table)
        self._lost = lost_in(table.headings)
        self._told: list[Told] = []
        self._details: dict[str, set[str]] = {name: set() for name in DETAILS}
        self._refused: list[tuple[int, str, str]] = []

    def take(self, owned: Owned) -> None:
        """Take a row."""
        try:
            if not owned.patient:
                raise RowRefused(owned.why)
            told, details = self._rows.told(owned.row, self._patient), self._rows.details(owned.row)
        except RowRefused as fault:
            self._refused.append((self._line(owned.row), fault.reason, fault.kind))
        else:
            self._told.append(told)
            for name, day in details.items():
                self._details[name].add(day)

    def _line(self, row: Row) -> int:
        """Return the line of the export on which a row stands."""
        has_line = self._lost is not None and row.cells and row.cells[0].isdigit()
        return int(row.cells[0]) if has_line else row.line

    def resources(self) -> list[Any]:
        """Return the patient and the entries as FHIR, in an order that does not depend on the rows'."""
        settled = {name: next(iter(days)) for name, days in self._details.items() if len(days) == 1}
        person = person_of(self._patient, settled)
        if len(self._details["died"]) > 1:
            person["deceasedBoolean"] = True
        seen: Counter[str] = Counter()
        resources: list[Any] = [person]
        for told in sorted(self._told, key=lambda each: (each.clinical, each)):
            name = id_of(told.id)
            seen[name] += 1
            resources.append(
                resource_of(told._replace(id=name if seen[name] == 1 else f"{name}-{seen[name]}"))
            )
        return resources

    def finished(self, record: PatientRecord) -> PatientRecord:
        """Return the record with what was refused, and with the doubts that follow."""
        refused = [
            Quarantined("", place_of(line), reason, kind) for line, reason, kind in sorted(self._refused)
        ]
        record = msgspec.structs.replace(
            record,
            quarantined=(*record.quarantined, *refused),
            findings=(*record.findings, *self._findings(record)),
        )
        for kind, count in sorted(Counter(each.kind for each in refused).items()):
            record = doubted(record, (kind,) if kind else (), _unread(count))
        if any(len(days) > 1 for days in self._details.values()):
            record = doubted(record, ("Patient",), "rows differ about the patient")
        if self._lost:
            rows = "1 row of the export names" if self._lost == 1 else f"{self._lost} rows of the export name"
            why = f"{rows} nobody, and may be about this patient"
            record = doubted(record, (), why)
        return record

    def _findings(self, record: PatientRecord) -> list[RecordFinding]:
        found: dict[str, tuple[str, ...]] = {}
        if self._patient.partition("-")[0] != self._recipe.system and not is_nhs_number(self._patient):
            found["nhs-number-malformed"] = (record.reference,)
        if any(len(days) > 1 for days in self._details.values()):
            found["details-differ"] = (record.reference,)
        wordless = tuple(
            entry.reference
            for entry in record.entries
            if entry.codings and entry.codings[0].system == SNOMED and not entry.codings[0].display
        )
        if wordless:
            found["code-without-term"] = wordless
        return [RecordFinding(name, _MESSAGES[name], about) for name, about in found.items()]
