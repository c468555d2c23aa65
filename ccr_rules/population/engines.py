"""The engines in which a population is answered, by the names that are given to `--engine`."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.dataset as ds

from ccr_rules.errors import UsageError
from ccr_rules.hosting.columns import LOCAL_SPARK, ColumnEngine, open_duckdb, open_spark

_MEMORY: Final = re.compile(r"(\d+)\s*([KMGT])i?B?", re.IGNORECASE)
_LOCAL: Final = re.compile(r"local\[(\d+|\*)\]")
_ROWS: Final = 100_000


class Working:
    """An engine at work; `scratch` is a folder for what does not fit into memory.

    On a cluster it must be one that all machines see, as must the data set.
    """

    def __init__(self, columns: ColumnEngine, scratch: Path) -> None:
        self._columns = columns
        self._scratch = scratch
        self.bring = columns.bring

    @property
    def is_spark(self) -> bool:
        """Whether it is Spark."""
        return bool(self._columns.connection.name == "pyspark")

    def read(self, files: Sequence[Path]) -> ir.Table:
        """Return the rows of Parquet files as one table."""
        paths = [str(path.resolve()) for path in files]
        connection = self._columns.connection
        if not self.is_spark:
            return connection.read_parquet(paths)
        name = f"ccr_read_{files[0].parent.name}"
        connection._session.read.parquet(*paths).createOrReplaceTempView(name)
        return connection.table(name)

    def batches(self, table: ir.Table, name: str) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a table, some at a time; never all of them are in memory.

        Spark writes them to files first: what it gives to Python directly it gives all at once.
        """
        if not self.is_spark:
            yield from self._from_duckdb(table)
            return
        folder = self._scratch / name
        spark: Any = self._columns.connection
        spark._session.sql(spark.compile(table)).write.mode("overwrite").parquet(str(folder.resolve()))
        parts = sorted(folder.glob("*.parquet"))
        yield from ds.dataset(parts, format="parquet").to_batches(batch_size=_ROWS)

    def _from_duckdb(self, table: ir.Table) -> Iterator[pa.RecordBatch]:
        """Ibis asks DuckDB in a way that its newer versions regret; older ones know no other."""
        connection: Any = self._columns.connection
        found = connection.con.sql(connection.compile(table))
        read = getattr(found, "to_arrow_reader", None) or found.fetch_record_batch
        yield from read(_ROWS)


def open_engine(name: str, scratch: Path, threads: int | None = None, memory: str | None = None) -> Working:
    """Open an engine: `duckdb`, `spark`, `spark://HOST:PORT` or `local[N]`.

    `threads` and `memory` (`8GB`) are what it may use on this machine.

    Raises:
        UsageError: if there is no such engine, or a size is none.
        MissingExtraError: if it is not installed.
    """
    size = _size(memory) if memory else None
    if name == "duckdb":
        return Working(_duckdb(scratch, threads, size), scratch)
    if name == "spark" or name.startswith("spark://") or _LOCAL.fullmatch(name):
        return Working(_spark(name, threads, size), scratch)
    raise UsageError(
        f"--engine {name}: there is no such engine; write duckdb, spark, local[N] (a Spark on this machine "
        f"with N threads) or spark://HOST:PORT"
    )


def _size(memory: str) -> tuple[str, str]:
    found = _MEMORY.fullmatch(memory.strip())
    if found is None:
        raise UsageError(f"--memory {memory}: write a number and a unit, such as 8GB or 500MB")
    return found[1], found[2].upper()


def _duckdb(scratch: Path, threads: int | None, size: tuple[str, str] | None) -> ColumnEngine:
    settings: dict[str, Any] = {"temp_directory": str(scratch.resolve())}
    if threads:
        settings["threads"] = threads
    if size:
        settings["memory_limit"] = f"{size[0]}{size[1]}B"
    return open_duckdb(**settings)


def _spark(name: str, threads: int | None, size: tuple[str, str] | None) -> ColumnEngine:
    master = name
    if name == "spark":
        master = f"local[{threads}]" if threads else LOCAL_SPARK
    elif threads:
        raise UsageError(f"--threads is for duckdb and spark; {name} says itself how many there are")
    settings = {"spark.ui.enabled": "false"}
    if size:
        settings["spark.driver.memory"] = f"{size[0]}{size[1].lower()}"
    return open_spark(master, **settings)
