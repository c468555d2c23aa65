"""`GET /health`: the process lives. `GET /ready`: it can answer. `GET /metrics`: what it counted."""

from typing import Final, Literal

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ccr_rules.service.bodies import JSON
from ccr_rules.service.describing import ADMITTED, Operation, described
from ccr_rules.service.metrics import MEDIA_TYPE
from ccr_rules.service.service import admit, service_of
from ccr_rules.service.settings import READ

router = APIRouter()


class Alive(msgspec.Struct, frozen=True):
    """The process lives."""

    status: Literal["alive"] = "alive"


class Readiness(msgspec.Struct, frozen=True):
    """Whether the service can do its work. `degraded`: it answers, but something is amiss: `reasons`."""

    status: Literal["ready", "degraded", "not ready"]
    reasons: list[str]
    rulesets: int
    store: Literal["reachable", "unreachable"]


_ALIVE: Final = msgspec.json.encode(Alive())


@router.get("/health")
@described(Operation("Say that the process lives.", answer=Alive))
async def health() -> Response:
    """Say that the process lives."""
    return Response(_ALIVE, media_type=JSON[0])


@router.get("/ready")
@described(
    Operation(
        "Say whether the service can do its work.",
        answer=Readiness,
        also={503: "It cannot, and why."},
    )
)
async def ready(request: Request) -> Response:
    """Say whether the service can do its work, and where it cannot, why."""
    service = service_of(request)
    store_fault, rules_fault = await service.books.check(), service.rules.fault
    reasons = [f"store: {store_fault}"] if store_fault else []
    reasons += [f"rulesets: {rules_fault}; the last good ones are in use"] if rules_fault else []
    refuses = bool(store_fault) and service.settings.require_store
    told = Readiness(
        "not ready" if refuses else "degraded" if reasons else "ready",
        reasons,
        len(service.rules.engine.library.rulesets),
        "unreachable" if store_fault else "reachable",
    )
    return Response(msgspec.json.encode(told), 503 if refuses else 200, media_type=JSON[0])


@router.get("/metrics")
@described(
    Operation(
        "Tell what was counted, for Prometheus.",
        answer=str,
        answer_media="text/plain",
        scope=READ,
        problems=ADMITTED,
    )
)
async def metrics(request: Request) -> Response:
    """Tell what was counted, for Prometheus."""
    await admit(request, READ)
    return Response(service_of(request).metrics.text(), media_type=MEDIA_TYPE)
