"""Services called over HTTP: `ccr serve` in a process of its own, and one in this process, on a fixed day."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from msgspec.structs import replace

from ccr_rules.service.app import create_app
from ccr_rules.service.clock import Clock
from ccr_rules.service.settings import Settings
from tests.service.support import CLOCK, DEV

STARTS_WITHIN = 60.0
"""Seconds; the machine may be busy."""


@contextmanager
def served(folder: Path, *options: str, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run `ccr serve` with its store and its log in a folder; yield its base URL."""
    log, store = folder / "service.log", f"sqlite:///{folder / 'store.sqlite3'}"
    command = [sys.executable, "-m", "ccr_rules.cli", "serve", "--store", store, *options]
    if "--port" not in options:
        command += ["--port", "0"]
    variables = {**os.environ, "CCR_RATE_PER_SECOND": "0", **(environment or {})}
    with log.open("wb") as file, subprocess.Popen(command, stderr=file, env=variables) as process:
        try:
            yield _base_url(process, log)
        finally:
            process.terminate()


def _base_url(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """Wait until a service says where it listens, and answers there."""
    over = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < over and process.poll() is None:
        said = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]]
        ports = [line["port"] for line in said if line["message"] == "listening"]
        url = f"http://127.0.0.1:{ports[0]}" if ports else ""
        if url and _is_alive(url):
            return url
        time.sleep(0.05)
    raise AssertionError(f"the service did not start: {log.read_text(encoding='utf-8')}")


def _is_alive(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").is_success
    except httpx.TransportError:
        return False


def free_port() -> int:
    """Return a port that nobody listens on, for a service that must know its own address beforehand."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def listening(settings: Settings = DEV, clock: Clock = CLOCK, **changed: Any) -> Iterator[str]:
    """Run a service in a thread, on the day of the clock; yield its base URL."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        app = create_app(replace(settings, **changed), clock)
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([taken],), daemon=True)
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the service did not start"
                time.sleep(0.01)
            yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
