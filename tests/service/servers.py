"""`ccr serve` as a process of its own, and real clients of it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.store.postgres import children_of

SECONDS = 60.0


@dataclass(slots=True)
class Server:
    """A service that runs, what it wrote, and a client of it."""

    process: "subprocess.Popen[bytes]"
    log: Path
    client: httpx.Client

    def lines(self) -> list[dict[str, Any]]:
        """Return the log lines, each of which is JSON."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def wait_for(self, message: str, times: int = 1) -> None:
        """Wait until something was logged."""
        wait(lambda: sum(each["message"] == message for each in self.lines()) >= times, message)

    def hang_up(self) -> None:
        self.process.send_signal(signal.SIGHUP)


def wait(done: Any, what: str) -> None:
    until = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < until, what
        time.sleep(0.05)


@contextmanager
def serving(folder: Path, *options: str, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run `ccr serve` on a free port, with its store in a folder, until the block ends."""
    log = folder / "log.ndjson"
    command = [sys.executable, "-m", "ccr_rules.cli", "serve", "--port", "0", *options]
    variables = {"CCR_DATABASE_URL": f"sqlite:///{folder}/store.sqlite3", "CCR_RATE_PER_SECOND": "0"}
    with (
        log.open("wb") as lines,
        subprocess.Popen(
            command, stderr=lines, stdout=lines, env={**os.environ, **variables, **(environment or {})}
        ) as process,
    ):
        try:
            wait(lambda: process.poll() is not None or '"port": ' in log.read_text(), "listening")
            found = re.search(r'"port": (\d+)', log.read_text())
            assert found, log.read_text()
            with httpx.Client(base_url=f"http://127.0.0.1:{found[1]}", timeout=SECONDS) as client:
                wait(lambda: _lives(client), "alive")
                yield Server(process, log, client)
        finally:
            process.terminate()
            process.wait(SECONDS)


def _lives(client: httpx.Client) -> bool:
    try:
        return client.get("/health").status_code == 200
    except httpx.TransportError:
        return False


def workers_of(service: Server) -> list[int]:
    """Return the processes that answer, where there are several."""
    children = children_of(service.process.pid)
    return [each for each in children if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]
