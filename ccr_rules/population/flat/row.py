"""What the rows of entries and of patients have in common: cells by name, and how a row is refused."""

from collections.abc import Iterable, Sequence
from typing import Final

from ccr_rules.population.flat.dates import fhir_date
from ccr_rules.population.flat.mapping import Cell, Mapping
from ccr_rules.population.ids import is_id, patient_id
from ccr_rules.record.fhir_dates import NotADate

NO_PATIENT: Final = "it names no patient"
NO_ID: Final = "what names its patient is no id: letters, digits, `-`, `_` and `.`, at most 128"


class RowRefused(Exception):
    """A row that cannot be read: of what kind it may be (empty: any), why, and whose it is, if known."""

    def __init__(self, reason: str, kind: str = "", patient: str = "") -> None:
        super().__init__(reason)
        self.reason, self.kind, self.patient = reason, kind, patient


class RowCells:
    """Gives the cells of a row by what the mapping says that they are.

    `columns` are the columns to be read, each once, in the order in which `rows_of` is to give their cells.
    """

    def __init__(self, mapping: Mapping, cells: dict[str, Cell]) -> None:
        self.columns = list(dict.fromkeys(cell.column for cell in cells.values() if cell.column))
        self.cells = cells
        self._places = {name: self.columns.index(cell.column) for name, cell in cells.items() if cell.column}
        self._empty = frozenset(word.casefold() for word in mapping.empty)
        self._forms = mapping.dates

    def text(self, row: Sequence[str], name: str) -> str:
        """Return a cell as it stands, empty where the mapping names none or its word stands for nothing."""
        place = self._places.get(name)
        if place is None:
            return ""
        cell = row[place]
        return "" if self._empty and cell.casefold() in self._empty else cell

    def meaning(self, row: Sequence[str], name: str) -> str | None:
        """Return what a cell stands for, empty if it is, and None if its word is not in the mapping."""
        cell = self.cells.get(name)
        if cell is None:
            return ""
        text = cell.constant or self.text(row, name)
        return cell.meaning(text) if text else ""

    def date(self, row: Sequence[str], name: str) -> str:
        """Return a date as FHIR writes it. Raises RowRefused if it is none."""
        text = self.text(row, name)
        if not text:
            return ""
        try:
            return fhir_date(text, self._forms)
        except NotADate as fault:
            raise RowRefused(f"`{name}`: {fault}") from None

    def patient(self, row: Sequence[str]) -> str:
        """Return the id of the patient. Raises RowRefused if there is none."""
        patient = patient_id(self.text(row, "patient"))
        if not is_id(patient):
            raise RowRefused(NO_ID if patient else NO_PATIENT)
        return patient


def places_in(columns: Sequence[str], wanted: Iterable[str]) -> list[int]:
    """Return the places of the columns that are wanted."""
    return [columns.index(name) for name in wanted]
