"""The same answers from DuckDB and from a Spark on this machine, in one run.

python -m benchmarks.spark DIR [--rounds 3] [--memory 6g]

DIR holds a population of `benchmarks.population_data`. Both use two threads and answer qof-cancer@2023 and
best-practice-ccr@2025 about everybody. Spark's session is opened before the clock starts.
"""

import argparse
import statistics
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.population import AS_OF, BEST_PRACTICE, QOF, groups
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.columnar.members import read_concepts
from ccr_rules.evaluation.columnar.plan import Population, evaluate
from ccr_rules.evaluation.columnar.scope import Question
from ccr_rules.hosting.columns import ColumnEngine, open_duckdb, open_spark

ASKED = groups(QOF, BEST_PRACTICE)


def answered(engine: ColumnEngine, folder: Path) -> pa.Table:
    population = Population(
        engine.connection.read_parquet(f"{folder}/patients/*.parquet"),
        engine.connection.read_parquet(f"{folder}/entries/*.parquet"),
        read_concepts(pq.read_table(folder / "concepts")),
        bring=engine.bring,
    )
    question = Question(Moment(AS_OF, AS_OF), in_consultation=False)
    return evaluate(population, ASKED, question).candidates.order_by("person").to_pyarrow()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", default="6g")
    arguments = parser.parse_args()
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "8",
        "spark.driver.memory": arguments.memory,
    }
    engines = {"DuckDB": open_duckdb(threads=2), "Spark": open_spark("local[2]", **settings)}
    times: dict[str, list[float]] = {name: [] for name in engines}
    found: dict[str, pa.Table] = {}
    for _ in range(arguments.rounds):
        for name, engine in engines.items():
            start = time.perf_counter()
            found[name] = answered(engine, arguments.folder)
            times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(some) for name, some in times.items()}
    for name, seconds in medians.items():
        print(f"{name:7} {seconds:7.2f} s")
    print(f"Spark takes {medians['Spark'] / medians['DuckDB']:.1f} times as long as DuckDB")
    one, other = found["DuckDB"], found["Spark"]
    differing = [name for name in one.column_names if one[name].to_pylist() != other[name].to_pylist()]
    print(f"{one.num_rows:,} candidates, {len(one.column_names)} columns, of which {len(differing)} differ")


if __name__ == "__main__":
    main()
