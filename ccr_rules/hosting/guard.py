"""A time limit for code of others, at the price of one change of threads for each evaluation.

A thread cannot be stopped from outside, and to change threads at every call would cost more than most calls.
So work that calls plugins, an evaluation say, is done in one thread from end to end while its caller waits
and watches. If a call takes too long, that thread is left behind, and the work is done once more without the
plugin: what is decided has no memory, so doing it twice is doing it once. Until the call returns, its plugin
is not called again: a plugin that hangs costs its time limit once, and not at every evaluation.

What holds on to the interpreter, such as a regular expression that never ends, cannot be watched from within.
"""

import os
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Final, NamedTuple, TypeVar

LOOK: Final = 0.05
"""How often, in seconds, somebody looks whether a plugin is being called."""

_T = TypeVar("_T")


class Limit(NamedTuple):
    """A call of a plugin's hook, and how many seconds it may take."""

    plugin: str
    hook: str
    seconds: float


class Busy(Exception):
    """The plugin is not called: a call of it, `limit`, took too long and has not returned."""

    def __init__(self, limit: Limit) -> None:
        self.limit = limit


class Left(BaseException):
    """Nobody waits for this work any more."""


class _Hung(Exception):
    """A call took longer than its limit."""

    def __init__(self, limit: Limit) -> None:
        self.limit = limit


class _Outcome(NamedTuple):
    value: Any = None
    error: BaseException | None = None


class Watch:
    """What some work is doing: which plugin it calls, if any, and until when that may take."""

    def __init__(self, guard: "Guard", tired: dict[str, Limit]) -> None:
        self._guard = guard
        self._tired = tired
        self.current: tuple[Limit, float] | None = None
        self.is_left = False

    def call(self, limit: Limit, function: Callable[[], _T]) -> _T:
        """Return what a plugin's function returns, or raise what it raises. Raises Busy."""
        busy = self._tired.get(limit.plugin) or self._guard.busy(limit.plugin)
        if busy is not None:
            raise Busy(busy)
        self.current = (limit, time.monotonic() + limit.seconds)
        try:
            return function()
        finally:
            self._guard.returned(self, limit)


class _Job:
    """Some work, who watches it, and where its outcome goes."""

    def __init__(self, work: Callable[[Watch], Any], watch: Watch) -> None:
        self.work = work
        self.watch = watch
        self.outcome: SimpleQueue[_Outcome] = SimpleQueue()


_Inbox = SimpleQueue[_Job | None]


class _Threads:
    """The threads of one process that have nothing to do, and its calls that have not returned.

    A process that is forked has none of its parent's threads, and gets its own of these.
    """

    def __init__(self) -> None:
        self.process = os.getpid()
        self.lock = threading.RLock()  # a guard may be collected at any moment, also while it is held here
        self.busy: dict[str, tuple[Limit, int]] = {}
        self._idle: list[_Inbox] = []

    def do(self, job: _Job) -> None:
        """Have a job done by a thread that is idle, or by a new one."""
        with self.lock:
            inbox = self._idle.pop() if self._idle else self._new()
        inbox.put(job)

    def _new(self) -> _Inbox:
        inbox: _Inbox = SimpleQueue()
        threading.Thread(target=self._serve, args=[inbox], name="plugins", daemon=True).start()
        return inbox

    def _serve(self, inbox: _Inbox) -> None:
        while (job := inbox.get()) is not None:
            outcome = _outcome_of(job)
            with self.lock:
                self._idle.append(inbox)  # before the outcome: whoever waits for it may come again at once
            job.outcome.put(outcome)
            del job, outcome  # they hold a record, and the next job may be long in coming

    def close(self) -> None:
        """Let the threads end that have nothing to do."""
        with self.lock:
            for inbox in self._idle:
                inbox.put(None)
            self._idle.clear()


class Guard:
    """The threads in which plugins are called: as many as there are callers at once, and daemons.

    One guard serves many threads, and no plugin keeps its host alive. The threads end with the guard.
    """

    def __init__(self) -> None:
        self._threads = _Threads()

    def __del__(self) -> None:
        """Let the threads end: a guard is not collected before all that it runs has ended."""
        self._threads.close()

    def here(self, work: Callable[[Watch], _T]) -> _T:
        """Return what some work returns that calls no plugin, or none that could hang."""
        return work(Watch(self, {}))

    def run(self, work: Callable[[Watch], _T]) -> _T:
        """Return what some work returns, done again without a plugin whose call takes too long."""
        if self._threads.process != os.getpid():
            self._threads = _Threads()
        tired: dict[str, Limit] = {}
        while True:
            try:
                value: _T = self._attempt(_Job(work, Watch(self, tired)))
            except _Hung as hung:
                tired = {**tired, hung.limit.plugin: hung.limit}
            else:
                return value

    def busy(self, plugin: str) -> Limit | None:
        """Return the call of a plugin that took too long and has not returned, if there is one."""
        found = self._threads.busy.get(plugin)
        return None if found is None else found[0]

    def returned(self, watch: Watch, limit: Limit) -> None:
        """Write down that a call has returned; if nobody waited for it, end the work that made it."""
        busy = self._threads.busy
        with self._threads.lock:
            watch.current = None
            if not watch.is_left:
                return
            known, count = busy.pop(limit.plugin)
            if count > 1:
                busy[limit.plugin] = (known, count - 1)
        raise Left

    def close(self) -> None:
        """Let the threads end that have nothing to do."""
        self._threads.close()

    def _attempt(self, job: _Job) -> Any:
        self._threads.do(job)
        outcome = self._wait(job)
        if outcome.error is not None:
            raise outcome.error
        return outcome.value

    def _wait(self, job: _Job) -> _Outcome:
        while True:
            current = job.watch.current
            seconds = LOOK if current is None else max(current[1] - time.monotonic(), 0.0)
            try:
                return job.outcome.get(timeout=seconds)
            except Empty:
                self._leave_if_late(job)

    def _leave_if_late(self, job: _Job) -> None:
        busy = self._threads.busy
        with self._threads.lock:
            current = job.watch.current
            if current is None or time.monotonic() < current[1]:
                return
            job.watch.is_left = True
            _, count = busy.get(current[0].plugin, (None, 0))
            busy[current[0].plugin] = (current[0], count + 1)
        raise _Hung(current[0])


def _outcome_of(job: _Job) -> _Outcome:
    try:
        return _Outcome(job.work(job.watch))
    except BaseException as error:  # noqa: BLE001 - raised again where the work was asked for
        return _Outcome(error=error)
