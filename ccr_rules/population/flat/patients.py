"""The rows of a table of patients."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from ccr_rules.errors import UsageError
from ccr_rules.population.attribute_file import COLUMNS, read_value
from ccr_rules.population.flat.mapping import Mapping
from ccr_rules.population.flat.resources import PERSON
from ccr_rules.population.flat.row import RowCells, RowRefused
from ccr_rules.population.tables import Row

DATES: Final = ("born", "died", "registered", "deregistered")
ATTRIBUTES_ONLY: Final = tuple(name for name in COLUMNS if name not in PERSON)
"""What no Patient resource says."""

KIND: Final = "Patient"


class ToldOfPatient(NamedTuple):
    """What a row says: by the names of `PERSON`, and of the attributes that stand apart."""

    patient: str
    person: dict[str, str]
    attributes: dict[str, Any]


class PatientRows(RowCells):
    """Reads rows of patients."""

    def __init__(self, mapping: Mapping, name: str) -> None:
        super().__init__(mapping, mapping.patients)
        self._name = name

    def read(self, row: Row) -> ToldOfPatient:
        """Return what a row says.

        Raises:
            RowRefused: if it cannot be read, or there is no saying whose it is.
            UsageError: if it has an attribute with a word that the mapping does not know.
        """
        patient = ""
        try:
            if not row.cells:
                raise RowRefused(row.fault)
            patient = self.patient(row.cells)
            if row.fault:
                raise RowRefused(row.fault)
            return self._told(row.cells, row.line, patient)
        except RowRefused as refusal:
            raise RowRefused(refusal.reason, KIND, patient) from None

    def _told(self, row: Sequence[str], line: int, patient: str) -> ToldOfPatient:
        person = {name: self.date(row, name) for name in DATES}
        person["dead"] = self._dead(row)
        attributes: dict[str, Any] = {}
        for name in COLUMNS:
            value = self._attribute(row, name, line)
            if name in PERSON:
                person[name] = value or ""
            elif value is not None:
                attributes[name] = value
        return ToldOfPatient(patient, {name: value for name, value in person.items() if value}, attributes)

    def _dead(self, row: Sequence[str]) -> str:
        told = self.meaning(row, "dead")
        if told is None:
            raise RowRefused("the word in the column of `dead` is not in the mapping")
        return told

    def _attribute(self, row: Sequence[str], name: str, line: int) -> Any:
        meaning = self.meaning(row, name)
        try:
            if meaning is None:
                raise ValueError("a word that stands under its `words` in the mapping")
            return read_value(name, meaning)
        except ValueError as expected:
            raise UsageError(
                f"{self._name}:{line}: `{name}` takes {expected}; this is something else"
            ) from None
