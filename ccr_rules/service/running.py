"""Starting the service: what is refused before anything listens, and the processes that then do."""

import ipaddress
import logging
import logging.config
import os
import signal
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from ccr_rules.errors import UsageError
from ccr_rules.service.app import create_app
from ccr_rules.service.logs import LOGGING
from ccr_rules.service.metrics import SHARED
from ccr_rules.service.reloading import PARENT
from ccr_rules.service.settings import Settings
from ccr_rules.service.sharing import Sharer, shared_out
from ccr_rules.store.errors import StoreUnavailable
from ccr_rules.store.store import Store

LOG = logging.getLogger("ccr.service")
FACTORY: Final = "ccr_rules.service.app:create_app"
LOOP: Final = "ccr_rules.service.sharing:new_loop"
GRACE: Final = 30
"""How many seconds requests that have begun may take after a signal."""


def refuse(settings: Settings) -> None:
    """Refuse to start what would be open to anybody, or cannot be started. Raises UsageError."""
    if settings.workers > 1 and not hasattr(socket, "AF_UNIX"):  # pragma: no cover - only Windows lacks it
        raise UsageError("several workers cannot be had on Windows; leave workers at 1")
    if settings.dev and not _is_loopback(settings.host):
        raise UsageError(
            f"--dev has no authentication, so it listens on this machine only, and {settings.host} is not "
            "that; leave --host out, or configure who may call and leave --dev out"
        )
    if not settings.dev and not settings.has_callers:
        raise UsageError(
            "nobody is configured who may call; write [[api_keys]] (`ccr key new` prints one), [[issuers]] "
            "or [[certificates]] into the file that --config names (docs/service.md), or try it with --dev"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def run(settings: Settings, environment: Mapping[str, str]) -> int:
    """Serve until a signal ends it; return the exit code.

    `environment` is what workers read the same settings from. Raises UsageError and RulesetError for whatever
    cannot be served.
    """
    refuse(settings)
    logging.config.dictConfig(LOGGING)
    if settings.dev:
        LOG.warning("--dev: no authentication, anybody on this machine may call; never use it with patients")
    _open_store(settings)
    app = create_app(settings)
    listening = _listen(settings.host, settings.port)
    host, port = listening.getsockname()[:2]
    LOG.info("listening", extra={"host": host, "port": port, "workers": settings.workers})
    try:
        if settings.workers == 1:
            return _alone(app, listening)
        os.environ.update(environment)
        return _together(settings.workers, listening)
    finally:
        listening.close()


def _open_store(settings: Settings) -> None:
    """Make or upgrade the tables, once and before any worker. Raises UsageError for an unfit store."""
    try:
        Store.open(settings.store_url, key=settings.store_key or None).close()
    except StoreUnavailable as fault:
        LOG.error("the store cannot be opened; it is tried again later", extra={"why": fault.message})


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise UsageError(
            f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port"
        ) from None
    listening.set_inheritable(True)
    return listening


def _config(app: Any, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=LOGGING,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=GRACE,
        **more,
    )


class _Server(uvicorn.Server):
    """Ends when a signal asks for it, and then returns: uvicorn's own raises the signal once more."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let the signals end the server while it runs."""
        before = {sign: signal.signal(sign, self.handle_exit) for sign in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for sign, handler in before.items():
                signal.signal(sign, handler)


def _alone(app: Any, listening: socket.socket) -> int:
    server = _Server(_config(app))
    server.run(sockets=[listening])
    return 0 if server.started else 1


class _Workers(Multiprocess):
    """Several workers. A hang-up is passed on to them, who read the rulesets again without restarting."""

    def __init__(self, config: uvicorn.Config, listening: socket.socket, sharer: Sharer) -> None:
        super().__init__(config, [listening])
        self._sharer = sharer

    def terminate_all(self) -> None:
        """End them, when nothing more can come to them."""
        self._sharer.end()
        super().terminate_all()

    def handle_hup(self) -> None:
        """Pass it on."""
        for worker in self.processes:
            if worker.pid is not None:  # pragma: no branch - it has one since it was started
                os.kill(worker.pid, signal.SIGHUP)


def _together(count: int, listening: socket.socket) -> int:
    with tempfile.TemporaryDirectory(prefix="ccr-workers-") as folder:
        os.environ |= {SHARED: folder, PARENT: str(os.getpid())}
        config = _config(FACTORY, factory=True, workers=count, loop=LOOP)
        with shared_out(listening, Path(folder)) as sharer:
            workers = _Workers(config, listening, sharer)
            workers.run()
        return int(any(worker.exitcode == STARTUP_FAILURE for worker in workers.processes))
