"""`POST /explain`: why a rule says what it says, and what would change it. Nothing is recorded."""

from typing import Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ccr_rules.evaluation.explanation import Explanation, explain, rule_ids
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.service.bodies import JSON, check_media_type, parse, whole
from ccr_rules.service.describing import ADMITTED, BODY, Operation, described
from ccr_rules.service.problems import Problem
from ccr_rules.service.question import ExplainQuestion
from ccr_rules.service.routes.evaluate import EXAMPLE
from ccr_rules.service.service import admit, service_of
from ccr_rules.service.settings import EVALUATE
from ccr_rules.service.trace import trace_of

router = APIRouter()
_QUESTION: Final = msgspec.json.Decoder(ExplainQuestion)


@router.post("/explain")
@described(
    Operation(
        "Say how rules came to their answers.",
        answer=list[Explanation],
        body=ExplainQuestion,
        scope=EVALUATE,
        example={**EXAMPLE, "rules": ["support-conversation"]},
        problems=(*ADMITTED, *BODY, "unusable-record", "evaluator-unavailable", "out-of-time"),
    )
)
async def explain_rules(request: Request) -> Response:
    """Say how rules came to their answers."""
    service = service_of(request)
    await admit(request, EVALUATE)
    check_media_type(request, JSON)
    raw = await whole(request, service.settings.max_body_bytes, service.settings.body_seconds)
    question = parse(raw, _QUESTION)

    def explained(evaluation: Evaluation) -> tuple[str, bytes]:
        return evaluation.decision, _explained(evaluation, question.rules)

    decision, body = await service.answering.put(question, explained, quick=False)
    trace_of(request).decision = decision
    return Response(body, media_type=JSON[0])


def _explained(evaluation: Evaluation, rules: list[str]) -> bytes:
    known = rule_ids(evaluation)
    for number, rule in enumerate(rules):
        if rule not in known:
            raise Problem(
                "invalid-request",
                f"$.rules[{number}]: the rulesets that were evaluated have no such rule; without `rules` "
                f"all are explained",
            )
    return msgspec.json.encode([each for rule in rules or known for each in explain(evaluation, rule)])
