"""The reference evaluator beside CQL run by cql-execution: the same patients, the same rules, one run.

    make tests/cql/node_modules/.installed
    .venv/bin/python -m benchmarks.cql

Both are asked in one thread, after a warm-up, and timed in CPU seconds. CQL is given parsed JSON: it reads
the resources and decides. The reference evaluator is timed twice: deciding on a record that was read before,
as in a host that keeps it, and from JSON text to the decision. Neither tells its answer, and both must agree.
"""

import json
from collections.abc import Callable, Iterator
from time import process_time

from benchmarks.records import AS_OF, record
from ccr_rules import Engine, Evaluation, PatientRecord
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.groups import Group
from ccr_rules.record.reading import read_record
from tests.cql.bundles import bundle_of
from tests.cql.questions import Asked, ask_cql, posed

RULESETS = ("qof-cancer@2023", "best-practice-ccr@2025")
PATIENTS = 100
ENTRIES = 30
WITH_CANCER = (100, 4)
"""How many of the patients have a cancer: all of a recall list, 4 % of a practice."""

MOMENT = Moment(AS_OF, AS_OF)
LEAST_SECONDS = 2.0


def main() -> None:
    """Print one line for each ruleset and each kind of list."""
    print(f"{PATIENTS} patients of {ENTRIES} entries; patients per CPU second")
    heads = f"{'CQL':>8}{'reference':>12}{'ratio':>8}{'from JSON':>12}{'ratio':>8}"
    print(f"{'ruleset':24}{'with cancer':>12}{heads}")
    for name in RULESETS:
        for with_cancer in WITH_CANCER:
            _compare(name, with_cancer)


def _compare(name: str, with_cancer: int) -> None:
    engine = Engine.default()
    prepared = engine.prepare(AS_OF, [name])
    records = [record(seed, ENTRIES, cancer=seed < with_cancer) for seed in range(PATIENTS)]
    evaluations = [engine.evaluate_record(each, MOMENT, prepared) for each in records]
    cql = PATIENTS / _cql_seconds(engine, name, evaluations)
    bundles = [json.dumps(bundle_of(each)[0]).encode() for each in records]
    deciding = PATIENTS / _seconds(lambda: _decide(engine, prepared, iter(records)))
    reading = PATIENTS / _seconds(lambda: _decide(engine, prepared, map(read_record, bundles)))
    figures = f"{cql:>8.1f}{deciding:>12.0f}{deciding / cql:>8.0f}{reading:>12.0f}{reading / cql:>8.0f}"
    print(f"{name:24}{with_cancer:>12}{figures}", flush=True)


def _cql_seconds(engine: Engine, name: str, evaluations: list[Evaluation]) -> float:
    """Return the CPU seconds of the second of two equal runs. Raises AssertionError if CQL disagrees."""
    questions = tuple(posed(f"patient {number}", each) for number, each in enumerate(evaluations))
    asked = Asked(engine.library.find(name, AS_OF), questions)
    run, found = ask_cql([asked, asked], engine.library.codelist)
    assert not found, found[:5]
    return run.seconds[1]


def _decide(engine: Engine, prepared: tuple[Group, ...], records: Iterator[PatientRecord]) -> None:
    for each in records:
        engine.evaluate_record(each, MOMENT, prepared)


def _seconds(once: Callable[[], None]) -> float:
    """Return the CPU seconds of one call, from as many calls as take a while."""
    once()
    calls, begun = 0, process_time()
    while process_time() - begun < LEAST_SECONDS:
        once()
        calls += 1
    return (process_time() - begun) / calls


if __name__ == "__main__":
    main()
