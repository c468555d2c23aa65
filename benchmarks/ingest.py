"""How quickly, and in how much memory, an export of many patients becomes tables.

python -m benchmarks.ingest EXPORT [--jobs 2] [--rounds 1] [--repeat-to 10GiB] [--scratch FOLDER]

EXPORT is a folder that `python -m benchmarks.population_data DIR --export EXPORT` wrote. `--repeat-to` writes
the same export again and again, each time of other patients, until there is so much of it; that is deleted at
the end. `ccr_rules.population.ingest.ingest` runs in a process of its own, anew in each round.

Processor time is user and system time of all processes. Memory is the sum of the proportional set sizes (PSS:
what is shared counts once) of all processes, looked at ten times a second: /proc/PID/smaps_rollup, so Linux
only. Resources a second are told by the clock, and by the processor: as if all jobs were always at work.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ccr_rules.population.dataset import read_dataset
from ccr_rules.population.ingest import ingest

UNITS = {"MiB": 1 << 20, "GiB": 1 << 30}
BLOCK = 8 << 20
EVERY = 0.1


class Measured(NamedTuple):
    resources: int
    wall: float
    processor: float
    peak: int


def repeated(export: Path, size: int, out: Path) -> Path:
    """Write an export as often as it takes to come to a size, of other patients each time."""
    once = sum(file.stat().st_size for file in export.iterdir())
    for file in sorted(export.iterdir()):
        with (out / file.name).open("wb") as copy:
            for number in range(max(1, round(size / once))):
                for block in _blocks_of_lines(file):
                    copy.write(_of_others(block, b"%d-" % number))
    return out


def _blocks_of_lines(file: Path) -> Iterator[bytes]:
    with file.open("rb") as lines:
        while block := lines.read(BLOCK):
            yield block + lines.readline()


def _of_others(block: bytes, mark: bytes) -> bytes:
    own = block.replace(b'"id":"', b'"id":"' + mark)
    return own.replace(b'"reference":"Patient/', b'"reference":"Patient/' + mark)


def measure(export: Path, jobs: int) -> Measured:
    """Ingest an export in a process of its own."""
    with tempfile.TemporaryDirectory(dir=export.parent) as out:
        begun = time.perf_counter()
        command = [sys.executable, "-m", "benchmarks.ingest", str(export), "--jobs", str(jobs), "--into", out]
        process = subprocess.Popen(command)
        peaks: list[int] = []
        watching = threading.Thread(target=_watch, args=(process.pid, peaks))
        watching.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        watching.join()
        if process.returncode:
            raise SystemExit(process.returncode)
        resources = sum(read_dataset(Path(out)).resources.values())
    return Measured(resources, wall, used.ru_utime + used.ru_stime, max(peaks))


def _watch(parent: int, peaks: list[int]) -> None:
    """Note how much memory a process and those that it started have, until it is gone."""
    while memory := sum(map(_memory_of, _family(parent))):
        peaks.append(memory)
        time.sleep(EVERY)


def _family(parent: int) -> Iterator[int]:
    yield parent
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        for child in _text(task).split():
            yield from _family(int(child))


def _memory_of(process: int) -> int:
    lines = _text(Path(f"/proc/{process}/smaps_rollup")).splitlines()
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has just ended
        return ""


def show(export: Path, jobs: int, rounds: int) -> None:
    size = sum(file.stat().st_size for file in export.iterdir())
    print(f"{size / (1 << 30):.2f} GiB of NDJSON, {jobs} jobs")
    for _ in range(rounds):
        found = measure(export, jobs)
        print(
            f"  {found.resources:,} resources in {found.wall:.1f} s by the clock, {found.processor:.1f} s "
            f"of the processor: {found.resources / found.wall:,.0f} a second by the clock, "
            f"{found.resources * jobs / found.processor:,.0f} by the processor; peak of all processes "
            f"{found.peak / (1 << 20):,.0f} MiB",
            flush=True,
        )


def bytes_of(text: str) -> int:
    """Return a size as `10GiB` or `700MiB` says it."""
    unit = text[-3:]
    if unit not in UNITS:
        raise argparse.ArgumentTypeError(f"a number with {' or '.join(UNITS)}")
    return int(float(text[:-3]) * UNITS[unit])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("export", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--repeat-to", type=bytes_of)
    parser.add_argument("--scratch", type=Path, help="where the larger export is written")
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.into is not None:
        ingest([str(given.export)], given.into, jobs=given.jobs)
    elif given.repeat_to is None:
        show(given.export, given.jobs, given.rounds)
    else:
        with tempfile.TemporaryDirectory(dir=given.scratch) as scratch:
            larger = Path(scratch, "export")
            larger.mkdir()
            show(repeated(given.export, given.repeat_to, larger), given.jobs, given.rounds)


if __name__ == "__main__":
    main()
