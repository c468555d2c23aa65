"""Starting the service: what is refused before anything listens, and the processes that then do."""

import ipaddress
import logging
import logging.config
import os
import signal
import socket
import tempfile
from collections.abc import Mapping
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from ccr_rules.errors import UsageError
from ccr_rules.service.logs import LOGGING
from ccr_rules.service.metrics import SHARED
from ccr_rules.service.reloading import PARENT
from ccr_rules.service.settings import Settings

LOG = logging.getLogger("ccr.service")
FACTORY = "ccr_rules.service.app:create_app"


def refuse(settings: Settings) -> None:
    """Refuse to start what would be open to anybody. Raises UsageError."""
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

    `environment` is what the workers read their settings from. Raises UsageError.
    """
    refuse(settings)
    os.environ.update(environment)
    logging.config.dictConfig(LOGGING)
    if settings.dev:
        LOG.warning("--dev: no authentication, anybody on this machine may call; never use it with patients")
    config = uvicorn.Config(
        FACTORY,
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_config=LOGGING,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=30,
    )
    listening = _listen(config)
    host, port = listening.getsockname()[:2]
    LOG.info("listening", extra={"host": host, "port": port, "workers": settings.workers})
    try:
        return _alone(config, listening) if settings.workers == 1 else _together(config, listening)
    finally:
        listening.close()


def _listen(config: uvicorn.Config) -> socket.socket:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((config.host, config.port))
    except OSError as error:
        listening.close()
        raise UsageError(
            f"cannot listen on {config.host} port {config.port}: {error.strerror}; choose another with --port"
        ) from None
    listening.set_inheritable(True)
    return listening


def _alone(config: uvicorn.Config, listening: socket.socket) -> int:
    server = uvicorn.Server(config)
    server.run(sockets=[listening])
    return 0 if server.started else 1


class _Workers(Multiprocess):
    """Several workers. A hang-up is passed on to them, who read the rulesets again without restarting."""

    def handle_hup(self) -> None:
        for worker in self.processes:
            if worker.pid is not None:
                os.kill(worker.pid, signal.SIGHUP)


def _together(config: uvicorn.Config, listening: socket.socket) -> int:
    with tempfile.TemporaryDirectory(prefix="ccr-metrics-") as folder:
        os.environ |= {SHARED: folder, PARENT: str(os.getpid())}
        workers: Any = _Workers(config, [listening])
        workers.run()
        return 1 if any(worker.exitcode for worker in workers.processes) else 0
