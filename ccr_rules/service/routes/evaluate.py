"""`POST /evaluate`: a record in, the answer out, and the decision recorded."""

from typing import Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ccr_rules.evaluation.answers import EvaluationAnswer
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.service.bodies import JSON, check_media_type, parse, whole
from ccr_rules.service.callers.caller import Caller
from ccr_rules.service.describing import ADMITTED, BODY, Operation, Parameter, described
from ccr_rules.service.problems import Problem
from ccr_rules.service.question import Question
from ccr_rules.service.recording import LONGEST_KEY, RECORDED
from ccr_rules.service.service import Service, admit, service_of
from ccr_rules.service.settings import EVALUATE
from ccr_rules.service.trace import Trace, trace_of
from ccr_rules.store.kept import Fresh, Replayed

router = APIRouter()

PATH: Final = "/evaluate"
KEY: Final = "idempotency-key"
REPLAYED: Final = "CCR-Replayed"
_QUESTION: Final = msgspec.json.Decoder(Question)

EXAMPLE: Final = {
    "record": {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"resource": {"resourceType": "Patient", "id": "p1", "birthDate": "1950-03-01"}},
            {
                "resource": {
                    "resourceType": "Condition",
                    "id": "c1",
                    "subject": {"reference": "Patient/p1"},
                    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "254837009"}]},
                    "onsetDateTime": "2026-03-01",
                }
            },
        ],
    },
    "as_of": "2026-11-20",
}
IDEMPOTENCY: Final = Parameter(
    "Idempotency-Key",
    "header",
    "A key of the caller's own: the same request under the same key is answered, and recorded, once.",
    schema={"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
)


@router.post(PATH)
@described(
    Operation(
        "Say what is due, what to record, and why.",
        answer=EvaluationAnswer,
        body=Question,
        scope=EVALUATE,
        parameters=(IDEMPOTENCY,),
        example=EXAMPLE,
        problems=(
            *ADMITTED,
            *BODY,
            "unusable-record",
            "key-in-use",
            "key-reused",
            "evaluator-unavailable",
            "out-of-time",
            "not-recorded",
        ),
    )
)
async def evaluate(request: Request) -> Response:
    """Say what is due, what to record, and why."""
    service = service_of(request)
    caller = await admit(request, EVALUATE)
    check_media_type(request, JSON)
    raw = await whole(request, service.settings.max_body_bytes, service.settings.body_seconds)
    question = parse(raw, _QUESTION)
    key = request.headers.get(KEY)
    body, headers = await answered_once(service, caller, PATH, question, trace_of(request), key, raw)
    return Response(body, headers=headers, media_type=JSON[0])


async def answered_once(
    service: Service,
    caller: Caller,
    endpoint: str,
    question: Question,
    trace: Trace,
    key: str | None,
    raw: bytes,
) -> tuple[bytes, dict[str, str]]:
    """Return the answer as JSON, and the headers that say what became of it.

    A request that has an idempotency key and was answered before is answered as before. Raises Problem.
    """
    begun = None if key is None else await service.recording.begin(caller, key, raw)
    if isinstance(begun, Replayed):
        return await _again(service, begun, question, trace), {**begun.headers, REPLAYED: "true"}
    try:
        evaluation, body = await service.answering.put(question, _told)
        kept = await service.recording.record(caller, endpoint, question, evaluation, trace)
    except Problem:
        if key is not None and isinstance(begun, Fresh):
            await service.recording.abandon(caller, key, begun)
        raise
    if key is not None and isinstance(begun, Fresh):
        await service.recording.finish(caller, key, begun, body, kept)
    return body, {RECORDED: "true" if kept else "false"}


async def _again(service: Service, begun: Replayed, question: Question, trace: Trace) -> bytes:
    """Answer as before: with the answer that is kept, else by putting the same question once more."""
    if begun.body is not None:
        return begun.body
    before = await service.recording.as_before(begun, question)
    evaluation, body = await service.answering.put(before, _told)
    trace.decision = evaluation.decision
    return body


def _told(evaluation: Evaluation) -> tuple[Evaluation, bytes]:
    return evaluation, evaluation.to_json()
