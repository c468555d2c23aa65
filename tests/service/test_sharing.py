"""Connections are shared out among workers, and none is forgotten when one of them ends."""

import asyncio
import errno
import os
import socket
import time
from collections import Counter
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from ccr_rules.service import sharing
from ccr_rules.service.sharing import MEETING, Share, new_loop, shared_out
from tests.service.servers import serving, wait, workers_of

MANY = 20


class Echo(asyncio.Protocol):
    """Sends back whatever it gets, after its own name."""

    def __init__(self, name: bytes = b"") -> None:
        self.name = name

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.transport.write(self.name + data)


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[socket.socket]:
    """A socket whose connections are shared out while the test runs."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        with shared_out(opened, tmp_path):
            yield opened
    assert MEETING not in os.environ


def run(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(work)


async def serve(factory: sharing.Factory = Echo) -> Share:
    loop: Any = asyncio.get_running_loop()
    started: Share = await loop.create_server(factory)
    return started


async def ended(*shares: Share) -> None:
    for each in shares:
        each.close()
        await each.wait_closed()


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


async def asked(listening: socket.socket) -> bytes:
    return await asyncio.to_thread(lambda: said(connect(listening)))


# ---- in turn -----------------------------------------------------------------------------------------------


def test_workers_are_served_in_turn(listening: socket.socket) -> None:
    async def work() -> None:
        shares = [await serve(lambda: Echo(b"a ")), await serve(lambda: Echo(b"b "))]
        found = Counter([await asked(listening) for _ in range(MANY)])
        assert found == {b"a word": MANY / 2, b"b word": MANY / 2}
        await ended(*shares)

    run(work())


def test_workers_of_a_service_have_as_many_connections_as_each_other(tmp_path: Path) -> None:
    with serving(tmp_path, "--dev", "--workers", "2") as started:
        started.wait_for("Application startup complete.", 2)
        workers = workers_of(started)
        wait(lambda: are_welcome(workers), "both have come for connections")
        before = [sockets_of(each) for each in workers]
        address = ("127.0.0.1", started.client.base_url.port)
        clients = [socket.create_connection(address, timeout=30) for _ in range(MANY)]
        for client in clients:
            client.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert client.recv(1000).startswith(b"HTTP/1.1 200")
        more = [sockets_of(pid) - was for pid, was in zip(workers, before, strict=True)]
        for client in clients:
            client.close()
    assert all(abs(each - MANY / 2) <= 1 for each in more), more  # one of before may have ended meanwhile


def are_welcome(workers: list[int]) -> bool:
    """Say whether the process that shares connections out has one to each worker."""
    told = Path(f"/proc/{workers[0]}/environ").read_text(encoding="utf-8").split("\0")
    (path,) = (each.partition("=")[2] for each in told if each.startswith(f"{MEETING}="))
    lines = Path("/proc/net/unix").read_text(encoding="utf-8").splitlines()
    return sum(line.endswith(path) for line in lines) > len(workers)


def sockets_of(pid: int) -> int:
    """Return how many sockets a process has open."""
    opened = [each for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink()]
    return sum(str(each.readlink()).startswith("socket:") for each in opened)


# ---- workers that come and go ------------------------------------------------------------------------------


def test_a_connection_waits_for_the_first_worker(listening: socket.socket) -> None:
    async def work() -> None:
        waiting = connect(listening)
        await asyncio.sleep(0.3)
        share = await serve()
        assert await asyncio.to_thread(said, waiting) == b"word"
        await ended(share)

    run(work())


def test_whoever_has_gone_is_left_out(listening: socket.socket) -> None:
    async def work() -> None:
        gone, stays = await serve(), await serve()
        await ended(gone)
        assert [await asked(listening) for _ in range(3)] == [b"word"] * 3
        await ended(stays)

    run(work())


def test_what_was_not_taken_before_the_end_is_closed(listening: socket.socket) -> None:
    async def work() -> None:
        share = await serve()
        client = connect(listening)
        time.sleep(0.3)
        share.close()
        assert await asyncio.to_thread(said, client) == b""

    run(work())


def test_a_worker_that_takes_nothing_keeps_nobody_else_waiting(listening: socket.socket) -> None:
    async def work() -> None:
        with socket.socket(socket.AF_UNIX) as hung:
            hung.connect(os.environ[MEETING])
            waiting = [connect(listening)]
            while not is_closed(waiting[-1]):
                waiting.append(connect(listening))
            share = await serve()
            assert [await asked(listening) for _ in range(3)] == [b"word"] * 3
            await ended(share)
            for each in waiting:
                each.close()

    run(work())


def is_closed(client: socket.socket) -> bool:
    """Say whether the other end closes a connection at once."""
    client.settimeout(0.02)
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


def test_when_nobody_shares_out_any_more_what_there_is_goes_on(tmp_path: Path) -> None:
    async def work() -> None:
        with socket.socket() as opened:
            opened.bind(("127.0.0.1", 0))
            with shared_out(opened, tmp_path):
                share = await serve()
                client = connect(opened)
                await asyncio.sleep(0.3)
            await asyncio.sleep(0.1)
            assert await asyncio.to_thread(said, client) == b"word"
            await ended(share)

    run(work())


# ---- what cannot be served ---------------------------------------------------------------------------------


def test_one_that_cannot_be_served_does_not_harm_the_next(
    listening: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    faults = iter([RuntimeError("made for this test")])

    def factory() -> Echo:
        for fault in faults:
            raise fault
        return Echo()

    async def work() -> None:
        share = await serve(factory)
        assert [await asked(listening), await asked(listening)] == [b"", b"word"]
        await ended(share)

    with caplog.at_level("INFO", "ccr.service"):
        run(work())
    assert [each.message for each in caplog.records] == ["a connection ended before it began"]


class Full(socket.socket):
    """A listening socket on which the system accepts nothing at first, as where too many files are open."""

    faults: tuple[OSError, ...] = (OSError(errno.EMFILE, "Too many open files"), ConnectionAbortedError())

    def accept(self) -> tuple[socket.socket, Any]:
        if self.faults:
            fault, *rest = self.faults
            self.faults = tuple(rest)
            raise fault
        return super().accept()


def test_when_the_system_accepts_nothing_it_is_told_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sharing, "NO_ROOM", 0.05)

    async def work() -> None:
        with Full() as listening:
            listening.bind(("127.0.0.1", 0))
            with shared_out(listening, tmp_path):
                share = await serve()
                assert await asked(listening) == b"word"
                await ended(share)

    run(work())
    assert [(each.message, vars(each)["why"]) for each in caplog.records] == [
        ("no connection can be accepted", "Too many open files")
    ]
