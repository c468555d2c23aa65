"""The rows of a table of coded entries: one entry each."""

from collections.abc import Sequence

from ccr_rules.population.flat.codes import spoilt
from ccr_rules.population.flat.mapping import SKIP, Cell, Mapping
from ccr_rules.population.flat.resources import UNKNOWN_WORD, Told
from ccr_rules.population.flat.row import RowCells, RowRefused
from ccr_rules.population.ids import id_of, plain_id
from ccr_rules.population.tables import Row
from ccr_rules.record.entry import SNOMED

_SNOMED = Cell(constant=SNOMED)


class EntryRows(RowCells):
    """Reads rows of entries. `label` names the table in the references of entries without an id."""

    def __init__(self, mapping: Mapping, label: str) -> None:
        super().__init__(mapping, {"system": _SNOMED} | mapping.entries)
        self._label = id_of(label)

    def read(self, row: Row) -> Told | None:
        """Return what a row says, or None if the mapping passes over rows of its kind.

        Raises:
            RowRefused: if it cannot be read, or there is no saying whose it is.
        """
        kind = self._kind(row.cells)
        if kind == SKIP:
            return None
        if not row.cells:
            raise RowRefused(row.fault, kind or "")
        patient = ""
        try:
            patient = self.patient(row.cells)
            if row.fault:
                raise RowRefused(row.fault)
            if not kind:
                raise RowRefused("the word in the column of `kind` is not in the mapping")
            return self._told(row.cells, row.line, kind, patient)
        except RowRefused as refusal:
            raise RowRefused(refusal.reason, kind or "", patient) from None

    def _kind(self, row: Sequence[str]) -> str | None:
        """Return the kind of a row, or None if it is not known; an empty cell is a word like others."""
        cell = self.cells["kind"]
        if cell.constant or not row:
            return cell.constant or None
        return cell.meaning(self.text(row, "kind"))

    def _told(self, row: Sequence[str], line: int, kind: str, patient: str) -> Told:
        system = self.meaning(row, "system") or ""
        code = self.text(row, "code")
        if system == SNOMED and (fault := spoilt(code)):
            raise RowRefused(fault)
        given = plain_id(self.text(row, "id"))
        episode = self.meaning(row, "episode")
        state = self.meaning(row, "state")
        return Told(
            kind=kind,
            id=id_of(given) if given else f"{self._label}-{line}",
            patient=patient,
            system=system,
            code=code,
            term=self.text(row, "term"),
            clinical=self.date(row, "date"),
            recorded=self.date(row, "recorded"),
            episode=UNKNOWN_WORD if episode is None else "" if episode == "unstated" else episode,
            state=UNKNOWN_WORD if state is None else state,
        )
