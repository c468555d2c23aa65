"""Tables as rows of text: CSV in any packing, or Parquet.

Every cell is text, also one that Parquet holds as a number or a day, and without blanks at its ends.
"""

from collections.abc import Sequence
from pathlib import Path

from ccr_rules.population.csv_rows import CsvRows, Format, Row, header_of
from ccr_rules.population.packing import is_parquet, packing_of
from ccr_rules.population.parquet_rows import ParquetRows, parquet_columns
from ccr_rules.population.plan import Piece
from ccr_rules.population.row_starts import row_stretch

__all__ = ["Format", "Row", "Rows", "columns_of", "rows_of"]

Rows = CsvRows | ParquetRows


def columns_of(file: Path, written: Format) -> list[str]:
    """Return the names of a table's columns.

    Raises:
        UsageError: if the file cannot be read.
        RecordError: if it is damaged.
    """
    return parquet_columns(file) if is_parquet(file) else header_of(file, written)


def rows_of(file: Path, written: Format, columns: Sequence[int], piece: Piece | None = None) -> Rows:
    """Return the rows of a table, or of a piece of it, each with the cells of some columns, by their places.

    Raises:
        UsageError: if the file cannot be read; so does going through the rows.
    """
    if is_parquet(file):
        return ParquetRows(file, columns)
    if piece is None or packing_of(file):
        return CsvRows(file, written, columns)
    return CsvRows(file, written, columns, row_stretch(file, written, piece.start, piece.end))
