"""A time limit for code of others: each plugin's calls run in threads of their own, its lane.

A thread cannot be stopped from outside. So a call that takes too long is left behind, and until it returns
its plugin is not called again: a plugin that hangs costs its time limit once, and not at every evaluation.
"""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple


class Hangs(Exception):
    """The call took longer than its time, or an earlier one has not returned yet."""


class _Outcome(NamedTuple):
    value: Any = None
    error: BaseException | None = None


class _Call:
    """Some work, and where its outcome goes. `is_left` if nobody waits for it any more."""

    __slots__ = ("is_left", "outcome", "work")

    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work
        self.outcome: SimpleQueue[_Outcome] = SimpleQueue()
        self.is_left = False


_Inbox = SimpleQueue[_Call | None]


class Lane:
    """The threads of one plugin: as many as there are callers at once. One lane serves many threads.

    They are daemons, so that no plugin keeps its host alive.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._hanging = 0
        self._idle: list[_Inbox] = []
        self._lock = threading.Lock()

    def do(self, work: Callable[[], Any], seconds: float) -> Any:
        """Return what some work returns, or raise what it raises; raise Hangs after so many seconds."""
        call = _Call(work)
        with self._lock:
            if self._hanging:
                raise Hangs
            inbox = self._idle.pop() if self._idle else self._new()
        inbox.put(call)
        try:
            outcome = call.outcome.get(timeout=seconds)
        except Empty:
            outcome = self._leave(call)
        if outcome.error is not None:
            raise outcome.error
        return outcome.value

    def close(self) -> None:
        """Let the threads end that have nothing to do."""
        with self._lock:
            for inbox in self._idle:
                inbox.put(None)
            self._idle.clear()

    def _leave(self, call: _Call) -> _Outcome:
        with self._lock:
            if not call.outcome.empty():  # pragma: no cover - it came in the last moment
                return call.outcome.get()
            call.is_left = True
            self._hanging += 1
        raise Hangs

    def _new(self) -> _Inbox:
        inbox: _Inbox = SimpleQueue()
        threading.Thread(target=self._serve, args=[inbox], name=f"plugin {self.name}", daemon=True).start()
        return inbox

    def _serve(self, inbox: _Inbox) -> None:
        while (call := inbox.get()) is not None:
            outcome = _outcome_of(call.work)
            with self._lock:
                self._hanging -= call.is_left
                self._idle.append(inbox)  # before the outcome: whoever waits for it may call again at once
                call.outcome.put(outcome)


def _outcome_of(work: Callable[[], Any]) -> _Outcome:
    try:
        return _Outcome(work())
    except BaseException as error:  # noqa: BLE001 - a plugin may raise anything, SystemExit among it
        return _Outcome(error=error)
