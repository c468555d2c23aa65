"""The application, put together.

`create_app` takes what may differ: settings, a clock, and further routers. A router is a FastAPI `APIRouter`;
its routes find everything by `service_of(request)`, let callers in by `admit`, raise `Problem`, and say what
they take and give by `described`.
"""

import gc
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Final

import msgspec
from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ccr_rules.service.clock import Clock
from ccr_rules.service.cors import Cors
from ccr_rules.service.describing import document
from ccr_rules.service.gate import Gate
from ccr_rules.service.problems import Problem, of_status
from ccr_rules.service.reloading import alongside
from ccr_rules.service.routes import admin, batch, cds_hooks, evaluate, explain, health, rulesets
from ccr_rules.service.service import build
from ccr_rules.service.settings import Settings, read_settings
from ccr_rules.service.trace import trace_of

ROUTERS = (
    health.router,
    cds_hooks.router,
    evaluate.router,
    batch.router,
    explain.router,
    rulesets.router,
    admin.router,
)

SOME_CALLS: Final = 20_000
"""How many objects are made before cycles are looked for among them. A call makes some thousand, which all go
when it ends, so that to look at every seven hundred, as is usual, finds nothing."""


def create_app(
    settings: Settings | None = None, clock: Clock | None = None, routers: Iterable[APIRouter] = ()
) -> FastAPI:
    """Return the application. Raises UsageError and RulesetError, if it cannot be set up."""
    settings = settings or read_settings()
    service = build(settings, clock or Clock())

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        gc.collect()
        gc.freeze()  # the rulesets last; to look through them again and again takes a tenth of all time
        usual = gc.get_threshold()
        gc.set_threshold(SOME_CALLS, *usual[1:])
        async with alongside(service):
            yield
        gc.set_threshold(*usual)
        await service.close()

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=lifespan)
    app.state.service = service
    everything = (*ROUTERS, *routers)
    for router in everything:
        app.include_router(router)
    app.include_router(_published(everything, settings.public_url))
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _problem)
    app.add_middleware(Cors, origins=settings.cors_origins)
    app.add_middleware(
        Gate,
        metrics=service.metrics,
        dev=settings.dev,
        https=settings.public_url.startswith("https:"),
        seconds=settings.body_seconds,
    )
    return app


def _published(routers: Iterable[APIRouter], url: str) -> APIRouter:
    """Return the router of the OpenAPI document of all others."""
    written = msgspec.json.encode(document(routers, version("ccr-rules"), url))
    router = APIRouter()

    @router.get("/openapi.json")
    async def openapi() -> Response:
        return Response(written, media_type="application/json")

    return router


async def _problem(request: Request, fault: Exception) -> Response:
    instance = f"urn:uuid:{trace_of(request).request}"
    if isinstance(fault, Problem):
        return fault.response(instance)
    return of_status(getattr(fault, "status_code", 500), getattr(fault, "headers", None)).response(instance)
