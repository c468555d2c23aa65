"""The engines in which the columnar evaluator works: DuckDB in this process, Spark through a connection.

Nothing is imported before it is asked for, so that a plain installation says which extra is missing.
"""

import itertools
from importlib import import_module
from typing import Any, Final, NamedTuple

from ccr_rules.errors import MissingExtraError

LOCAL_SPARK: Final = "local[*]"
_TABLES: Final = itertools.count()


class ColumnEngine(NamedTuple):
    """A connection of Ibis, and how a small table is brought there."""

    connection: Any

    def bring(self, table: Any) -> Any:
        """Bring an Arrow table into the engine, for as long as the connection lives."""
        name = f"ccr_brought_{next(_TABLES)}"
        if self.connection.name == "pyspark":
            session = self.connection._session
            session.createDataFrame(table).createOrReplaceTempView(name)
            return self.connection.table(name)
        return self.connection.create_table(name, table, temp=True)


def need(module: str, extra: str) -> Any:
    """Return a module of an extra. Raises MissingExtraError, with the command that installs it."""
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtraError(
            f"{module} is not installed; pip install 'ccr-rules[{extra}]' installs what this needs"
        ) from None


def open_duckdb(**settings: Any) -> ColumnEngine:
    """Open a DuckDB in this process; `settings` are its own, such as `threads`. Raises MissingExtraError."""
    need("duckdb", "population")
    return ColumnEngine(need("ibis", "population").duckdb.connect(**settings))


def open_spark(master: str = LOCAL_SPARK, **settings: str) -> ColumnEngine:
    """Open a session of Spark: `local[2]` on this machine, or `spark://HOST:PORT`.

    Days are days: the session's time zone is UTC. Raises MissingExtraError.
    """
    builder = need("pyspark.sql", "spark").SparkSession.builder.master(master).appName("ccr-rules")
    for name, value in {"spark.sql.session.timeZone": "UTC", **settings}.items():
        builder = builder.config(name, value)
    return ColumnEngine(need("ibis", "population").pyspark.connect(builder.getOrCreate()))
