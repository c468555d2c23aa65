"""Connections shared out evenly among workers.

Workers that all wait at one listening socket race for each connection, and one of two may get three fifths
of them: calls wait there while the other idles. So the process that began the workers accepts connections,
and hands them to the workers in turn, over a socket in a folder that only they can read.
"""

import logging
import os
import selectors
import socket
from asyncio import AbstractEventLoop, BaseProtocol, Task
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from uvicorn.loops.auto import auto_loop_factory

LOG = logging.getLogger("ccr.service")

MEETING: Final = "CCR_SERVE_CONNECTIONS"
"""The path of the socket at which workers fetch their connections."""

LOOKS_UP_EVERY: Final = 0.2
"""After so many seconds without a connection it is looked whether to end."""

NO_ROOM: Final = 1.0
"""How many seconds nothing is accepted after the system refused, as where too many files are open."""

BACKLOG: Final = 2048

Factory = Callable[[], BaseProtocol]


# ---- where connections are accepted ------------------------------------------------------------------------


class Sharer:
    """Accepts connections of a listening socket, and hands each to the next worker that has come for them."""

    def __init__(self, listening: socket.socket, meeting: socket.socket) -> None:
        self._listening = listening
        self._meeting = meeting
        self._workers: deque[socket.socket] = deque()
        self._ending = Event()
        for each in (listening, meeting):
            each.listen(BACKLOG)
            each.setblocking(False)

    def run(self) -> None:
        """Share connections out until the end."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._meeting, selectors.EVENT_READ, self._welcome)
            selector.register(self._listening, selectors.EVENT_READ, self._accept)
            while not self._ending.is_set():
                ready = selector.select(LOOKS_UP_EVERY)
                for key, _ in sorted(ready, key=self._comes_last):
                    try:
                        key.data()
                    except (BlockingIOError, ConnectionAbortedError):
                        continue  # nobody else has come, or whoever did has gone
                    except OSError as fault:
                        LOG.error("no connection can be accepted", extra={"why": fault.strerror})
                        self._ending.wait(NO_ROOM)
        for worker in self._workers:
            worker.close()

    def _comes_last(self, ready: tuple[selectors.SelectorKey, int]) -> bool:
        """Say whether something waits for the workers, who are welcomed before it."""
        return ready[0].fileobj is self._listening

    def _welcome(self) -> None:
        """Welcome all workers that have come."""
        while True:
            worker = self._meeting.accept()[0]
            worker.setblocking(False)
            self._workers.append(worker)

    def _accept(self) -> None:
        if not self._workers:
            self._ending.wait(LOOKS_UP_EVERY)  # it waits in the backlog until there is a worker
            return
        with self._listening.accept()[0] as connection:
            any(self._is_taken(connection) for _ in range(len(self._workers)))

    def _is_taken(self, connection: socket.socket) -> bool:
        """Hand a connection to the next worker; one that is gone is not asked again."""
        worker = self._workers[0]
        self._workers.rotate(-1)
        try:
            socket.send_fds(worker, [b"c"], [connection.fileno()])
        except BlockingIOError:  # it has not taken those before
            return False
        except OSError:
            self._workers.remove(worker)
            worker.close()
            return False
        return True

    def end(self) -> None:
        """Accept no more."""
        self._ending.set()


@contextmanager
def shared_out(listening: socket.socket, folder: Path) -> Iterator[Sharer]:
    """Share connections out, while the block lasts, to workers that are started in it."""
    path = folder / "connections"
    with socket.socket(socket.AF_UNIX) as meeting:
        meeting.bind(str(path))
        os.environ[MEETING] = str(path)
        sharer = Sharer(listening, meeting)
        thread = Thread(target=sharer.run, name="connections", daemon=True)
        thread.start()
        try:
            yield sharer
        finally:
            sharer.end()
            thread.join()
            del os.environ[MEETING]


# ---- where they are served ---------------------------------------------------------------------------------


class Share:
    """Serves the connections that it is handed."""

    def __init__(self, loop: AbstractEventLoop, factory: Factory, path: str) -> None:
        self._loop = loop
        self._factory = factory
        self._beginning: set[Task[Any]] = set()
        self._source = socket.socket(socket.AF_UNIX)
        self._source.connect(path)
        self._source.setblocking(False)
        loop.add_reader(self._source, self._take)

    def _take(self) -> None:
        for connection in self._handed():
            connection.setblocking(False)
            task = self._loop.create_task(self._loop.connect_accepted_socket(self._factory, connection))
            self._beginning.add(task)
            task.add_done_callback(partial(self._begun, connection))

    def _handed(self) -> Iterator[socket.socket]:
        with suppress(BlockingIOError):
            while True:
                said, files, _, _ = socket.recv_fds(self._source, 1, 1)
                if not said:  # nobody hands out any more
                    self._loop.remove_reader(self._source)
                    return
                yield from (socket.socket(fileno=each) for each in files)

    def _begun(self, connection: socket.socket, task: "Task[Any]") -> None:
        self._beginning.discard(task)
        if task.cancelled() or task.exception() is not None:
            connection.close()
            LOG.info("a connection ended before it began")

    def close(self) -> None:
        """Take no more connections; those that there are stay, and those that were not taken are closed."""
        self._loop.remove_reader(self._source)
        for connection in self._handed():
            connection.close()
        self._source.close()

    async def wait_closed(self) -> None:
        """Wait for nothing: all was done at once."""


def new_loop() -> AbstractEventLoop:
    """Return the event loop of a worker, which serves what it is handed and accepts nothing itself."""
    loop = auto_loop_factory(use_subprocess=True)()

    async def create_server(factory: Factory, **_: Any) -> Share:
        return Share(loop, factory, os.environ[MEETING])

    loop.create_server = create_server  # type: ignore[assignment, method-assign]
    return loop
