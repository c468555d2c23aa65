"""durable-rules in its process: many evaluations, each compared with the reference, and what they cost.

    python -m benchmarks.durable [evaluations]

An evaluation is one fact that durable-rules decides: one for each indicator, review, prompt, payment
and finding of a ruleset, about one record. Neighbouring records are of two people whose NHS numbers
have the same hash. The memory is that of the process, as Linux tells it.
"""

import random
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import msgspec

from benchmarks.records import AS_OF, record
from ccr_rules import Days, Engine, Entry, PatientRecord
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.frame import Frame
from ccr_rules.evaluation.members import RecordView
from ccr_rules.evaluation.program import Program
from ccr_rules.evaluation.second_opinion import differences
from ccr_rules.hosting.durable.process import DurableProcess
from ccr_rules.record.patient import KINDS
from ccr_rules.truth import FALSE

RULESETS = ("qof-cancer@2024", "best-practice-ccr@2025", "coding-quality@2025", "nice-cancer@2025")
SAME_HASH = ("4344923057", "4621725572")
"""Two NHS numbers that nobody has, and that durable-rules could not tell apart if it were told them."""

MOMENT = Moment(AS_OF, AS_OF)
BATCH = 100
MOST_GROWTH = 2.0
"""How many MiB the process may grow after the first tenth."""


def person(seed: int) -> PatientRecord:
    """Return a seeded record: some with a cancer, some dates vague, some kinds not supplied."""
    draw = random.Random(seed)
    made = record(seed, entries=10, cancer=draw.random() < 0.7)
    withheld = draw.choice([(), (), ("Observation",), ("Encounter", "Communication"), ("Condition",)])
    return msgspec.structs.replace(
        made,
        reference=f"Patient/{SAME_HASH[seed % 2]}",
        entries=tuple(_blurred(entry, draw.choice((0, 0, 0, 30, 365))) for entry in made.entries),
        supplied=frozenset(KINDS) - set(withheld),
    )


def _blurred(entry: Entry, days: int) -> Entry:
    first = entry.clinical.first if entry.clinical else AS_OF
    return msgspec.structs.replace(entry, clinical=Days(first, first + timedelta(days=days)))


class Comparison:
    """Asks durable-rules and the reference the same, and counts."""

    def __init__(self) -> None:
        engine = Engine.default()
        self._prepared = engine.prepare(AS_OF, RULESETS)
        self.durable = engine.durable
        self.evaluations = self.records = self.different = self.unsettled = 0
        self.seconds = 0.0

    def asked(self, seed: int) -> Iterator[tuple[Program, Frame]]:
        """Yield each ruleset with a record; nobody here has died."""
        for group in self._prepared:
            view = RecordView(person(seed), MOMENT, group.index, group.codelists)
            yield from ((program, Frame(view, None, FALSE)) for program in group.programs)

    def compare(self, seeds: range) -> None:
        """Compare the answers about some people."""
        asked = [each for seed in seeds for each in self.asked(seed)]
        started = perf_counter()
        second = self.durable.runs(asked)
        self.seconds += perf_counter() - started
        for (program, frame), run in zip(asked, second, strict=True):
            first = program.run(frame)
            self.evaluations += len(self.durable.translated(program).asked)
            self.different += bool(differences(first, run))
            self.unsettled += any(len(state.possible) > 1 for state in first.indicators.values())
        self.records += len(seeds)

    @property
    def memory(self) -> float:
        """The MiB that the process holds; 0 where that is not told."""
        status = Path(f"/proc/{self.durable.process.pid}/status")
        lines = status.read_text().splitlines() if status.is_file() else []
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)


def main(evaluations: int = 1_000_000) -> int:
    """Run the evaluations; return 0 if no answer differed, no process ended and memory stayed flat."""
    comparison = Comparison()
    pids, memory, seed = set(), [], 0
    for tenth in range(1, 11):
        while comparison.evaluations < tenth * evaluations / 10:
            comparison.compare(range(seed, seed + BATCH))
            seed += BATCH
            pids.add(comparison.durable.process.pid)
        memory.append(comparison.memory)
        print(f"{comparison.evaluations:>12,} evaluations, {memory[-1]:.1f} MiB", flush=True)
    growth = memory[-1] - memory[0]
    print(
        f"{comparison.evaluations:,} evaluations about {comparison.records:,} records, with doubt in "
        f"{comparison.unsettled:,} answers: {comparison.different} different answers, {len(pids)} process, "
        f"{growth:+.1f} MiB after the first tenth"
    )
    _costs(comparison)
    return 0 if not comparison.different and len(pids) == 1 and growth <= MOST_GROWTH else 1


def _costs(comparison: Comparison) -> None:
    durable = comparison.durable
    rate = comparison.evaluations / comparison.seconds
    print(f"{rate:,.0f} evaluations a second, with making the facts and reading the answers")
    both = [each for each in comparison.asked(1) if each[0].ruleset.id in {"qof-cancer", "best-practice-ccr"}]
    print(f"one record, {' and '.join(RULESETS[:2])}: {_median_ms(lambda: durable.runs(both)):.1f} ms")
    print(f"the way there and back: {_median_ms(durable.process.check):.1f} ms")
    print(f"a new process, until it answers: {_median_ms(lambda: _again(durable.process), 10):.0f} ms")


def _again(process: DurableProcess) -> None:
    process.close()
    process.check()


def _median_ms(task: Callable[[], object], times: int = 300) -> float:
    taken = []
    for _ in range(times):
        started = perf_counter()
        task()
        taken.append(1000 * (perf_counter() - started))
    return median(taken)


if __name__ == "__main__":
    sys.exit(main(*(int(each) for each in sys.argv[1:])))
