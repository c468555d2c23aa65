"""The application, put together.

`create_app` takes what may differ: settings, a clock, and further routers. Each router is a FastAPI
`APIRouter`; its routes find everything by `service_of(request)` and admit callers by `admit`.
"""

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ccr_rules.service.answering import Answering
from ccr_rules.service.clock import Clock
from ccr_rules.service.cors import Cors
from ccr_rules.service.gate import Gate
from ccr_rules.service.problems import Problem, of_status
from ccr_rules.service.routes import evaluate, health
from ccr_rules.service.rules import Rules
from ccr_rules.service.service import Service
from ccr_rules.service.settings import Settings, read_settings
from ccr_rules.service.trace import trace_of

ROUTERS = (health.router, evaluate.router)


def create_app(
    settings: Settings | None = None, clock: Clock | None = None, routers: Iterable[APIRouter] = ()
) -> FastAPI:
    """Return the application. Raises UsageError and RulesetError, if it cannot be set up."""
    settings = settings or read_settings()
    clock = clock or Clock()
    rules = Rules(settings.folders, clock.today)
    service = Service(settings, clock, rules, Answering(settings, rules, clock))
    app = FastAPI(title="ccr-rules", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.service = service
    for router in (*ROUTERS, *routers):
        app.include_router(router)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _problem)
    app.add_middleware(Cors, origins=settings.cors_origins)
    app.add_middleware(
        Gate,
        metrics=service.metrics,
        dev=settings.dev,
        https=settings.public_url.startswith("https:"),
    )
    return app


async def _problem(request: Request, fault: Exception) -> Response:
    instance = f"urn:uuid:{trace_of(request).request}"
    if isinstance(fault, Problem):
        return fault.response(instance)
    return of_status(getattr(fault, "status_code", 500), getattr(fault, "headers", None)).response(instance)
