"""The names of engines, and how much they may use."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ccr_rules.errors import UsageError
from ccr_rules.hosting.columns import ColumnEngine, open_duckdb
from ccr_rules.population import engines
from ccr_rules.population.engines import open_engine


@pytest.fixture
def sparks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    """Which sessions of Spark would be opened."""
    opened: list[tuple[str, dict[str, str]]] = []

    def remember(master: str, **settings: str) -> Any:
        opened.append((master, settings))
        return open_duckdb()

    monkeypatch.setattr(engines, "open_spark", remember)
    return opened


@pytest.mark.parametrize(
    ("name", "threads", "master"),
    [
        ("spark", None, "local[*]"),
        ("spark", 3, "local[3]"),
        ("local[4]", None, "local[4]"),
        ("local[*]", None, "local[*]"),
        ("spark://host:7077", None, "spark://host:7077"),
    ],
)
def test_spark_is_where_it_is_said_to_be(
    tmp_path: Path, sparks: list[Any], name: str, threads: int | None, master: str
) -> None:
    open_engine(name, tmp_path, threads)
    open_engine(name, tmp_path, threads, "2 gib")
    assert sparks[0] == (master, {"spark.ui.enabled": "false"})
    assert sparks[1] == (master, {"spark.ui.enabled": "false", "spark.driver.memory": "2g"})


def test_duckdb_uses_no_more_than_it_may(tmp_path: Path) -> None:
    connection = engines._duckdb(tmp_path, 1, ("1", "G")).connection
    settings = connection.con.sql("SELECT current_setting('threads'), current_setting('memory_limit')")
    assert settings.fetchall() == [(1, "953.6 MiB")]


def test_an_older_duckdb_is_asked_in_its_own_way(tmp_path: Path) -> None:
    """`to_arrow_reader` came with DuckDB 1.5."""
    working = open_engine("duckdb", tmp_path)
    table = working.bring(pa.table({"a": [1]}))

    class Old:
        def fetch_record_batch(self, _rows: int) -> list[str]:
            return ["read"]

    class Connection:
        def sql(self, _query: str) -> Old:
            return Old()

    class Backend:
        name = "duckdb"
        con = Connection()

        def compile(self, _table: Any) -> str:
            return ""

    old = engines.Working(ColumnEngine(Backend()), tmp_path)
    assert list(old.batches(table, "t")) == ["read"]


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("sqlite", {}, "--engine sqlite: there is no such engine; write duckdb, spark, local"),
        ("local", {}, "there is no such engine"),
        ("duckdb", {"memory": "lots"}, "--memory lots: write a number and a unit, such as 8GB"),
        ("local[2]", {"threads": 2}, "--threads is for duckdb and spark"),
    ],
)
def test_what_does_not_fit_is_told(tmp_path: Path, name: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_engine(name, tmp_path, **options)
    assert says in caught.value.message
