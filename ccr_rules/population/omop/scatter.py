"""The first half of an ingest of OMOP: each row becomes a resource in the bucket of its person."""

from pathlib import Path

from ccr_rules.population.flat.resources import person_of, resource_of
from ccr_rules.population.flat.row import RowRefused
from ccr_rules.population.flat.sink import Sink, scatter_tables
from ccr_rules.population.omop.cdm import DEATH, PERIOD, PERSON
from ccr_rules.population.omop.days import read_day
from ccr_rules.population.omop.files import Table
from ccr_rules.population.omop.lookup import NAME, Lookup
from ccr_rules.population.omop.rows import read_event, read_person
from ccr_rules.population.plan import Piece, Plan
from ccr_rules.population.scattered import Scattered
from ccr_rules.population.tables import Row
from ccr_rules.population.work import Work


def scatter(out: str, chunk: int) -> Scattered:
    """Read a chunk of the tables and spill it. Raises CcrError if a table cannot be read, OSError."""
    work = Work(Path(out))
    plan = work.plan(Plan)
    lookup = Lookup(work.folder / NAME)
    try:
        return scatter_tables(work, plan, chunk, _Tables(plan, lookup).read)
    finally:
        lookup.close()


class _Tables:
    """The reading of the tables of one chunk."""

    def __init__(self, plan: Plan, lookup: Lookup) -> None:
        self.plan = plan
        self.lookup = lookup

    def read(self, piece: Piece, sink: Sink) -> int:
        """Read a piece and return how many lines it has; the concepts were read before."""
        source = self.plan.sources[piece.source]
        if source.form == "omop":
            return self._table(Table(Path(source.path)), piece, sink)
        if source.form == "attributes":
            sink.attributes(source)
        return 0

    def _table(self, table: Table, piece: Piece, sink: Sink) -> int:
        read = _READERS.get(table.name, _Tables._event)
        rows = table.rows(piece)
        for row in rows:
            try:
                read(self, table, row, sink)
            except RowRefused as refused:
                sink.refuse(refused, row.line)
        return rows.seen

    def _person(self, table: Table, row: Row, sink: Sink) -> None:
        person, told = read_person(table, row, self.lookup)
        sink.put(person, person_of(person, told), row.line)

    def _event(self, table: Table, row: Row, sink: Sink) -> None:
        told = read_event(table, row, self.lookup)
        sink.put(told.patient, resource_of(told), row.line)

    def _day(self, table: Table, row: Row, _: Sink) -> None:
        """Only tell what cannot be read: what can is in the lookup."""
        read_day(table, row)


_READERS = {PERSON: _Tables._person, DEATH: _Tables._day, PERIOD: _Tables._day}
