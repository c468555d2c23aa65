"""Tables of answers as files: Parquet, CSV for spreadsheets, NDJSON. Each is written whole or not at all."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ccr_rules.population.answers import TABLES, Form, table_path
from ccr_rules.population.parts import replacing

_FORMULA: Final = r"^([=+@\t\r-])"
"""What a spreadsheet may take for the beginning of a formula."""


def write_table(folder: Path, name: str, form: Form, batches: Iterable[pa.RecordBatch]) -> int:
    """Write a table and return how many rows it has. Raises OSError if that cannot be done."""
    schema = TABLES[name]
    rows = _Counted(batches, schema)
    with replacing(table_path(folder, name, form)) as unfinished:
        if form == "parquet":
            _write_parquet(rows, unfinished)
        else:
            _write_text(rows, form, unfinished)
    return rows.count


class _Counted:
    """Batches in the form of the contract, counted while they pass."""

    def __init__(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
        self.schema = schema
        self.count = 0
        self._batches = batches

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches:
            self.count += batch.num_rows
            yield batch.cast(self.schema)


def _write_parquet(rows: _Counted, path: Path) -> None:
    with pq.ParquetWriter(path, rows.schema, compression="zstd") as writer:
        for batch in rows:
            writer.write_batch(batch)


def _write_text(rows: _Counted, form: Form, path: Path) -> None:
    reader = pa.RecordBatchReader.from_batches(rows.schema, iter(rows))
    with duckdb.connect() as connection:
        connection.register("rows", reader)
        if form == "csv":
            cells = ", ".join(_cell(field) for field in rows.schema)
            connection.sql(f"SELECT {cells} FROM rows").write_csv(str(path))  # noqa: S608 - our own columns
        else:
            connection.execute("COPY (FROM rows) TO $path (FORMAT json)", {"path": str(path)})


def _cell(field: pa.Field) -> str:
    """Return a column as a spreadsheet can take it: lists joined, and no text that begins a formula."""
    name = f'"{field.name}"'
    if pa.types.is_list(field.type):
        return f"array_to_string({name}, '; ') AS {name}"
    if pa.types.is_string(field.type):
        return f"regexp_replace({name}, '{_FORMULA}', '''\\1') AS {name}"
    return name
