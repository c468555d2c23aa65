"""What plugins cost: how long a host takes to start with all of them, and what each adds to an evaluation.

    python -m benchmarks.plugins [rounds]

All plugins that are installed are on, with their own defaults. Starting is a process of its own: `import
ccr_rules`, the plugins, their rulesets, an engine that has answered once; without plugins it stands apart. An
evaluation is of the example patients, read before; it is timed in turns without plugins, with one that does
nothing (which is what changing threads costs), and with each, by the time of the processor.
"""

import json
import statistics
import subprocess
import sys
from time import process_time

from ccr_rules import Engine, Plugins, UsageError
from ccr_rules.cli.stories import load_stories
from ccr_rules.errors import RecordError
from ccr_rules.hosting import hookimpl
from ccr_rules.hosting.choice import Chosen
from ccr_rules.hosting.installed import installed
from ccr_rules.record.patient import PatientRecord
from ccr_rules.record.reading import read_record

START, EACH = 300, 0.2
"""What is to be reached, in milliseconds."""

_PROGRAM = """
import json, sys
from time import perf_counter, process_time
began, worked = perf_counter(), process_time()
from ccr_rules import Engine, Plugins
engine = Engine.hosting(Plugins.load(sys.argv[1]))
engine.evaluate({"resourceType": "Patient", "id": "nobody"}, "2026-11-20")
print(json.dumps([(perf_counter() - began) * 1000, (process_time() - worked) * 1000]))
"""


class Idle:
    """Does nothing."""

    @hookimpl
    def ccr_enrich_record(self, record: PatientRecord) -> None:
        """Add nothing."""


def main(rounds: int = 30) -> int:
    """Time so many rounds. Return 1 if a plugin cannot be started or fails."""
    names = [name for name in installed() if _starts(name)]
    _started(names)  # what is compiled and kept once
    with_all = [_started(names) for _ in range(9)]
    without = [_started([]) for _ in range(9)]
    print(f"Start of a host, process of its own, medians of 9 (to be reached: {START} ms):")
    print(f"  no plugin     {_middle(without)}")
    print(f"  all {len(names):>2}        {_middle(with_all)}")
    return _evaluations(names, rounds)


def _starts(name: str) -> bool:
    try:
        Plugins.load([Chosen(name=name)])
    except UsageError as refused:
        print(f"  {name} needs settings, so it is left out: {refused.message}")
        return False
    return True


def _started(names: list[str]) -> tuple[float, float]:
    run = subprocess.run(
        [sys.executable, "-c", _PROGRAM, ",".join(names)], capture_output=True, text=True, check=True
    )
    clock, worked = json.loads(run.stdout)
    return clock, worked


def _middle(runs: list[tuple[float, float]]) -> str:
    clock, worked = (statistics.median(each) for each in zip(*runs, strict=True))
    return f"{clock:.0f} ms by the clock, {worked:.0f} ms of the processor"


def _evaluations(names: list[str], rounds: int) -> int:
    records = [read for story in load_stories() if (read := _read(story.record_path.read_bytes()))]
    plain = Engine.default()
    engines = {"(idle)": Engine.hosting(Plugins.of({"idle": Idle()}))}
    engines |= {name: Engine.hosting(Plugins.load(name)) for name in names}
    engines["all"] = Engine.hosting(Plugins.load(",".join(names)))
    for engine in (plain, *engines.values()):
        _seconds(engine, records)
    added: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(rounds):
        without = _seconds(plain, records)
        for name, engine in engines.items():
            added[name].append((_seconds(engine, records) - without) * 1000 / len(records))
    print(
        f"Added to an evaluation, of the processor, medians of {rounds} (to be reached: {EACH} ms for each):"
    )
    for name, values in added.items():
        print(f"  {name:<14}{statistics.median(values):.3f} ms")
    return _faults(engines["all"], records)


def _read(content: bytes) -> PatientRecord | None:
    try:
        return read_record(content)
    except RecordError:
        return None


def _seconds(engine: Engine, records: list[PatientRecord]) -> float:
    began = process_time()
    for record in records:
        _ = engine.evaluate(record, "2026-11-20").answer
    return process_time() - began


def _faults(engine: Engine, records: list[PatientRecord]) -> int:
    faults = {each for record in records for each in engine.evaluate(record, "2026-11-20").hosted.faults}
    for each in faults:
        print(f"  {each.plugin}: {each.hook} {each.fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
