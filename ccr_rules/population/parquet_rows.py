"""Rows of Parquet as text: numbers and days too are written as one would write them in CSV."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ccr_rules.errors import UsageError
from ccr_rules.population.csv_rows import Row
from ccr_rules.population.packing import opened

BATCH: Final = 10_000
"""How many rows are held at a time."""


def parquet_columns(file: Path) -> list[str]:
    """Return the names of the columns. Raises UsageError if the file cannot be read."""
    with _parquet(file) as table:
        return [str(name) for name in table.schema_arrow.names]


class ParquetRows:
    """The rows of a Parquet file, each with the cells of some columns, by their places."""

    def __init__(self, file: Path, columns: Sequence[int]) -> None:
        self._file, self._columns = file, columns
        self.seen = 0

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows, numbered from 1. Raises UsageError if the file cannot be read."""
        with _parquet(self._file) as table:
            names = [table.schema_arrow.names[place] for place in self._columns]
            for batch in table.iter_batches(BATCH, columns=names):
                for cells in zip(*(_texts(batch.column(name)) for name in names), strict=True):
                    self.seen += 1
                    yield Row(self.seen, cells)


@contextmanager
def _parquet(file: Path) -> Iterator[pq.ParquetFile]:
    with opened(file) as stream:
        try:
            with pq.ParquetFile(stream) as table:
                yield table
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError):
            raise UsageError(
                f"{file}: not Parquet, damaged, or with something else than plain values; write it again"
            ) from None


def _texts(column: pa.Array) -> list[str]:
    text = pc.fill_null(pc.cast(column, pa.string()), "")
    return [str(each) for each in pc.utf8_trim_whitespace(text).to_pylist()]
