"""A service in this process, and what is sent to it."""

import asyncio
import json
import tempfile
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import httpx
from fastapi import FastAPI

from ccr_rules.service.app import create_app
from ccr_rules.service.clock import Clock
from ccr_rules.service.service import Service
from ccr_rules.service.settings import Settings
from tests.cli.support import EXAMPLES

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CLOCK = Clock(lambda: NOW)
DAY = "2026-11-20"
_FOLDER = tempfile.TemporaryDirectory(prefix="ccr-service-")
STORE = f"sqlite:///{_FOLDER.name}/store.sqlite3"
DEV = Settings(dev=True, reload_seconds=0, rate_per_second=0, database_url=STORE)
URL = "https://ccr.example"


class Here:
    """A service without a network: each call runs its event loop until the answer is there."""

    def __init__(self, settings: Settings = DEV, clock: Clock = CLOCK, app: FastAPI | None = None) -> None:
        self.app = app or create_app(settings, clock)
        self.service: Service = self.app.state.service
        self._runner = asyncio.Runner()
        self._lifespan = self.app.router.lifespan_context(self.app)
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url=URL)

    def __enter__(self) -> Self:
        self._runner.run(self._lifespan.__aenter__())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.run(self._lifespan.__aexit__(None, None, None))
        self._runner.close()

    def request(self, method: str, path: str, **how: Any) -> httpx.Response:
        return self._runner.run(self._client.request(method, path, **how))

    def get(self, path: str, **how: Any) -> httpx.Response:
        return self.request("GET", path, **how)

    def post(self, path: str, **how: Any) -> httpx.Response:
        return self.request("POST", path, **how)


def record(story: str = "support-overdue") -> Any:
    """Return the record of an example patient."""
    return json.loads((EXAMPLES / story / "record.json").read_text(encoding="utf-8"))


def question(story: str = "support-overdue", **more: Any) -> dict[str, Any]:
    """Return the body of a question about an example patient."""
    return {"record": record(story), **more}
