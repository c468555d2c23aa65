"""Connections are shared out among workers, and none is forgotten when one of them ends."""

import asyncio
import errno
import socket
import time
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from ccr_rules.service import in_turn
from ccr_rules.service.in_turn import InTurn, new_loop
from tests.service.servers import serving, workers_of

MANY = 20


class Echo(asyncio.Protocol):
    """Sends back whatever it gets."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.transport.write(data)


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        yield opened


def run(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(work)


async def serve(listening: socket.socket, factory: in_turn.Factory = Echo) -> Any:
    return await asyncio.get_running_loop().create_server(factory, sock=listening, backlog=8, ssl=None)


def connect(listening: socket.socket) -> socket.socket:
    return socket.create_connection(listening.getsockname(), timeout=10)


def said(client: socket.socket) -> bytes:
    """Return what comes back for a word, or nothing if the other end is closed."""
    with client:
        try:
            client.sendall(b"word")
            return client.recv(10)
        except (ConnectionResetError, BrokenPipeError):
            return b""


def test_a_connection_is_served(listening: socket.socket) -> None:
    async def work() -> None:
        server = await serve(listening)
        assert await asyncio.to_thread(said, connect(listening)) == b"word"
        server.close()
        await server.wait_closed()

    run(work())


def test_after_the_end_connections_are_left_to_others(listening: socket.socket) -> None:
    async def work() -> None:
        ended = await serve(listening)
        ended.close()
        await ended.wait_closed()
        waiting = connect(listening)
        other = await serve(listening)
        assert await asyncio.to_thread(said, waiting) == b"word"
        other.close()
        await other.wait_closed()

    run(work())


def test_a_connection_that_comes_while_it_ends_is_closed(listening: socket.socket) -> None:
    async def work() -> None:
        server = await serve(listening)
        client = connect(listening)
        time.sleep(0.2)
        server.close()
        assert await asyncio.to_thread(said, client) == b""
        await server.wait_closed()

    run(work())


def test_a_connection_that_comes_when_the_loop_has_ended_is_closed(listening: socket.socket) -> None:
    loop = new_loop()
    listening.listen()
    server = InTurn(loop, Echo, listening)
    loop.close()
    assert said(connect(listening)) == b""
    server.close()
    asyncio.run(server.wait_closed())


def test_one_that_cannot_be_served_does_not_harm_the_next(
    listening: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    faults = iter([RuntimeError("made for this test")])

    def factory() -> Echo:
        for fault in faults:
            raise fault
        return Echo()

    async def work() -> None:
        server = await serve(listening, factory)
        connect(listening).close()
        assert await asyncio.to_thread(said, connect(listening)) == b"word"
        server.close()
        await server.wait_closed()

    with caplog.at_level("INFO", "ccr.service"):
        run(work())
    assert [each.message for each in caplog.records] == ["a connection ended before it began"]


class Full(socket.socket):
    """A listening socket on which the system accepts nothing at first, as where too many files are open."""

    def dup(self) -> "Full":
        self.faults = [OSError(errno.EMFILE, "Too many open files"), ConnectionAbortedError()]
        return self

    def accept(self) -> tuple[socket.socket, Any]:
        if self.faults:
            raise self.faults.pop(0)
        return super().accept()


def test_when_the_system_accepts_nothing_it_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(in_turn, "NO_ROOM", 0.05)

    async def work() -> None:
        with Full() as listening:
            listening.bind(("127.0.0.1", 0))
            server = await serve(listening)
            assert await asyncio.to_thread(said, connect(listening)) == b"word"
            server.close()
            await server.wait_closed()

    run(work())
    assert [(each.message, vars(each)["why"]) for each in caplog.records] == [
        ("no connection can be accepted", "Too many open files")
    ]


def test_workers_have_as_many_connections_as_each_other(tmp_path: Path) -> None:
    with serving(tmp_path, "--dev", "--workers", "2") as started:
        started.wait_for("Application startup complete.", 2)
        workers = workers_of(started)
        before = [sockets_of(each) for each in workers]
        address = ("127.0.0.1", started.client.base_url.port)
        clients = []
        for _ in range(MANY):
            clients.append(client := socket.create_connection(address, timeout=30))
            client.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert client.recv(1000).startswith(b"HTTP/1.1 200")
        more = [sockets_of(pid) - was for pid, was in zip(workers, before, strict=True)]
        for client in clients:
            client.close()
    assert sum(more) == MANY
    assert min(more) >= MANY / 2 - 2, more


def sockets_of(pid: int) -> int:
    """Return how many sockets a process has open."""
    opened = [each for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink()]
    return sum(str(each.readlink()).startswith("socket:") for each in opened)
