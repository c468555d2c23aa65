"""The first half of an ingest of tables: each row becomes a resource in the bucket of its patient."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ccr_rules.population.flat.entries import EntryRows
from ccr_rules.population.flat.mapping import SIGNS, Mapping
from ccr_rules.population.flat.patients import PatientRows
from ccr_rules.population.flat.plan import FlatPlan
from ccr_rules.population.flat.resources import person_of, resource_of
from ccr_rules.population.flat.row import RowCells, RowRefused, places_in
from ccr_rules.population.flat.sink import Sink, scatter_tables
from ccr_rules.population.scattered import Scattered
from ccr_rules.population.sources import SourceFile
from ccr_rules.population.tables import Format, Row, columns_of, rows_of
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


def label_of(sources: Sequence[SourceFile], number: int) -> str:
    """Return a name for a source that no other has: that of its file, if it is the only one so called."""
    name = Path(sources[number].path).name
    is_alone = sum(Path(each.path).name == name for each in sources) == 1
    return name if is_alone else f"{number}-{name}"


class _Tables:
    """The reading of the tables of one chunk."""

    def __init__(self, plan: FlatPlan) -> None:
        self.plan = plan
        self.written = format_of(plan.mapping)

    def read(self, number: int, sink: Sink) -> None:
        """Read a source."""
        source = self.plan.sources[number]
        if source.form == "attributes":
            sink.attributes(source)
        elif source.form == "patients":
            self._patients(source, sink)
        else:
            self._entries(source, label_of(self.plan.sources, number), sink)

    def _entries(self, source: SourceFile, label: str, sink: Sink) -> None:
        reader = EntryRows(self.plan.mapping, label)
        for row in self._rows(source, reader):
            try:
                told = reader.read(row)
            except RowRefused as refused:
                sink.refuse(refused, row.line)
            else:
                if told is None:
                    sink.pass_over(SKIPPED)
                else:
                    sink.put(told.patient, resource_of(told), row.line)

    def _patients(self, source: SourceFile, sink: Sink) -> None:
        reader = PatientRows(self.plan.mapping, source.name)
        for row in self._rows(source, reader):
            try:
                told = reader.read(row)
            except RowRefused as refused:
                sink.refuse(refused, row.line)
            else:
                sink.put(told.patient, person_of(told.patient, told.person), row.line)
                if told.attributes:
                    sink.sorter.attributes(told.patient, row.line, told.attributes)

    def _rows(self, source: SourceFile, reader: RowCells) -> Iterator[Row]:
        path = Path(source.path)
        return rows_of(path, self.written, places_in(columns_of(path, self.written), reader.columns))
