"""A run may be cut off at any moment: run again, it goes on, and comes to the same data set."""

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ccr_rules.errors import UsageError
from ccr_rules.population import pool, running
from ccr_rules.population.ingest import ingest
from ccr_rules.population.spill import MAGIC
from ccr_rules.population.work import FOLDER
from tests.population.samples import condition, ndjson, observation, patient, take, write

PEOPLE = 60


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An export in several chunks and parts."""
    monkeypatch.setattr("ccr_rules.population.plan.STRETCH", 3000)
    monkeypatch.setattr("ccr_rules.population.plan.BYTES_OF_PART", 4000)
    names = [f"p{number}" for number in range(PEOPLE)]
    files: dict[str, bytes] = {
        "Patient.ndjson": ndjson(*map(patient, names)),
        "Condition.ndjson": ndjson(*(condition(name, f"c-{name}") for name in names), b"{"),
        "Observation.ndjson": ndjson(*(observation(name, f"o-{name}", issued="no") for name in names)),
    }
    return write(tmp_path / "export", files)


def digests(folder: Path) -> dict[str, str]:
    """Return what every file of a data set holds."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def cut_off(monkeypatch: pytest.MonkeyPatch, name: str, after: int) -> None:
    """Let a task of a kind fail, as if the machine went down, after so many were done."""
    steps, left = running.Steps, after
    real = steps

    def failing(task: Any) -> Any:
        def run(folder: str, number: int) -> Any:
            nonlocal left
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
            return task(folder, number)

        return run

    from ccr_rules.population import ingest as module

    whole = module.FHIR
    assert isinstance(whole, real)
    monkeypatch.setattr(module, "FHIR", whole._replace(**{name: failing(getattr(whole, name))}))


@pytest.mark.parametrize("step", ["scatter", "gather"])
@pytest.mark.parametrize("after", [0, 1, 3])
def test_what_was_done_is_not_done_again(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, after: int
) -> None:
    take(export, out=tmp_path / "whole")
    with monkeypatch.context() as patch:
        cut_off(patch, step, after)
        with pytest.raises(KeyboardInterrupt):
            take(export)
    assert not (tmp_path / "data" / "dataset.json").exists()
    told: list[tuple[str, int, int]] = []
    outcome = take(export, progress=lambda *each: told.append(each))
    assert outcome.is_new
    assert outcome.was_continued
    first = next(each for each in told if each[0] == ("Reading" if step == "scatter" else "Writing"))
    assert first[1] == after
    assert digests(tmp_path / "data") == digests(tmp_path / "whole")


