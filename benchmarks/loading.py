"""How long all rulesets and codelists take to read: anew, and from what is kept.

    python -m benchmarks.loading [processes]

Each figure is of processes of their own; the import of `ccr_rules` is not in it, that of the parsers is. All
values are looked at, and what a first look takes longer than a second one counts: nothing is put off. Only
patterns of codelists are, each of which is compiled when a text is first held against it; they stand apart.
On a busy machine the time of the processor says more than the clock.
"""

import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, process_time

import msgspec

from ccr_rules import load_library
from ccr_rules.codelists.codelist import Codelist
from ccr_rules.codelists.release import ReleaseRecord
from ccr_rules.codelists.text import finds
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.codelist_releases import releases_text, text_digest

COLD, WARM = 500, 20
"""What is to be reached, in milliseconds."""

LIST, DAY, ENTRIES = "cancer-diagnosis", "2023-11-08", 5757
"""One list is as long as the published one of cancers; its terms are made up, and it has no codes."""


def main(processes: int = 9) -> int:
    """Time so many processes of each sort. Return 1 if what was kept is not what is read anew."""
    with tempfile.TemporaryDirectory() as scratch:
        lists = _long_list(Path(scratch, "lists"))
        kept = str(Path(scratch, "kept"))
        _process("off", lists, scratch)  # compiles the modules
        first = _process(kept, lists, scratch)
        cold = [_process("off", lists, scratch) for _ in range(processes)]
        warm = [_process(kept, lists, scratch) for _ in range(processes)]
    different = sum(each["digest"] != first["digest"] for each in (*cold, *warm))
    print(f"{first['rulesets']} rulesets and {first['codelists']} codelists, one of {ENTRIES:,} entries:")
    print(f"  read anew             {_middle(cold)}; to be reached: {COLD} ms")
    print(f"  read anew, and kept   {first['took']:.0f} ms, once")
    print(f"  from what is kept     {_middle(warm)}; to be reached: {WARM} ms")
    compiled = statistics.median(each["patterns"] for each in warm)
    print(f"  all patterns compiled {compiled:.0f} ms, if all are ever used")
    print(f"  {different} of {2 * processes} processes read anything else than the first")
    return 1 if different else 0


def _middle(runs: list[dict[str, float]]) -> str:
    took, worked = (sorted(each[key] for each in runs) for key in ("took", "worked"))
    return (
        f"{statistics.median(took):.0f} ms ({took[0]:.0f} to {took[-1]:.0f}), of the processor "
        f"{statistics.median(worked):.0f} ms ({worked[0]:.0f} to {worked[-1]:.0f})"
    )


def _long_list(root: Path) -> Path:
    """Write a library folder with an imported release of full length."""
    rows = (
        f",Made-up growth {number} of a place (disorder),primary,unverified," for number in range(ENTRIES)
    )
    text = "\n".join(["code,term,class,status,note", *rows, ""])
    record = ReleaseRecord("made up", "none", "csv", ("list.csv",), ENTRIES, text_digest(text))
    folder = root / "codelists" / LIST
    folder.mkdir(parents=True)
    (folder / f"{DAY}.csv").write_text(text, encoding="utf-8", newline="")
    (folder / "releases.yaml").write_text(releases_text({DAY: record}), encoding="utf-8")
    return root


def _process(cache: str, lists: Path, scratch: str) -> dict[str, float]:
    """Read everything in a process of its own, whose modules are compiled."""
    environment = {**os.environ, "CCR_CACHE": cache, "PYTHONPYCACHEPREFIX": scratch}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", f"from benchmarks.loading import read; read({str(lists)!r})"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment)
    said: dict[str, float] = json.loads(done.stdout)
    return said


def read(lists: str) -> None:
    """Read everything, and print what it took in milliseconds."""
    start, work = perf_counter(), process_time()
    library = load_library(lists)
    rulesets = library.rulesets
    codelists = [library.codelist(name) for name in library.codelist_names]
    loaded, worked = perf_counter(), process_time() - work
    everything = _look(rulesets, codelists)
    looked = perf_counter()
    _look(rulesets, codelists)
    put_off = (looked - loaded) - (perf_counter() - looked)
    said = {
        "rulesets": len(rulesets),
        "codelists": len(codelists),
        "took": 1000 * (loaded - start + max(0, put_off)),
        "worked": 1000 * worked,
        "patterns": 1000 * _compile(codelists),
        "digest": hashlib.sha256(everything).hexdigest(),
    }
    sys.stdout.write(json.dumps(said))


def _look(rulesets: Sequence[Ruleset], codelists: Sequence[Codelist]) -> bytes:
    """Look at every value, places and all else that equality leaves out among them."""
    return b"\n".join(msgspec.json.encode(each, order="deterministic") for each in (*rulesets, *codelists))


def _compile(codelists: Sequence[Codelist]) -> float:
    """Return how many seconds it takes to compile all patterns."""
    start = perf_counter()
    for each in codelists:
        for pattern in (*each.unless, *(likeness.pattern for likeness in (*each.looks_like, *each.hazards))):
            finds(pattern, "")
    return perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(*(int(each) for each in sys.argv[1:])))
