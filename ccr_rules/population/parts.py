"""The Parquet files of a data set: written whole or not at all, the same bytes for the same rows."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from ccr_rules.population.schema import TABLES

ROWS_OF_GROUP: Final = 122_880
"""What one thread of DuckDB reads at a time."""

_PLAIN: Final = ("reference", "patient", "person")
"""Columns whose values hardly repeat: a dictionary would only cost time."""


_UNFINISHED: Final = ".unfinished"


class Part(msgspec.Struct, frozen=True):
    """One part of a data set: some people with all of their entries, and the digest of each file."""

    part: int
    patients: int
    entries: int
    concepts: int
    digests: dict[str, str]


def part_path(folder: Path, table: str, part: int) -> Path:
    """Return the file of a table's part."""
    return folder / table / f"part-{part:04d}.parquet"


def write_part(folder: Path, part: int, tables: dict[str, pa.Table]) -> Part:
    """Write the files of a part, `patients`, `entries` and `concepts`, and return what they are.

    Raises:
        OSError: if a file cannot be written; then the files that stand are whole.
    """
    digests: dict[str, str] = {}
    for name, schema in TABLES.items():
        path = part_path(folder, name, part)
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as unfinished:
            _write(tables[name], schema, unfinished)
            digests[name] = digest_of(unfinished)
    return Part(part, len(tables["patients"]), len(tables["entries"]), len(tables["concepts"]), digests)


def remove_leftovers(folder: Path, first: int) -> None:
    """Remove what an earlier data set had in parts from a number on, and what killed processes left behind.

    Raises OSError.
    """
    for table in TABLES:
        for path in (folder / table).glob("part-*.parquet"):
            if int(path.stem.removeprefix("part-")) >= first:
                path.unlink()
    for place in (folder, *(folder / table for table in TABLES)):
        for path in place.glob(f".*{_UNFINISHED}"):
            path.unlink()


def _write(table: pa.Table, schema: pa.Schema, path: Path) -> None:
    pq.write_table(
        table.cast(schema),
        path,
        row_group_size=ROWS_OF_GROUP,
        compression="zstd",
        compression_level=1,
        use_dictionary=[name for name in schema.names if name not in _PLAIN],
        write_statistics=True,
        store_schema=True,
    )


@contextmanager
def replacing(path: Path, *, lasting: bool = True) -> Iterator[Path]:
    """Give a file to write beside a path; what was written takes its place at the end, in one step.

    `lasting` waits until it is on the disk, so that not even a power failure leaves half of it.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}{_UNFINISHED}")
    try:
        yield unfinished
        if lasting:
            with unfinished.open("rb") as written:
                os.fsync(written.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def digest_of(path: Path) -> str:
    """Return the digest of a file's bytes."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
