"""A process that crashes, hangs or fails is unavailable; the next question gets another."""

import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from ccr_rules.errors import EvaluatorUnavailable
from ccr_rules.hosting.durable import process as process_module
from ccr_rules.hosting.durable.process import KNOWN, MOST_RECORDS, DurableProcess
from tests.durable.support import only_where_it_works, stand_in

JOBS = [(KNOWN, [[0]]), (KNOWN, [[1]])]
ANSWERS = [[[]], [[0]]]


def pid_of(process: DurableProcess) -> int:
    assert process.pid is not None
    return process.pid


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# --- a process that works --------------------------------------------------------------------------


def test_it_is_started_when_it_is_first_asked_and_kept() -> None:
    with stand_in("none") as process:
        before = process.pid
        process.check()
        first = pid_of(process)
        assert process.decide(JOBS) == ANSWERS
        assert (before, process.pid) == (None, first)
    assert not exists(first)


def test_nobody_asks_nothing() -> None:
    with stand_in("none") as process:
        assert process.decide([]) == []
        assert process.pid is None


def test_many_records_go_in_several_messages_and_come_back_in_order() -> None:
    with stand_in("none") as process:
        many = [(KNOWN, [[number % 2]]) for number in range(3 * MOST_RECORDS + 1)]
        assert process.decide(many) == [[[0]] if number % 2 else [[]] for number in range(len(many))]


def test_many_threads_take_turns() -> None:
    with stand_in("none") as process, ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: process.decide(JOBS), range(100))) == [ANSWERS] * 100


def test_one_that_has_learnt_much_makes_way_for_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "MOST_LEARNT", 2)
    with stand_in("none") as process:
        pids = []
        for _ in range(4):
            assert process.decide([((*KNOWN,), [[1]])]) == [[[0]]]
            pids.append(process.pid)
    assert pids[0] == pids[1] == pids[2] != pids[3]


def test_one_that_ended_meanwhile_is_replaced() -> None:
    """Nothing was asked of it when it ended, so nobody needs to know."""
    with stand_in("none") as process:
        process.check()
        first = pid_of(process)
        os.kill(first, signal.SIGKILL)
        while process._child and process._child.is_usable:
            sleep(0.01)
        process.check()
        assert process.pid != first


def test_it_ends_with_the_object_that_started_it() -> None:
    process = DurableProcess()
    with stand_in("none") as other:
        process._command = other._command
        process.check()
        pid = pid_of(process)
        del process
        assert not exists(pid)


def test_it_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(
        textwrap.dedent("""
            from tests.durable.support import stand_in
            process = stand_in("none").__enter__()
            process.check()
            print(process.pid, flush=True)
        """)
    )
    root = str(Path(__file__).parents[2])
    ran = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": root},
        check=True,
        timeout=60,
    )
    assert ran.stderr == b""
    assert not exists(int(ran.stdout))


# --- a process that does not -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("crashes", "its process ended, killed by signal 9"),
        ("leaves", "its process ended, with code 3"),
        ("raises", "MemoryError: out of memory"),
        ("rejects", "Fault: a fact was not taken: 1"),
        ("babbles", "its answer cannot be read"),
        ("says nothing of one", "it gave 0 answers where 2 were asked for"),
        ("forgets a rule", "it gets a simple comparison wrong"),
    ],
)
def test_what_goes_wrong_is_said_and_the_process_is_let_go(fault: str, says: str) -> None:
    with stand_in(fault) as process:
        for _ in range(2):
            with pytest.raises(EvaluatorUnavailable) as raised:
                process.check()
            assert raised.value.message == (
                f"durable-rules is unavailable: {says}; ask again, or use --engine reference"
            )
            assert raised.value.exit_code == 14
            assert process.pid is None


def test_one_that_hangs_is_stopped_at_its_time_limit() -> None:
    with stand_in("hangs", seconds=0.5) as process:
        started = monotonic()
        with pytest.raises(EvaluatorUnavailable, match=r"it took longer than 0\.5 seconds and was stopped"):
            process.decide(JOBS)
        assert monotonic() - started < 10


def test_one_that_is_killed_while_it_decides_is_unavailable() -> None:
    with stand_in("hangs") as process:
        said: list[str] = []

        def ask() -> None:
            with pytest.raises(EvaluatorUnavailable) as raised:
                process.decide(JOBS)
            said.append(raised.value.message)

        asking = Thread(target=ask)
        asking.start()
        while process.pid is None:
            sleep(0.01)
        os.kill(pid_of(process), signal.SIGKILL)
        asking.join()
    assert "its process ended, killed by signal 9" in said[0]


def test_one_that_does_not_end_by_itself_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "PATIENCE", 0.01)
    deaf = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(3600)"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    process_module._end(deaf, os.getpid())
    assert deaf.returncode == -signal.SIGKILL


def test_a_process_of_another_is_left_alone() -> None:
    """After a fork both hold the pipes; only the one who started the process may end it."""
    theirs = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(3600)"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    process_module._end(theirs, os.getpid() + 1)
    assert theirs.poll() is None
    theirs.kill()
    theirs.wait()


# --- durable-rules itself --------------------------------------------------------------------------


@only_where_it_works
def test_durable_rules_decides() -> None:
    process = DurableProcess()
    process.check()
    process.close()


@only_where_it_works
def test_durable_rules_killed_in_mid_flight_is_unavailable_and_then_there_again() -> None:
    """It answers rightly or not at all: nothing that it says on the way is half an answer."""
    process, enough = DurableProcess(), Event()

    def kill_again_and_again() -> None:
        while not enough.wait(0.2):
            if (pid := process.pid) is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def ask_without_end() -> None:
        while True:
            assert process.decide(JOBS * MOST_RECORDS) == ANSWERS * MOST_RECORDS

    killer = Thread(target=kill_again_and_again)
    killer.start()
    with pytest.raises(EvaluatorUnavailable, match="killed by signal 9"):
        ask_without_end()
    enough.set()
    killer.join()
    process.check()
    process.close()


@only_where_it_works
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_gets_a_process_of_its_own() -> None:
    """As servers do that load everything and then fork their workers."""
    script = textwrap.dedent("""
        import os, sys
        from ccr_rules.hosting.durable.process import DurableProcess
        process = DurableProcess()
        process.check()
        inherited = process.pid
        worker = os.fork()
        process.check()
        if worker == 0:
            sys.exit(0 if process.pid != inherited else 1)
        assert process.pid == inherited
        assert os.waitpid(worker, 0)[1] == 0
        process.check()
    """)
    # Python may still count the thread of a time limit that has just ended, and warn of the fork.
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", script]
    ran = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert (ran.returncode, ran.stderr) == (0, b"")
