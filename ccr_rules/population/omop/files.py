"""The files of an OMOP folder, and their rows by the names of the columns."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ccr_rules.errors import UsageError
from ccr_rules.population.omop.cdm import CONCEPT, EVENTS, OPTIONAL, PERSON, REQUIRED, TABLES
from ccr_rules.population.packing import first_bytes, is_parquet, packing_of, plain_name
from ccr_rules.population.plan import Piece
from ccr_rules.population.sources import Form, SourceFile, described
from ccr_rules.population.tables import Format, Row, Rows, columns_of, rows_of

SUFFIXES: Final = (".csv", ".tsv", ".parquet")

_LONGEST_HEADER: Final = 1 << 14


def table_of(path: Path) -> str:
    """Return the name of the table that a file holds."""
    return plain_name(path).partition(".")[0]


def find_tables(folder: Path) -> tuple[SourceFile, ...]:
    """Return the files of the tables that are read, the people first.

    Raises:
        UsageError: if the folder lacks one that is needed, has one twice, or one lacks a column.
    """
    if not folder.is_dir():
        raise UsageError(
            f"{folder}: no folder; --omop takes the folder that holds person.csv or person.parquet"
        )
    found: dict[str, Path] = {}
    for file in sorted(folder.iterdir()):
        name = table_of(file)
        if name in TABLES and plain_name(file).endswith(SUFFIXES) and file.is_file():
            if name in found:
                raise UsageError(f"{file}: {found[name].name} holds this table too; keep one of the two")
            found[name] = file
    _check_complete(folder, found)
    for name, file in found.items():
        _check_columns(file, REQUIRED[name])
    return tuple(described(found[name], _form(name)) for name in TABLES if name in found)


def _form(name: str) -> Form:
    return "concepts" if name == CONCEPT else "omop"


def _check_complete(folder: Path, found: dict[str, Path]) -> None:
    for name in (PERSON, CONCEPT):
        if name not in found:
            raise UsageError(f"{folder}: no {name}.csv or {name}.parquet (.gz and .zst too); add this table")
    if not found.keys() & EVENTS.keys():
        raise UsageError(f"{folder}: none of {', '.join(EVENTS)}; add the tables of what happened")


def _check_columns(file: Path, required: Sequence[str]) -> None:
    columns = _columns(file)
    for name in required:
        if columns.count(name) != 1:
            says = "several columns" if name in columns else "no column"
            raise UsageError(f"{file}: {says} `{name}`; OMOP CDM 5.4 has one in the table {table_of(file)}")


def _columns(file: Path) -> list[str]:
    return [name.lower() for name in columns_of(file, _format(file))]


def _format(file: Path) -> Format:
    """Tell by the header how a file is written; with tabs, as vocabularies are, nothing is quoted."""
    if is_parquet(file):
        return Format()
    header = first_bytes(file, packing_of(file), _LONGEST_HEADER).partition(b"\n")[0]
    return Format("\t", quotes=False) if b"\t" in header else Format()


class Table:
    """A table, open for reading."""

    def __init__(self, file: Path) -> None:
        self.name = table_of(file)
        self._file = file
        present = _columns(file)
        wanted = (*REQUIRED[self.name], *OPTIONAL.get(self.name, ()))
        self._columns = [name for name in wanted if name in present]
        self._places = [present.index(name) for name in self._columns]
        self._at = {name: place for place, name in enumerate(self._columns)}

    def rows(self, piece: Piece | None = None) -> Rows:
        """Return the rows, all of them or those of a piece. Raises CcrError if the file cannot be read."""
        return rows_of(self._file, _format(self._file), self._places, piece)

    def text(self, row: Row, name: str) -> str:
        """Return a cell, empty if the table has no such column."""
        place = self._at.get(name)
        return "" if place is None else row.cells[place]

    def number(self, row: Row, name: str) -> str:
        """Return a cell that holds a whole number, as text; some programs write it as 12.0."""
        return self.text(row, name).removesuffix(".0")
