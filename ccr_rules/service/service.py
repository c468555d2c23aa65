"""Everything that routes need, one of each for a process."""

from dataclasses import dataclass
from typing import Final

import httpx
from starlette.requests import Request

from ccr_rules.hosting.plugins import Plugins
from ccr_rules.service.answering import Answering
from ccr_rules.service.books import Books
from ccr_rules.service.callers.admission import Admission
from ccr_rules.service.callers.caller import Caller
from ccr_rules.service.cds import CdsHooks
from ccr_rules.service.clock import Clock
from ccr_rules.service.hosted import Hosted
from ccr_rules.service.metrics import Metrics
from ccr_rules.service.recording import Recording
from ccr_rules.service.rules import Rules
from ccr_rules.service.settings import Scope, Settings

FHIR_CONNECTIONS: Final = httpx.Limits(max_connections=500, max_keepalive_connections=50)
"""To all FHIR servers together. One call takes about ten, and a few slow servers must not use them all up."""


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of a running service."""

    settings: Settings
    clock: Clock
    rules: Rules
    metrics: Metrics
    books: Books
    admission: Admission
    answering: Answering
    recording: Recording
    cds: CdsHooks

    async def close(self) -> None:
        """Let go of threads, connections and the store."""
        await self.cds.client.aclose()
        self.answering.close()
        self.cds.hosted.plugins.close()
        self.books.close()


def build(settings: Settings, clock: Clock) -> Service:
    """Put the parts together. Raises UsageError and RulesetError."""
    metrics = Metrics()
    hosted = Hosted(Plugins.load(settings.plugins), metrics)
    rules = Rules(settings.folders, clock.today, hosted.plugins)
    hosted.told(rules.engine.library_faults)
    books = Books(settings, clock)
    answering = Answering(settings, rules, clock)
    recording = Recording(settings, clock, books, metrics, hosted)
    client = httpx.AsyncClient(trust_env=False, limits=FHIR_CONNECTIONS)
    return Service(
        settings=settings,
        clock=clock,
        rules=rules,
        metrics=metrics,
        books=books,
        admission=Admission(settings, clock, metrics, books.use_once),
        answering=answering,
        recording=recording,
        cds=CdsHooks(settings, clock, rules, answering, recording, books, hosted, client),
    )


def service_of(request: Request) -> Service:
    """Return the service that a request came to."""
    found: Service = request.app.state.service
    return found


async def admit(request: Request, scope: Scope) -> Caller:
    """Return who calls, if they may do what the scope allows. Raises Problem: 401, 403 or 429."""
    return await service_of(request).admission.admit(request, scope)
