"""Connections shared out evenly among workers.

Workers that wait for one listening socket to become readable race for each connection, and one of them may
have half as many again as another: calls wait for it while the other idles. Whoever waits in `accept` itself
is served in turn by the system. So each worker has a thread that does only that.
"""

import asyncio
import logging
import socket
import struct
from asyncio import AbstractEventLoop, BaseProtocol, Task
from collections.abc import Callable
from functools import partial
from threading import Event, Thread
from typing import Any, Final

from uvicorn.loops.auto import auto_loop_factory

LOG = logging.getLogger("ccr.service")

LOOKS_UP_EVERY: Final = 0.25
"""After so many seconds without a connection the thread looks whether it is to end."""

PAUSE: Final = 0.001
"""So long it leaves the next connection to others, where many come at once."""

NO_ROOM: Final = 1.0
"""How many seconds nothing is accepted after the system refused, as where too many files are open."""

Factory = Callable[[], BaseProtocol]


class InTurn:
    """Accepts connections of a listening socket in turn with other processes, and serves them."""

    def __init__(self, loop: AbstractEventLoop, factory: Factory, listening: socket.socket) -> None:
        self._loop = loop
        self._factory = factory
        self._listening = listening.dup()
        self._listening.setblocking(True)
        wait = struct.pack("ll", int(LOOKS_UP_EVERY), int(LOOKS_UP_EVERY % 1 * 1e6))
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, wait)
        self._ending = Event()
        self._beginning: set[Task[Any]] = set()
        self._thread = Thread(target=self._accept, name="accept", daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        with self._listening:
            while not self._ending.is_set():
                try:
                    connection, _ = self._listening.accept()
                except (BlockingIOError, ConnectionAbortedError):
                    continue  # nobody came, or whoever did has gone
                except OSError as fault:
                    LOG.error("no connection can be accepted", extra={"why": fault.strerror})
                    self._ending.wait(NO_ROOM)
                    continue
                self._hand_over(connection)
                self._ending.wait(PAUSE)

    def _hand_over(self, connection: socket.socket) -> None:
        try:
            self._loop.call_soon_threadsafe(self._begin, connection)
        except RuntimeError:  # the loop has ended
            connection.close()

    def _begin(self, connection: socket.socket) -> None:
        if self._ending.is_set():
            connection.close()
            return
        connection.setblocking(False)
        task = self._loop.create_task(self._loop.connect_accepted_socket(self._factory, connection))
        self._beginning.add(task)
        task.add_done_callback(partial(self._begun, connection))

    def _begun(self, connection: socket.socket, task: "Task[Any]") -> None:
        self._beginning.discard(task)
        if task.cancelled() or task.exception() is not None:
            connection.close()
            LOG.info("a connection ended before it began")

    def close(self) -> None:
        """Accept no more connections; those that there are stay."""
        self._ending.set()

    async def wait_closed(self) -> None:
        """Wait until none is accepted any more."""
        await asyncio.to_thread(self._thread.join)


def new_loop() -> AbstractEventLoop:
    """Return the event loop of a worker, which serves the socket that it is given in turn with others."""
    loop = auto_loop_factory(use_subprocess=True)()

    async def create_server(factory: Factory, *, sock: socket.socket, backlog: int, **_: Any) -> InTurn:
        sock.listen(backlog)
        return InTurn(loop, factory, sock)

    loop.create_server = create_server  # type: ignore[assignment, method-assign]
    return loop
