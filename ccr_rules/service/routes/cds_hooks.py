"""CDS Hooks: discovery, a service for each hook, and what became of the cards.

What goes wrong with a call is told as a FHIR OperationOutcome; who may not call, and a body that is too large
or slow, as everywhere.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ccr_rules.cds_hooks.errors import CallError, outcome, outcome_of
from ccr_rules.cds_hooks.feedback import read_feedback
from ccr_rules.cds_hooks.hooks import SERVICES, Hook, taken_by
from ccr_rules.cds_hooks.schemas import DISCOVERY, FEEDBACK_TAKEN, RESPONSE
from ccr_rules.service.bodies import JSON, check_media_type, whole
from ccr_rules.service.describing import ADMITTED, FHIR_JSON, Operation, described
from ccr_rules.service.problems import Problem
from ccr_rules.service.service import Service, admit, service_of
from ccr_rules.service.settings import EVALUATE
from ccr_rules.service.trace import trace_of
from ccr_rules.store.kept import FeedbackSaved

router = APIRouter()

PATH: Final = "/cds-services"
BODY: Final = ("too-slow", "body-too-large", "media-type")

Route = Callable[[Request], Awaitable[Response]]


@router.get(PATH)
@described(
    Operation(
        "Discovery: the CDS Hooks services, and what each asks to be sent along.",
        answer=DISCOVERY,
        scope=EVALUATE,
        problems=ADMITTED,
    )
)
async def discover(request: Request) -> Response:
    """Return the services."""
    service = service_of(request)
    await admit(request, EVALUATE)
    return Response(service.cds.discovery(), media_type=JSON[0])


def _call(id_: str) -> Route:
    """Return the route of a service."""

    async def call(request: Request) -> Response:
        service = service_of(request)
        caller = await admit(request, EVALUATE)
        raw = await _body(request, service)
        try:
            answer = await service.cds.answer(raw, id_, caller, trace_of(request))
        except CallError as fault:
            return _outcome(outcome_of(fault), fault.status)
        except Problem as fault:
            why = f"prompts unavailable: {(fault.detail or fault.kind.title).removeprefix(_UNAVAILABLE)}"
            return _outcome(outcome("transient", why), fault.kind.status, fault.headers)
        return Response(answer, media_type=JSON[0])

    return call


_UNAVAILABLE: Final = "prompts unavailable: "


def _feedback() -> Route:
    """Return the route of the feedback on a service's cards; all services know each other's cards."""

    async def feedback(request: Request) -> Response:
        service = service_of(request)
        caller = await admit(request, EVALUATE)
        raw = await _body(request, service)
        try:
            saved = await service.cds.feedback(read_feedback(raw), caller)
        except CallError as fault:
            return _outcome(outcome_of(fault), fault.status)
        return Response(msgspec.json.encode(saved), media_type=JSON[0])

    return feedback


async def _body(request: Request, service: Service) -> bytes:
    check_media_type(request, JSON)
    return await whole(request, service.settings.max_body_bytes, service.settings.body_seconds)


def _outcome(told: dict[str, object], status: int, headers: Any = None) -> Response:
    return Response(msgspec.json.encode(told), status, dict(headers or {}), FHIR_JSON)


def _described_call(hook: Hook) -> Operation:
    return Operation(
        f"CDS Hooks {hook.name}: one card about the patient, when {hook.when}.",
        answer=RESPONSE,
        body=taken_by(hook),
        scope=EVALUATE,
        problems=(*ADMITTED, *BODY),
        outcomes={
            400: "The call is not what CDS Hooks asks for.",
            412: "Conditions could not be had.",
            422: "The record cannot be used.",
            503: "Prompts are unavailable.",
        },
    )


_DESCRIBED_FEEDBACK: Final = Operation(
    "CDS Hooks feedback: what became of cards. Repeats and batches are welcome.",
    answer=FeedbackSaved,
    body=FEEDBACK_TAKEN,
    scope=EVALUATE,
    problems=(*ADMITTED, *BODY, "not-recorded"),
    outcomes={400: "The feedback is not what CDS Hooks asks for; none of it was kept."},
)

for _id, _hook in SERVICES.items():
    router.post(f"{PATH}/{_id}")(described(_described_call(_hook))(_call(_id)))
    router.post(f"{PATH}/{_id}/feedback")(described(_DESCRIBED_FEEDBACK)(_feedback()))