def test_the_survey_is_kept_too(export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(running, "write_dataset", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            take(export)
    assert take(export).was_continued


def test_a_spill_that_is_not_whole_is_made_again(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(export, out=tmp_path / "whole")
    with monkeypatch.context() as patch:
        cut_off(patch, "gather", 0)
        with pytest.raises(KeyboardInterrupt):
            take(export)
    (spill, *_) = sorted((tmp_path / "data" / FOLDER).glob("*.spill"))
    spill.write_bytes(spill.read_bytes()[: -len(MAGIC) // 2])
    take(export)
    assert digests(tmp_path / "data") == digests(tmp_path / "whole")


def test_what_a_killed_process_had_begun_to_write_is_removed(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(export, out=tmp_path / "whole")
    with monkeypatch.context() as patch:
        cut_off(patch, "gather", 1)
        with pytest.raises(KeyboardInterrupt):
            take(export)
    for name in ("entries/.part-0001.parquet.77.unfinished", ".quarantine.ndjson.77.unfinished"):
        (tmp_path / "data" / name).write_bytes(b"PAR1")
    take(export)
    assert digests(tmp_path / "data") == digests(tmp_path / "whole")


def test_the_same_sources_again_are_nothing_to_do(export: Path, tmp_path: Path) -> None:
    first = take(export)
    before = digests(tmp_path / "data")
    told: list[Any] = []
    second = take(export, progress=lambda *each: told.append(each))
    assert (first.is_new, second.is_new, told) == (True, False, [])
    assert second.dataset == first.dataset
    assert digests(tmp_path / "data") == before


def test_the_number_of_processes_changes_nothing(export: Path, tmp_path: Path) -> None:
    take(export, out=tmp_path / "one", jobs=1)
    take(export, out=tmp_path / "two", jobs=2)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


class TestOtherSources:
    def test_are_refused(self, export: Path, tmp_path: Path) -> None:
        take(export)
        (export / "Patient.ndjson").write_bytes(ndjson(patient("p1")))
        with pytest.raises(UsageError, match=r"holds a data set of other sources.*--replace"):
            take(export)

    def test_and_other_options_are_refused(self, export: Path) -> None:
        take(export)
        with pytest.raises(UsageError, match="or made with other options"):
            take(export, strict=True)

    def test_replace_it_if_they_may(self, export: Path, tmp_path: Path) -> None:
        many = take(export).dataset
        for name in ("Condition", "Observation"):
            (export / f"{name}.ndjson").unlink()
        (export / "Patient.ndjson").write_bytes(ndjson(patient("p1")))
        one = take(export, replace=True).dataset
        assert (len(many.parts) > 1, len(one.parts)) == (True, 1)
        take(export, out=tmp_path / "fresh")
        assert digests(tmp_path / "data") == digests(tmp_path / "fresh")

    def test_throw_away_the_work_of_an_interrupted_run(
        self, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            cut_off(patch, "gather", 1)
            with pytest.raises(KeyboardInterrupt):
                take(export)
        (export / "Observation.ndjson").unlink()
        assert not take(export).was_continued
        take(export, out=tmp_path / "fresh")
        assert digests(tmp_path / "data") == digests(tmp_path / "fresh")


# --- with real processes


def started(export: Path, out: Path, *options: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "ccr_rules.cli", "population", "ingest", str(export), "--out", str(out)]
    return subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def waited_for(condition: Any, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


def workers_of(parent: int) -> list[int]:
    """Return the processes that read for an ingest; one that has ended, and waits to be noticed, is none."""
    table = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,args="], capture_output=True, check=True, text=True
    )
    rows = (line.split(None, 3) for line in table.stdout.splitlines())
    return [
        int(pid)
        for pid, of, state, command in rows
        if int(of) == parent and "spawn_main" in command and state[0] != "Z"
    ]


def still_there(pid: int) -> bool:
    state = subprocess.run(["ps", "-p", str(pid), "-o", "stat="], capture_output=True, check=False, text=True)
    return state.stdout.strip()[:1] not in ("", "Z")


with_ps = pytest.mark.skipif(sys.platform == "win32", reason="processes are found with ps")


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """An export of several chunks, and of more parts than two processes write at a time."""
    names = [f"p{number}" for number in range(3_500)]
    note = "x" * 8_000
    return write(
        tmp_path / "export",
        {
            "Patient.ndjson": ndjson(*(patient(name, note=note) for name in names)),
            "Condition.ndjson": ndjson(*(condition(name, f"c-{name}", note=note) for name in names)),
            "Observation.ndjson": ndjson(*(observation(name, f"o-{name}", note=note) for name in names)),
        },
    )


@with_ps
@pytest.mark.parametrize("moment", ["chunk-*.spill", "part-*.json"])
def test_killed_in_the_middle_it_goes_on_and_its_processes_end(
    large: Path, tmp_path: Path, moment: str
) -> None:
    out = tmp_path / "data"
    run = started(large, out, "--jobs", "2")
    waited_for(lambda: any((out / FOLDER).glob(moment)) or run.poll() is not None)
    run.send_signal(signal.SIGSTOP)  # however long it takes to find its processes, it cannot end before
    workers = workers_of(run.pid)
    assert workers
    run.kill()
    run.communicate()
    waited_for(lambda: not any(map(still_there, workers)))
    assert not (out / "dataset.json").exists()
    again = started(large, out, "--jobs", "2")
    page, errors = again.communicate(timeout=120)
    assert (again.returncode, errors) == (0, b"")
    assert b"An interrupted run was continued" in page
    ingest([str(large)], tmp_path / "whole", jobs=1)
    assert digests(out) == digests(tmp_path / "whole")


@with_ps
def test_a_process_that_dies_is_told_and_the_rest_stays(large: Path, tmp_path: Path) -> None:
    out = tmp_path / "data"
    run = started(large, out, "--jobs", "2")
    workers: set[int] = set()

    def both_are_there() -> bool:
        workers.update(workers_of(run.pid))
        return len(workers) == 2 or run.poll() is not None

    waited_for(both_are_there)
    os.kill(min(workers), signal.SIGKILL)  # it has hardly begun, so there is work left that is lost
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 1
    assert b"run the same command again: it goes on where it stopped" in errors
    assert b"Traceback" not in errors


def limited(size: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@with_ps
def test_a_full_disk_is_told_and_the_run_can_go_on_later(large: Path, tmp_path: Path) -> None:
    """Here files can grow to a size only."""
    out = tmp_path / "data"
    command = [sys.executable, "-m", "ccr_rules.cli", "population", "ingest", str(large), "--out", str(out)]
    run = subprocess.run(
        [*command, "--jobs", "1"],
        capture_output=True,
        preexec_fn=lambda: limited(2_000),
        check=False,
        timeout=120,
    )
    assert run.returncode == 2
    assert f"{out}: cannot be written: File too large; mend that".encode() in run.stderr
    assert b"it goes on where it stopped" in run.stderr
    assert not list(tmp_path.rglob("*.unfinished"))
    again = started(large, out, "--jobs", "2")
    again.communicate(timeout=120)
    assert again.returncode == 0


def test_a_disk_that_fills_up_while_parts_are_written_is_told(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("ccr_rules.population.parts.pq.write_table", full)
        with pytest.raises(UsageError, match="cannot be written: No space left on device; mend that"):
            take(export)
    assert not list(tmp_path.rglob("*.unfinished"))
    assert take(export).was_continued


def test_a_folder_that_cannot_be_made_is_told(export: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="file/data: cannot be written: Not a directory"):
        take(export, out=tmp_path / "file" / "data")


def test_a_worker_ends_with_the_process_that_started_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    reading, writing = os.pipe()
    monkeypatch.setattr(os, "_exit", ended.append)
    os.close(writing)
    pool._end_with(reading)
    os.close(reading)
    assert ended == [pool.GONE]


def test_a_worker_leaves_an_interrupt_to_its_parent() -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        pool.begin_worker()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_as_many_processes_as_can_run_here(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pool.jobs_here() >= 1
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert pool.jobs_here() >= 1


def test_messages_name_no_patient(large: Path, tmp_path: Path) -> None:
    (large / "x.ndjson").write_bytes(ndjson(observation("zzyzxson", "o", effectiveDateTime="2024-02-30")))
    run = started(large, tmp_path / "data", "--jobs", "1")
    page, errors = run.communicate(timeout=120)
    assert b"zzyzxson" not in page + errors
    assert b"zzyzxson" not in (tmp_path / "data" / "quarantine.ndjson").read_bytes()
    assert b"zzyzxson" not in (tmp_path / "data" / "dataset.json").read_bytes()
    assert json.loads((tmp_path / "data" / "dataset.json").read_bytes())["quarantined"] == 1
