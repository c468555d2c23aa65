"""`POST /batch`: many records, one on each line; each is answered on a line of its own as soon as it is read.

Nothing is kept of a line but itself: the next one is read when its answer has been taken. So whoever sends
must read meanwhile, as curl does.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import msgspec
from fastapi import APIRouter
from msgspec import UNSET, Raw, UnsetType
from starlette.requests import Request

from ccr_rules.evaluation.answers import EvaluationAnswer
from ccr_rules.service.bodies import NDJSON, check_media_type, chunks, lines, parse, too_large
from ccr_rules.service.callers.caller import Caller
from ccr_rules.service.describing import ADMITTED, Operation, described
from ccr_rules.service.problems import NAMESPACE, Problem, ProblemBody
from ccr_rules.service.question import BatchLine
from ccr_rules.service.routes.evaluate import IDEMPOTENCY, KEY, answered_once
from ccr_rules.service.service import Service, admit, service_of
from ccr_rules.service.settings import EVALUATE
from ccr_rules.service.streamed import Streamed
from ccr_rules.service.trace import Trace, trace_of

router = APIRouter()

PATH: Final = "/batch"
_LINE: Final = msgspec.json.Decoder(BatchLine)


class _Id(msgspec.Struct):
    id: str | int | None = None


_ID: Final = msgspec.json.Decoder(_Id)


class LineProblem(ProblemBody, frozen=True, omit_defaults=True, kw_only=True, rename={"kind": "type"}):
    """What is wrong with a line; `line` counts from 1."""

    line: int


class BatchAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a line: it has an answer or a problem."""

    id: str | int | None
    answer: EvaluationAnswer | UnsetType = UNSET
    problem: LineProblem | UnsetType = UNSET


class _Answered(msgspec.Struct, frozen=True):
    """The same, with an answer that is written already."""

    id: str | int | None
    answer: Raw


@router.post(PATH)
@described(
    Operation(
        "Answer many records, each on a line of its own.",
        answer=BatchAnswer,
        answer_media=NDJSON[0],
        body=BatchLine,
        body_media=NDJSON,
        scope=EVALUATE,
        parameters=(IDEMPOTENCY,),
        problems=(*ADMITTED, "media-type", "bad-request"),
    )
)
async def batch(request: Request) -> Streamed:
    """Answer many records, each on a line of its own."""
    caller = await admit(request, EVALUATE)
    check_media_type(request, NDJSON)
    return Streamed(_answers(request, caller), NDJSON[0])


async def _answers(request: Request, caller: Caller) -> AsyncIterator[bytes]:
    """Yield the answer of each line. A bad line has a problem for its answer, and the next one comes."""
    service, trace = service_of(request), trace_of(request)
    settings, key = service.settings, request.headers.get(KEY)
    number = failed = 0
    try:
        read = lines(chunks(request, None, settings.body_seconds), settings.max_line_bytes)
        async for number, line in read:
            try:
                yield await _answer(service, caller, line, f"{key}#{number}" if key else "", trace)
            except Problem as problem:
                failed += 1
                yield _not_answered(line, number, problem, trace)
            await asyncio.sleep(0)  # others have their turn
    except Problem as problem:
        failed += 1
        yield _not_answered(b"", number + 1, problem, trace)
    trace.counts = {"lines": number, "lines_failed": failed}


async def _answer(service: Service, caller: Caller, line: bytes | None, key: str, trace: Trace) -> bytes:
    if line is None:
        raise too_large(service.settings.max_line_bytes)
    question = parse(line, _LINE)
    body, _ = await answered_once(service, caller, PATH, question, trace, key, line)
    return _line(_Answered(None if question.id is UNSET else question.id, Raw(body)))


def _not_answered(line: bytes | None, number: int, problem: Problem, trace: Trace) -> bytes:
    kind = problem.kind
    body = LineProblem(
        kind=NAMESPACE + kind.slug,
        title=kind.title,
        status=kind.status,
        detail=problem.detail,
        instance=f"urn:uuid:{trace.request}",
        line=number,
    )
    return _line(BatchAnswer(_id_of(line or b""), problem=body))


def _id_of(line: bytes) -> str | int | None:
    """Return the id of a line that could not be answered, if one can be told."""
    try:
        return _ID.decode(line).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _line(value: msgspec.Struct) -> bytes:
    return msgspec.json.encode(value) + b"\n"
