"""What one row says: a coded entry or a consultation, in the terms of the core's reader of flat tables."""

import hashlib
from typing import Final

from ccr_gp_exports.dates import fhir_day
from ccr_gp_exports.recipe import DETAILS, OBSERVATION, Recipe
from ccr_gp_exports.rows import Row
from ccr_gp_exports.table import Table
from ccr_rules.library.codelist_sctid import concept_id_fault
from ccr_rules.population.flat.codes import spoilt
from ccr_rules.population.flat.resources import UNKNOWN_WORD, Told
from ccr_rules.record.entry import SNOMED
from ccr_rules.record.fhir_dates import NotADate

NO_WORDS: Final = "it has neither a term nor a SNOMED CT code, so nobody can tell what it is; add the term"
WHAT: Final = "the word that says what sort of row it is, is not in the mapping"
_DESCRIPTIONS: Final = ("01", "11")
_DIGITS: Final = 16


class RowRefused(Exception):
    """A row that cannot be read: why, and of what kind its entry may be (empty: any)."""

    def __init__(self, reason: str, kind: str = "") -> None:
        super().__init__(reason)
        self.reason, self.kind = reason, kind


class Rows:
    """Reads the rows of one table."""

    def __init__(self, table: Table) -> None:
        self._recipe: Recipe = table.recipe
        self._places = table.places
        self._empty = frozenset(word.casefold() for word in table.recipe.empty)

    def told(self, row: Row, patient: str) -> Told:
        """Return what a row says of an entry. Raises RowRefused."""
        if row.fault:
            raise RowRefused(row.fault)
        kind = self._kind(row)
        try:
            system, code = self._code(row)
            told = Told(
                kind=kind,
                id="",
                patient=patient,
                system=system,
                code=code,
                term=self._text(row, "term"),
                clinical=self._date(row, "date"),
                recorded=self._date(row, "recorded"),
                episode=self._episode(row),
            )
        except NotADate as fault:
            raise RowRefused(str(fault), kind) from None
        except RowRefused as fault:
            raise RowRefused(fault.reason, kind) from None
        if not told.term and system != SNOMED and kind != "Encounter":
            raise RowRefused(NO_WORDS, kind)
        return told._replace(id=self._text(row, "id") or _digest(told))

    def details(self, row: Row) -> dict[str, str]:
        """Return what a row says of its patient: days, by the names of `DETAILS`. Raises RowRefused."""
        try:
            found = {cell: self._date(row, cell) for cell in DETAILS}
        except NotADate as fault:
            raise RowRefused(str(fault)) from None
        return {cell: day for cell, day in found.items() if day}

    def _text(self, row: Row, cell: str) -> str:
        place = self._places.get(cell)
        text = "" if place is None else row.cells[place].strip()
        return "" if text.casefold() in self._empty else text

    def _date(self, row: Row, cell: str) -> str:
        """Return a day as FHIR writes it. Raises NotADate."""
        try:
            return fhir_day(self._text(row, cell))
        except NotADate as fault:
            raise NotADate(f"`{cell}`: {fault}") from None

    def _kind(self, row: Row) -> str:
        word = self._text(row, "kind")
        if not word:
            return OBSERVATION
        kind = self._recipe.columns["kind"].words.get(word.casefold())
        if kind is None:
            raise RowRefused(WHAT)
        return kind

    def _episode(self, row: Row) -> str:
        """Return the word of an episode that the core knows, or the row's own, which the core reports."""
        word = self._text(row, "episode")
        if not word:
            return ""
        meaning = self._recipe.columns["episode"].words.get(word.casefold(), word)
        return {"unstated": "", "other": UNKNOWN_WORD}.get(meaning, meaning)

    def _code(self, row: Row) -> tuple[str, str]:
        """Return the code to go by, with its system. Raises RowRefused for one that cannot be right."""
        code = _plain(self._text(row, "snomed"))
        if not code:
            return self._recipe.columns["code"].system if "code" in self._places else "", self._text(
                row, "code"
            )
        fault = spoilt(code) or concept_id_fault(code)
        is_description = code.isdigit() and code[-3:-1] in _DESCRIPTIONS and self._text(row, "term")
        if fault and not is_description:
            raise RowRefused(f"the SNOMED CT code cannot be right: {fault}")
        return SNOMED, code


def _plain(code: str) -> str:
    """Return a code without what is put around it against spreadsheets: `="…"` or `'`."""
    return code.removeprefix('="').removesuffix('"').removeprefix("'").strip()


def _digest(told: Told) -> str:
    """Return a name made of what a row says and of nothing that says of whom, whatever its place."""
    said = (told.kind, told.system, told.code, told.term, told.clinical, told.recorded, told.episode)
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:_DIGITS]
