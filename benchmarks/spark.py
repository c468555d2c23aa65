"""The same answers from DuckDB and from a Spark on this machine, in one run.

python -m benchmarks.spark DIR [--rounds 3] [--memory 6g]

DIR holds a population of `benchmarks.population_data`. Both use two threads and answer qof-cancer@2023 and
best-practice-ccr@2025 about everybody. Spark's session is opened before the clock starts. Seconds of the
processor are those of this process, for Spark with those of its Java process (on Linux).
"""

import argparse
import os
import statistics
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark import SparkContext

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


def processor_seconds(name: str) -> float:
    if name != "Spark":
        return time.process_time()
    ticks = os.sysconf("SC_CLK_TCK")
    return time.process_time() + (java("stat", 13) + java("stat", 14)) / ticks


def java(file: str, what: int | str) -> int:
    """Return a number that Linux tells of Spark's Java process: a place in `stat`, or a name in `status`."""
    gateway: Any = SparkContext._gateway
    text = Path(f"/proc/{gateway.proc.pid}/{file}").read_text()
    if isinstance(what, str):
        return int(text.split(what)[1].split()[0])
    return int(text.rpartition(")")[2].split()[what - 2])


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
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in engines}
    found: dict[str, pa.Table] = {}
    for _ in range(arguments.rounds):
        for name, engine in engines.items():
            clock, processor = time.perf_counter(), processor_seconds(name)
            found[name] = answered(engine, arguments.folder)
            times[name].append((time.perf_counter() - clock, processor_seconds(name) - processor))
    medians = {
        name: [statistics.median(each) for each in zip(*some, strict=True)] for name, some in times.items()
    }
    for name, (clock, processor) in medians.items():
        print(f"{name:7} {clock:7.2f} s, {processor:7.2f} s of the processor")
    ratios = [a / b for a, b in zip(medians["Spark"], medians["DuckDB"], strict=True)]
    print(f"Spark takes {ratios[0]:.1f} times as long as DuckDB, {ratios[1]:.1f} times of the processor")
    print(f"peak memory of Spark {java('status', 'VmHWM:') / 1024:,.0f} MiB")
    one, other = found["DuckDB"], found["Spark"]
    differing = [name for name in one.column_names if one[name].to_pylist() != other[name].to_pylist()]
    print(f"{one.num_rows:,} candidates, {len(one.column_names)} columns, of which {len(differing)} differ")


if __name__ == "__main__":
    main()
