"""Many evaluations in one process and eight threads: answers stay the same, memory stays flat.

python -m benchmarks.steady [evaluations]
"""

import resource
import sys
from concurrent.futures import ThreadPoolExecutor

from benchmarks.records import AS_OF, record
from ccr_rules import Engine
from ccr_rules.evaluation.asof import Moment

BOTH = ("qof-cancer@2023", "best-practice-ccr@2025")
THREADS = 8
PATIENTS = 50


def main(evaluations: int = 100_000) -> int:
    """Run the evaluations; return 0 if every answer equalled the first and memory stayed flat."""
    engine = Engine.default()
    prepared = engine.prepare(AS_OF, BOTH)
    patients = [record(seed, cancer=seed % 2 == 0) for seed in range(PATIENTS)]
    moment = Moment(AS_OF, AS_OF)
    first = [engine.evaluate_record(each, moment, prepared).to_json() for each in patients]

    def same(number: int) -> bool:
        patient = number % PATIENTS
        return engine.evaluate_record(patients[patient], moment, prepared).to_json() == first[patient]

    before = after_a_tenth = _memory_mib()
    different = 0
    with ThreadPoolExecutor(THREADS) as threads:
        for part in range(10):
            numbers = range(part * evaluations // 10, (part + 1) * evaluations // 10)
            different += sum(not equal for equal in threads.map(same, numbers, chunksize=100))
            if part == 0:
                after_a_tenth = _memory_mib()
    grown = _memory_mib() - after_a_tenth
    print(f"{evaluations} evaluations in {THREADS} threads: {different} different answers")
    print(f"memory: {before:.0f} MiB at the start, {grown:+.1f} MiB after the first tenth")
    return 1 if different or grown > 5 else 0


def _memory_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main(*(int(each) for each in sys.argv[1:])))
