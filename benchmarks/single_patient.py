"""How long one patient takes: decided, told in full, and from JSON text.

    make bench

The table's `extra` columns give patients a second and the 99th percentile. Machines differ: compare
rows of one run.
"""

import statistics
from collections.abc import Callable
from time import perf_counter_ns

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.records import AS_OF, bundle, record
from ccr_rules import Engine
from ccr_rules.evaluation.asof import Moment
from ccr_rules.record.reading import decode, read_record

BOTH = ("qof-cancer@2023", "best-practice-ccr@2025")
MOMENT = Moment(AS_OF, AS_OF)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.default()


def _with_percentiles(benchmark: BenchmarkFixture, task: Callable[[], object], rounds: int = 2000) -> None:
    """Benchmark a task, and add the 99th percentile of single calls."""
    benchmark(task)
    taken = []
    for _ in range(rounds):
        start = perf_counter_ns()
        task()
        taken.append(perf_counter_ns() - start)
    benchmark.extra_info["median_us"] = round(statistics.median(taken) / 1000, 1)
    benchmark.extra_info["p99_us"] = round(statistics.quantiles(taken, n=100)[98] / 1000, 1)


@pytest.mark.parametrize("cancer", [True, False], ids=["cancer", "no cancer"])
def test_decide_both_rulesets(benchmark: BenchmarkFixture, engine: Engine, cancer: bool) -> None:
    prepared = engine.prepare(AS_OF, BOTH)
    patient = record(1, cancer=cancer)
    _with_percentiles(benchmark, lambda: engine.evaluate_record(patient, MOMENT, prepared))


def test_decide_a_practice(benchmark: BenchmarkFixture, engine: Engine) -> None:
    """A hundred patients, four of them with cancer, as in a practice."""
    prepared = engine.prepare(AS_OF, BOTH)
    patients = [record(seed, cancer=seed % 25 == 0) for seed in range(100)]

    def everybody() -> None:
        for each in patients:
            engine.evaluate_record(each, MOMENT, prepared)

    _with_percentiles(benchmark, everybody, rounds=50)


def test_tell_everything_about_one_patient(benchmark: BenchmarkFixture, engine: Engine) -> None:
    prepared = engine.prepare(AS_OF, BOTH)
    patient = record(1)
    _with_percentiles(benchmark, lambda: engine.evaluate_record(patient, MOMENT, prepared).to_json(), 500)


def test_decode_a_bundle_of_200_resources(benchmark: BenchmarkFixture) -> None:
    text = bundle(1)
    _with_percentiles(benchmark, lambda: decode(text), 300)


def test_read_a_bundle_of_200_resources(benchmark: BenchmarkFixture) -> None:
    text = bundle(1)
    _with_percentiles(benchmark, lambda: read_record(text), 300)


def test_evaluate_a_bundle_of_200_resources(benchmark: BenchmarkFixture, engine: Engine) -> None:
    text = bundle(1)
    engine.prepare(AS_OF, BOTH)
    _with_percentiles(benchmark, lambda: engine.evaluate(text, AS_OF, rulesets=BOTH), 300)
