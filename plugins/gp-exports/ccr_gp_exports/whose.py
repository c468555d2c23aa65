"""Whose row it is: by the NHS number, or else by the number that the patient has in the system."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from ccr_gp_exports.numbers import (
    Person,
    is_nhs_number,
    is_nobodys,
    is_spoilt,
    plain_number,
    reference_of,
)
from ccr_gp_exports.rows import Row
from ccr_gp_exports.table import Table

NOBODY: Final = "it names no patient"
SPOILT: Final = (
    "a spreadsheet changed the number that names its patient; export it again, and open it in no spreadsheet"
)
TWO: Final = "its number stands beside two NHS numbers in this export, and it has none itself"
UNPLACED: Final = "which of its cells names the patient cannot be told"

_WORDS_FOR_NOTHING: Final = frozenset(
    {"unknown", "not known", "null", "none", "nil", "na", "n/a", "nan", "0"}
)
"""What is written where a patient has no number: taken for a number, it would be that of all of them."""


class Owned(NamedTuple):
    """A row, and the id of its patient; an empty id, and why nobody knows whose it is."""

    row: Row
    patient: str
    why: str = ""


class Whose:
    """Tells whose rows are, of one export.

    `fills_down` says that a row that names nobody belongs to the row above it; `beside` are the NHS numbers
    that stand beside each number of the system anywhere in the export.
    """

    def __init__(self, table: Table, fills_down: bool, beside: Mapping[str, set[str]] | None = None) -> None:
        self._places, self._recipe = table.places, table.recipe
        self._width, self._fills_down = len(table.headings), fills_down
        self._beside = beside or {}
        self._empty = _WORDS_FOR_NOTHING | {word.casefold() for word in table.recipe.empty}

    def owned(self, rows: Iterable[Row]) -> Iterator[Owned]:
        """Yield the rows with their patients."""
        above = Owned(Row(0, ()), "", NOBODY)
        for row in rows:
            above = self._owned(row, above)
            yield above

    @property
    def has_both(self) -> bool:
        """Whether both kinds of numbers have columns, so that `beside` matters."""
        return {"nhs_number", "number"} <= self._places.keys()

    def numbers(self, rows: Iterable[Row]) -> dict[str, set[str]]:
        """Return the NHS numbers that stand beside each number of the system."""
        found: dict[str, set[str]] = {}
        for row in rows:
            person = self.person(row)
            if person.number and is_nhs_number(person.nhs_number):
                found.setdefault(person.number, set()).add(person.nhs_number)
        return found

    def person(self, row: Row) -> Person:
        """Return the numbers of a row; none of one whose cells are not in their places."""
        if len(row.cells) != self._width:
            # What has the check digit of an NHS number is one, though a cell before it may be missing.
            number = (
                self._number(row, "nhs_number") if len(row.cells) > self._places.get("nhs_number", 0) else ""
            )
            return Person(number if is_nhs_number(number) else "")
        return Person(self._number(row, "nhs_number"), self._number(row, "number"))

    def _number(self, row: Row, cell: str) -> str:
        place = self._places.get(cell)
        text = "" if place is None else plain_number(row.cells[place])
        is_empty = text.casefold() in self._empty or (cell == "nhs_number" and is_nobodys(text))
        return "" if is_empty else text

    def _cells(self, row: Row) -> Iterator[str]:
        """Yield what stands in the cells that name the patient, a word for nothing too."""
        places = (self._places.get(cell) for cell in Person._fields)
        return (row.cells[place].strip() for place in places if place is not None)

    def _owned(self, row: Row, above: Owned) -> Owned:
        person = self.person(row)
        if person == Person():
            if len(row.cells) != self._width:
                return Owned(row, "", f"{row.fault}; {UNPLACED}")
            is_left_empty = self._fills_down and not any(self._cells(row))
            return Owned(row, above.patient, above.why) if is_left_empty else Owned(row, "", NOBODY)
        return self._named(row, person)

    def _named(self, row: Row, person: Person) -> Owned:
        nhs_number, number = person
        if not is_nhs_number(nhs_number) and number:
            beside = self._beside.get(number, set())
            if len(beside) > 1:
                return Owned(row, "", TWO)
            person = Person(next(iter(beside), ""), number)
        if is_spoilt(person.nhs_number or person.number):
            return Owned(row, "", SPOILT)
        patient = reference_of(person, self._recipe.system)
        return Owned(row, patient, "" if patient else NOBODY)
