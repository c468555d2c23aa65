"""The outermost layer: gives every request an id, every answer its headers, and the log its line."""

import asyncio
import logging
import time
import uuid
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ccr_rules.service.logs import place_of
from ccr_rules.service.metrics import Metrics
from ccr_rules.service.problems import Problem
from ccr_rules.service.trace import Trace, keep

LOG = logging.getLogger("ccr.service")

REQUEST_ID = "X-Request-ID"
DEV_HEADER = "CCR-Dev"
SECURITY = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of every response; a route that sends pages sets its own."""

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
UNMATCHED = "(no route)"
GONE = 499
"""The status of a log line whose caller went away, as other servers write it."""


class Gate:
    """Stands around the whole application."""

    def __init__(self, app: ASGIApp, metrics: Metrics, dev: bool, https: bool, seconds: float) -> None:
        self._app = app
        self._seconds = seconds
        self._metrics = metrics
        self._headers: Mapping[str, str] = {
            **SECURITY,
            **({DEV_HEADER: "no authentication: never use with patients"} if dev else {}),
            **({"Strict-Transport-Security": "max-age=31536000"} if https else {}),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what goes wrong inside becomes a problem here, at the latest."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace, started = Trace(str(uuid.uuid4())), time.perf_counter()
        keep(scope, trace)
        outcome = _Outcome(send, self._headers, trace.request, self._seconds)
        try:
            await self._app(scope, receive, outcome.send)
        except ClientDisconnect:
            outcome.status = GONE
        except _NotTaken:
            outcome.status, trace.why = GONE, "answer-not-taken"
            raise
        except Exception as fault:
            trace.why = place_of(fault)
            if outcome.begun:
                outcome.status = 500
                raise
            await Problem("internal").response(_instance(trace))(scope, receive, outcome.send)
        finally:
            self._tell(scope, trace, outcome.status, time.perf_counter() - started)

    def _tell(self, scope: Scope, trace: Trace, status: int, seconds: float) -> None:
        route = trace.route or str(getattr(scope.get("route"), "path", UNMATCHED))
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._metrics.requests.labels(route, method, status).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        if trace.client:
            self._metrics.clients.labels(trace.client).inc()
        noted = {
            "request": trace.request,
            "client": trace.client,
            "tenant": trace.tenant,
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "decision": trace.decision,
            "why": trace.why,
            **trace.counts,
        }
        level = logging.ERROR if status >= 500 and status != 503 else logging.INFO
        LOG.log(level, "request", extra={name: value for name, value in noted.items() if value != ""})


def _instance(trace: Trace) -> str:
    return f"urn:uuid:{trace.request}"


class _NotTaken(Exception):
    """The caller does not read what it is sent."""


class _Outcome:
    """Sends on what the application sends, and remembers what was sent."""

    def __init__(self, send: Send, headers: Mapping[str, str], request: str, seconds: float) -> None:
        self._seconds = seconds
        self._send = send
        self._headers = headers
        self._request = request
        self.begun = False
        self.status = 0

    async def send(self, message: Message) -> None:
        """Send a message on. Raises _NotTaken if nobody takes it."""
        if message["type"] == "http.response.start":
            self.begun, self.status = True, message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
            headers[REQUEST_ID] = self._request
        try:
            async with asyncio.timeout(self._seconds):
                await self._send(message)
        except TimeoutError:
            raise _NotTaken from None
