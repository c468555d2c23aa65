"""`GET /rulesets`: which there are. `GET /rulesets/{id}`: one of them in plain English."""

from typing import Literal

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ccr_rules.errors import UsageError
from ccr_rules.library.summary import summary_of
from ccr_rules.service.bodies import JSON
from ccr_rules.service.describing import ADMITTED, Operation, Parameter, described
from ccr_rules.service.problems import Problem
from ccr_rules.service.service import admit, service_of
from ccr_rules.service.settings import READ

router = APIRouter()


class Period(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """The first and the last day on which a ruleset is in force; `to` null: no end is set."""

    from_: str
    to: str | None


class RulesetListed(msgspec.Struct, frozen=True):
    """A ruleset. Drafts are evaluated, and every card says so."""

    id: str
    version: str
    title: str
    status: Literal["draft", "active", "retired"]
    in_force: Period
    jurisdiction: str
    digest: str


class RulesetShown(RulesetListed, frozen=True):
    """A ruleset with its text in plain English, which is Markdown."""

    text: str


class RulesetList(msgspec.Struct, frozen=True):
    """The rulesets, by id and version; `in_force` are those that are used today where none is named."""

    rulesets: list[RulesetListed]
    in_force: list[str]


@router.get("/rulesets")
@described(Operation("List the rulesets.", answer=RulesetList, scope=READ, problems=ADMITTED))
async def listed(request: Request) -> Response:
    """List the rulesets."""
    service = service_of(request)
    await admit(request, READ)
    library = service.rules.engine.library
    body = {
        "rulesets": [summary_of(each) for each in library.rulesets],
        "in_force": [each.reference for each in library.in_force(service.clock.today())],
    }
    return Response(msgspec.json.encode(body), media_type=JSON[0])


@router.get("/rulesets/{id}")
@described(
    Operation(
        "Show a ruleset in plain English.",
        answer=RulesetShown,
        scope=READ,
        parameters=(
            Parameter("id", "path", "`ID` or `ID@VERSION`; the version may be a prefix.", required=True),
        ),
        problems=(*ADMITTED, "not-found"),
    )
)
async def shown(request: Request) -> Response:
    """Show a ruleset in plain English."""
    from ccr_rules.language.plain_english import render  # noqa: PLC0415 - it takes long to load

    service = service_of(request)
    await admit(request, READ)
    try:
        ruleset = service.rules.engine.library.find(request.path_params["id"], service.clock.today())
    except UsageError:
        raise Problem("not-found", "there is no such ruleset; GET /rulesets lists them") from None
    return Response(msgspec.json.encode({**summary_of(ruleset), "text": render(ruleset)}), media_type=JSON[0])
