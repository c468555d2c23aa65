"""`POST /admin/reload`: read the rulesets again."""

import asyncio

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ccr_rules.service.bodies import JSON
from ccr_rules.service.describing import ADMITTED, Operation, described
from ccr_rules.service.problems import Problem
from ccr_rules.service.reloading import reload, tell_other_workers
from ccr_rules.service.service import admit, service_of
from ccr_rules.service.settings import ADMIN

router = APIRouter()


class Reloaded(msgspec.Struct, frozen=True):
    """How many rulesets there are now."""

    rulesets: int


@router.post("/admin/reload")
@described(
    Operation(
        "Read the rulesets and codelists again.",
        answer=Reloaded,
        scope=ADMIN,
        problems=(*ADMITTED, "rulesets-unusable"),
    )
)
async def reload_rulesets(request: Request) -> Response:
    """Read the rulesets and codelists again, in this worker at once and in the others shortly."""
    service = service_of(request)
    await admit(request, ADMIN)
    if not await asyncio.to_thread(reload, service):
        raise Problem("rulesets-unusable", f"{service.rules.fault}; the last good ones are in use")
    tell_other_workers()
    return Response(
        msgspec.json.encode(Reloaded(len(service.rules.engine.library.rulesets))), media_type=JSON[0]
    )
