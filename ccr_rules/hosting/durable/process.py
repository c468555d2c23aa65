"""Asking the process in which durable-rules decides: started when needed, stopped when it takes too long.

A process that crashed, hung or failed is unavailable for the question at hand; the next one gets a
new process. Only small integers go to it, nothing that a record says.
"""

import os
import subprocess
import sys
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, Timer
from typing import Any, BinaryIO, cast

import msgspec

from ccr_rules.errors import EvaluatorUnavailable
from ccr_rules.hosting.durable.child import Facts, Message, Reply, read, write

COMMAND = (sys.executable, "-P", str(Path(__file__).with_name("child.py")))
"""A fresh interpreter, which finds what this one has installed."""

SECONDS = 10.0
"""How long one message may take, the start of the process included: a hundred times what it does."""

PATIENCE = 1.0
"""How many seconds a process has to end by itself."""

MOST_RECORDS = 100
"""How many records go into one message, so that its time limit means something."""

MOST_LEARNT = 5_000
"""How many questions a process learns before a new one takes over, because it never forgets one."""

Questions = Sequence[Any]
"""The questions of one ruleset, each as `child.Asked`."""

KNOWN: Questions = (
    (
        1,
        '{"r0": {"all": [{"m": {"$and": [{"$gte": {"p0": 1}}]}}]}, '
        '"z": {"all": [{"m": {"$and": [{"z": 1}]}}]}}',
        (0,),
        (),
    ),
)
"""One question, about a fact of one property: is it at least 1?"""

Answers = list[list[int]]
"""For each question, the numbers of the answers whose rules fired."""


class DurableProcess:
    """Decides in a process of its own; many threads may share one, and take turns."""

    def __init__(self, command: Sequence[str] | None = None, seconds: float = SECONDS) -> None:
        self._command = command or COMMAND
        self._seconds = seconds
        self._lock = Lock()
        self._child: _Child | None = None

    def decide(self, jobs: Sequence[tuple[Questions, Facts]]) -> list[Answers]:
        """Return the answers to the questions of each ruleset about each record, in order.

        A ruleset is known again by its sequence of questions itself. Raises EvaluatorUnavailable.
        """
        answers: list[Answers] = []
        for start in range(0, len(jobs), MOST_RECORDS):
            with self._lock:
                answers += self._decide(jobs[start : start + MOST_RECORDS])
        return answers

    def _decide(self, jobs: Sequence[tuple[Questions, Facts]]) -> list[Answers]:
        child = self._child
        if child is None or not child.is_usable:
            self._discard()
            child = self._child = _Child(self._command)
        try:
            return child.decide(jobs, self._seconds)
        except EvaluatorUnavailable:
            self._discard()
            raise

    def check(self) -> None:
        """Ask what is known beforehand. Raises EvaluatorUnavailable if anything else is answered."""
        if self.decide([(KNOWN, [[0]]), (KNOWN, [[1]])]) != [[[]], [[0]]]:
            self.close()
            raise unavailable("it gets a simple comparison wrong")

    @property
    def pid(self) -> int | None:
        """The id of the process; None while there is none."""
        return self._child.pid if self._child else None

    def close(self) -> None:
        """End the process, if there is one; the next question starts another."""
        with self._lock:
            self._discard()

    def _discard(self) -> None:
        if self._child is not None:
            self._child.end()
        self._child = None


class _Child:
    """One process, and what it has learnt."""

    def __init__(self, command: Sequence[str]) -> None:
        process = subprocess.Popen(  # noqa: S603 - our own file, run by our own interpreter
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._process = process
        self._parent = os.getpid()
        self._learnt: dict[int, tuple[int, Questions]] = {}
        self._questions = 0
        self.pid = process.pid
        self.end = weakref.finalize(self, _end, process, self._parent)

    @property
    def is_usable(self) -> bool:
        """Whether the process lives, was started by this one and not before a fork, and is not full."""
        alive = self._process.poll() is None
        return alive and self._parent == os.getpid() and self._questions <= MOST_LEARNT

    def decide(self, jobs: Sequence[tuple[Questions, Facts]], seconds: float) -> list[Answers]:
        """Return the answers to some jobs. Raises EvaluatorUnavailable."""
        new: list[Questions] = []
        numbered = [(self._number(questions, new), facts) for questions, facts in jobs]
        reply = self._reply(Message(tuple(map(tuple, new)), tuple(numbered)), seconds)
        if reply.fault:
            raise unavailable(reply.fault)
        if len(reply.answers) != len(jobs):
            raise unavailable(f"it gave {len(reply.answers)} answers where {len(jobs)} were asked for")
        return reply.answers

    def _number(self, questions: Questions, new: list[Questions]) -> int:
        if id(questions) not in self._learnt:
            self._learnt[id(questions)] = (len(self._learnt), questions)  # kept, so that its id stays its own
            self._questions += len(questions)
            new.append(questions)
        return self._learnt[id(questions)][0]

    def _reply(self, message: Message, seconds: float) -> Reply:
        process = self._process
        body = b""
        with _limit(process, seconds) as expired, suppress(OSError, EOFError):
            write(cast("BinaryIO", process.stdin), msgspec.msgpack.encode(message))
            body = read(cast("BinaryIO", process.stdout))
        if expired:
            raise unavailable(f"it took longer than {seconds:g} seconds and was stopped")
        if not body:
            raise unavailable(f"its process ended, {_how(process.wait())}")
        try:
            return msgspec.msgpack.decode(body, type=Reply)
        except msgspec.DecodeError:
            raise unavailable("its answer cannot be read") from None


@contextmanager
def _limit(process: "subprocess.Popen[bytes]", seconds: float) -> Iterator[list[bool]]:
    """Kill a process that takes too long, so that reading from it ends; the list is then not empty."""
    expired: list[bool] = []

    def expire() -> None:
        expired.append(True)
        process.kill()

    timer = Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    try:
        yield expired
    finally:
        timer.cancel()
        timer.join()


def _end(process: "subprocess.Popen[bytes]", parent: int) -> None:
    """Close the pipes, at which a process ends; kill one of ours that does not."""
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):
            cast("BinaryIO", pipe).close()
    if os.getpid() != parent:
        return
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _how(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"with code {code}"


def unavailable(why: str) -> EvaluatorUnavailable:
    """Return the error that says so, and what to do."""
    return EvaluatorUnavailable(f"durable-rules is unavailable: {why}; ask again, or use --engine reference")
