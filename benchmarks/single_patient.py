"""How long one patient takes: decided, told in full, and from JSON text.

    make bench

Under the table stand the median and the 99th percentile of single calls. Machines differ: compare rows
of one run.
"""

import statistics
from collections.abc import Callable
from time import perf_counter_ns

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.conftest import PERCENTILES
from benchmarks.records import AS_OF, bundle, record
from ccr_rules import Engine
from ccr_rules.evaluation.asof import Moment
from ccr_rules.record.reading import decode, read_record

BOTH = ("qof-cancer@2023", "best-practice-ccr@2025")
MOMENT = Moment(AS_OF, AS_OF)
Timed = Callable[[Callable[[], object], int], None]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.default()


@pytest.fixture
def timed(benchmark: BenchmarkFixture, request: pytest.FixtureRequest) -> Timed:
    """Benchmark a task, and note the median and the 99th percentile of single calls."""

    def run(task: Callable[[], object], rounds: int) -> None:
        benchmark(task)
        taken = []
        for _ in range(rounds):
            start = perf_counter_ns()
            task()
            taken.append((perf_counter_ns() - start) / 1000)
        p99 = statistics.quantiles(taken, n=100)[98]
        words = f"median {statistics.median(taken):,.0f} µs, p99 {p99:,.0f} µs of {rounds}"
        request.config.stash[PERCENTILES][request.node.name] = words

    return run


@pytest.mark.parametrize("cancer", [True, False], ids=["cancer", "no cancer"])
def test_decide_both_rulesets(timed: Timed, engine: Engine, cancer: bool) -> None:
    prepared = engine.prepare(AS_OF, BOTH)
    patient = record(1, cancer=cancer)
    timed(lambda: engine.evaluate_record(patient, MOMENT, prepared), 2000)


def test_decide_a_practice(timed: Timed, engine: Engine) -> None:
    """A hundred patients, four of them with cancer, as in a practice."""
    prepared = engine.prepare(AS_OF, BOTH)
    patients = [record(seed, cancer=seed % 25 == 0) for seed in range(100)]

    def everybody() -> None:
        for each in patients:
            engine.evaluate_record(each, MOMENT, prepared)

    timed(everybody, 50)


def test_tell_everything_about_one_patient(timed: Timed, engine: Engine) -> None:
    prepared = engine.prepare(AS_OF, BOTH)
    patient = record(1)
    timed(lambda: engine.evaluate_record(patient, MOMENT, prepared).to_json(), 500)


def test_decode_a_bundle_of_200_resources(timed: Timed) -> None:
    text = bundle(1)
    timed(lambda: decode(text), 300)


def test_read_a_bundle_of_200_resources(timed: Timed) -> None:
    text = bundle(1)
    timed(lambda: read_record(text), 300)


def test_evaluate_a_bundle_of_200_resources(timed: Timed, engine: Engine) -> None:
    text = bundle(1)
    engine.prepare(AS_OF, BOTH)
    timed(lambda: engine.evaluate(text, AS_OF, rulesets=BOTH), 300)
