"""CSV files of a report: UTF-8, a line of names first, written whole or not at all.

A spreadsheet takes a cell that begins like a formula for one. Texts of the data and of files that people give
are kept from that by an apostrophe before them.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from ccr_rules.population.parts import replacing
from ccr_rules.population.report.tables import Tables

Cell = str | int | date | Decimal | None

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_FORMULA_IN_SQL: Final = r"^([=+@\t\r-])"


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a CSV file and return how many rows it has besides the names. Raises OSError."""
    count = 0
    with replacing(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(["" if cell is None else _shown(cell) for cell in row])
            count += 1
    return count


def _shown(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def write_query(tables: Tables, query: str, path: Path) -> int:
    """Write what a query finds to a CSV file, and return how many rows it has. Raises OSError.

    DuckDB writes it, so that a list may be longer than what memory holds.
    """
    found = tables.connection.sql(query)
    cells = ", ".join(_cell(name, str(kind)) for name, kind in zip(found.columns, found.types, strict=True))
    with replacing(path) as unfinished:
        found.select(cells).write_csv(str(unfinished))
    return len(found)


def _cell(name: str, kind: str) -> str:
    if kind != "VARCHAR":
        return f'"{name}"'
    return f"regexp_replace(\"{name}\", '{_FORMULA_IN_SQL}', '''\\1') AS \"{name}\""
