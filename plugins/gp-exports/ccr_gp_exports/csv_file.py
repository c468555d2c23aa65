"""A CSV file that a spreadsheet opens as it is: UTF-8 with a mark, lines that end as Windows ends them.

A spreadsheet takes a cell that begins like a formula for one. Texts are kept from that by an apostrophe.
"""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

Cell = str | int | None

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How formulas begin, also in the wide letters that some spreadsheets take for them."""


def csv_file(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a file of rows under their columns."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_shown(column) for column in columns])
    for row in rows:
        writer.writerow([_shown(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _shown(cell: Cell) -> str | int:
    if isinstance(cell, int):
        return cell
    text = cell or ""
    return f"'{text}" if text.startswith(_FORMULA) else text
