"""`POST /evaluate`: a record in, the answer out."""

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ccr_rules.service.bodies import JSON, check_media_type, parse, whole
from ccr_rules.service.question import Question
from ccr_rules.service.service import service_of
from ccr_rules.service.trace import trace_of

router = APIRouter()
_QUESTION = msgspec.json.Decoder(Question)


@router.post("/evaluate")
async def evaluate(request: Request) -> Response:
    """Say what is due, what to record, and why."""
    service = service_of(request)
    check_media_type(request, JSON)
    raw = await whole(request, service.settings.max_body_bytes, service.settings.body_seconds)
    question = parse(raw, _QUESTION)
    evaluation = await service.answering.evaluation(question)
    trace_of(request).decision = evaluation.decision
    return Response(evaluation.to_json(), media_type=JSON[0])
