"""A real Spark on this machine says of everybody what DuckDB says, in the same files."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from ccr_rules.hosting.columns import open_spark
from ccr_rules.population.answers import TABLES, table_path
from tests.population.answered import answer, data_set
from tests.population.schemes import MOMENT, PEOPLE, groups

# As in tests/agreement/test_spark.py.
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning",
    "ignore::FutureWarning",
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)


@pytest.fixture(autouse=True)
def spark() -> Iterator[None]:
    """Open a session for few people, which the run then takes."""
    open_spark("local[2]", **{"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2"})
    yield
    SparkSession.builder.getOrCreate().stop()
    gc.collect()


def test_spark_writes_what_duckdb_writes(tmp_path: Path) -> None:
    data_set(tmp_path / "data", PEOPLE[:2], PEOPLE[2:])
    asked = groups(tmp_path / "rules")
    outcomes = [
        answer(tmp_path / "data", tmp_path / name, MOMENT, asked, engine=engine, memory="1GB")
        for name, engine in (("duckdb", "duckdb"), ("spark", "local[2]"))
    ]
    assert outcomes[0].answered.rows == outcomes[1].answered.rows
    assert sum(outcomes[0].answered.rows.values()) > 20
    for name in TABLES:
        one, other = (
            pq.read_table(table_path(tmp_path / each, name, "parquet")) for each in ("duckdb", "spark")
        )
        assert one.equals(other), name
