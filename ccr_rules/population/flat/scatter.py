"""The first half of an ingest of tables: each row becomes a resource in the bucket of its patient."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ccr_rules.population.flat.entries import EntryRows
from ccr_rules.population.flat.mapping import SIGNS, Mapping
from ccr_rules.population.flat.patients import PatientRows
from ccr_rules.population.flat.plan import FlatPlan
from ccr_rules.population.flat.resources import person_of, resource_of
from ccr_rules.population.flat.row import RowCells, RowRefused, places_in
from ccr_rules.population.flat.sink import Sink, scatter_tables
from ccr_rules.population.plan import Piece
from ccr_rules.population.scattered import Scattered
from ccr_rules.population.sources import SourceFile
from ccr_rules.population.tables import Format, Rows, columns_of, rows_of
from ccr_rules.population.work import Work

SKIPPED: Final = "rows that the mapping skips"
"""Under what name these are counted."""


def scatter(out: str, chunk: int) -> Scattered:
    """Read a chunk of the tables and spill it. Raises CcrError if a table cannot be read, OSError."""
    work = Work(Path(out))
    plan = work.plan(FlatPlan)
    return scatter_tables(work, plan, chunk, _Tables(plan).read)


def format_of(mapping: Mapping) -> Format:
    """Return how the mapping says that files are written."""
    layout = mapping.layout
    return Format(SIGNS[layout.delimiter], layout.encoding, layout.header_line)


def label_of(sources: Sequence[SourceFile], piece: Piece) -> str:
    """Return a name for a piece that no other has: that of its file, if it is the only one so called.

    A stretch of a large file has the byte at which it begins behind its name.
    """
    name = Path(sources[piece.source].path).name
    is_alone = sum(Path(each.path).name == name for each in sources) == 1
    behind = f"-{piece.start}" if piece.start else ""
    return f"{name}{behind}" if is_alone else f"{piece.source}-{name}{behind}"


class _Tables:
    """The reading of the tables of one chunk."""

    def __init__(self, plan: FlatPlan) -> None:
        self.plan = plan
        self.written = format_of(plan.mapping)

    def read(self, piece: Piece, sink: Sink) -> int:
        """Read a piece and return how many lines it has."""
        source = self.plan.sources[piece.source]
        if source.form == "attributes":
            sink.attributes(source)
            return 0
        return self._patients(piece, sink) if source.form == "patients" else self._entries(piece, sink)

    def _entries(self, piece: Piece, sink: Sink) -> int:
        reader = EntryRows(self.plan.mapping, label_of(self.plan.sources, piece))
        rows = self._rows(piece, reader)
        for row in rows:
            try:
                told = reader.read(row)
            except RowRefused as refused:
                sink.refuse(refused, row.line)
            else:
                if told is None:
                    sink.pass_over(SKIPPED)
                else:
                    sink.put(told.patient, resource_of(told), row.line)
        return rows.seen

    def _patients(self, piece: Piece, sink: Sink) -> int:
        reader = PatientRows(self.plan.mapping, self.plan.sources[piece.source].name)
        rows = self._rows(piece, reader)
        for row in rows:
            try:
                told = reader.read(row)
            except RowRefused as refused:
                sink.refuse(refused, row.line)
            else:
                sink.put(told.patient, person_of(told.patient, told.person), row.line)
                if told.attributes:
                    sink.sorter.attributes(told.patient, row.line, told.attributes)
        return rows.seen

    def _rows(self, piece: Piece, reader: RowCells) -> Rows:
        path = Path(self.plan.sources[piece.source].path)
        places = places_in(columns_of(path, self.written), reader.columns)
        return rows_of(path, self.written, places, piece)
