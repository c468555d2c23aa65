"""What the routes take and give, as an OpenAPI document: made of the same types that read and write them.

A route says it of itself, with `described`; the document collects what they say.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from fastapi import APIRouter
from fastapi.routing import APIRoute

from ccr_rules.cds_hooks.schemas import OPERATION_OUTCOME
from ccr_rules.schemas import schemas_of
from ccr_rules.service.problems import KINDS, MEDIA_TYPE, ProblemBody

FHIR_JSON: Final = "application/fhir+json"
_REF: Final = "#/components/schemas/{name}"
_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])
EVERYWHERE: Final = ("internal",)
ADMITTED: Final = ("unauthenticated", "forbidden", "rate-limited", "not-recorded")
"""The problems of every route to which callers are admitted."""

BODY: Final = ("not-json", "bad-request", "too-slow", "body-too-large", "media-type", "invalid-request")
"""The problems of every route that takes a body."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of the path, or a header."""

    name: str
    place: str
    description: str
    required: bool = False
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True, slots=True)
class Operation:
    """What one route takes and gives; `answer` and `body` are types; no body is None.

    A type may also be a JSON Schema. `also` are further statuses with a body of the answer's type, and when
    they come; `outcomes` are those with a FHIR OperationOutcome.
    """

    summary: str
    answer: Any
    answer_media: str = "application/json"
    body: Any = None
    body_media: tuple[str, ...] = ("application/json", "application/fhir+json")
    problems: tuple[str, ...] = ()
    scope: str = ""
    parameters: tuple[Parameter, ...] = ()
    example: Any = None
    also: Mapping[int, str] = field(default_factory=dict)
    outcomes: Mapping[int, str] = field(default_factory=dict)


def described(operation: Operation) -> Callable[[_Endpoint], _Endpoint]:
    """Say of a route what it takes and gives."""

    def mark(endpoint: _Endpoint) -> _Endpoint:
        vars(endpoint)[_MARK] = operation
        return endpoint

    return mark


_MARK: Final = "operation"


def document(routers: Iterable[APIRouter], version: str, url: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of some routers; a route that says nothing of itself is left out."""
    found = [
        (route.path, method, vars(route.endpoint)[_MARK])
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and _MARK in vars(route.endpoint)
        for method in sorted(route.methods or ())
    ]
    named = [type_ for _, _, each in found for type_ in (each.body, each.answer) if type_]
    types = [ProblemBody, *(type_ for type_ in named if not isinstance(type_, dict))]
    schemas, components = schemas_of(types, _REF)
    by_type = {_key(type_): schema for type_, schema in zip(types, schemas, strict=True)}
    _let_records_be_fhir(components)
    paths: dict[str, dict[str, Any]] = {}
    for path, method, operation in found:
        paths.setdefault(path, {})[method.lower()] = _written(operation, by_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ccr-rules",
            "version": version,
            "description": "Reminders and recording for Cancer Care Reviews. It gives no diagnosis, "
            "prognosis, risk score or treatment advice.",
        },
        "servers": [{"url": url or "/"}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _SECURITY},
    }


_SECURITY: Final = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key, or a signed token."},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}


def _key(type_: Any) -> str:
    return repr(type_)


def _schema(type_: Any, schemas: Mapping[str, Any]) -> Any:
    """Return the schema of a type; a schema is its own, less what only a document of its own has."""
    if isinstance(type_, dict):
        return {name: value for name, value in type_.items() if name != "$schema"}
    return schemas[_key(type_)]


def _let_records_be_fhir(components: dict[str, Any]) -> None:
    """Say what msgspec cannot: a record is a resource, a Bundle, or a list of resources."""
    for schema in components.values():
        if schema.get("properties", {}).get("record") == {}:
            schema["properties"]["record"] = {
                "type": ["object", "array"],
                "description": "FHIR of one patient: a Bundle, a list of resources, or a single resource.",
            }


def _written(operation: Operation, schemas: Mapping[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = {"summary": operation.summary, "responses": _responses(operation, schemas)}
    if operation.parameters:
        written["parameters"] = [
            {
                "name": each.name,
                "in": each.place,
                "description": each.description,
                "required": each.required,
                "schema": each.schema,
            }
            for each in operation.parameters
        ]
    if operation.body is not None:
        content: dict[str, Any] = {"schema": _schema(operation.body, schemas)}
        if operation.example is not None:
            content["example"] = operation.example
        written["requestBody"] = {"required": True, "content": dict.fromkeys(operation.body_media, content)}
    if operation.scope:
        written["security"] = [{"bearer": []}, {"apiKey": []}]
        written["description"] = f"Needs the scope `{operation.scope}`."
    return written


def _responses(operation: Operation, schemas: Mapping[str, Any]) -> dict[str, Any]:
    content = {"content": {operation.answer_media: {"schema": _schema(operation.answer, schemas)}}}
    found: dict[str, Any] = {"200": {"description": "The answer.", **content}}
    found |= {str(status): {"description": when, **content} for status, when in operation.also.items()}
    problem = {MEDIA_TYPE: {"schema": _schema(ProblemBody, schemas)}}
    outcome = {FHIR_JSON: {"schema": _schema(OPERATION_OUTCOME, schemas)}}
    for code, when in operation.outcomes.items():
        _add(found, str(code), when, outcome)
    for slug in (*operation.problems, *EVERYWHERE):
        kind = KINDS[slug]
        _add(found, str(kind.status), f"{kind.title} (`{slug}`).", problem)
    return dict(sorted(found.items()))


def _add(responses: dict[str, Any], status: str, when: str, content: Mapping[str, Any]) -> None:
    known = responses.get(status, {"description": "", "content": {}})
    description = f"{known['description']} {when}".strip()
    responses[status] = {"description": description, "content": {**known.get("content", {}), **content}}
