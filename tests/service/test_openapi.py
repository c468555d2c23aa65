"""The OpenAPI document says what the service does: Schemathesis sends what it allows, and what it forbids."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from ccr_rules.cds_hooks.hooks import SERVICES
from ccr_rules.service.bodies import NDJSON
from tests.service.support import URL, Here, question
from tests.stories.folders import EXAMPLES, STORIES

Operation = APIOperation[Any, Any, Any, Any]
SomeCase = Case[Any]
CONFORMS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES_EACH = (settings.default.max_examples if settings.default else 50) // 2
DOCUMENT: dict[str, Any] = {}


@pytest.fixture(scope="module")
def service() -> Iterator[Here]:
    with Here() as made:
        yield made


def operations() -> list[Operation]:
    """Return every operation of the document, as Schemathesis reads it."""
    with Here() as made:
        DOCUMENT.update(made.get("/openapi.json").json())
    read = schemathesis.openapi.from_dict(DOCUMENT)
    return [each.ok() for each in read.get_all_operations() if isinstance(each, Ok)]


def send(service: Here, case: SomeCase) -> httpx.Response:
    """Send a case, as a client of Schemathesis would."""
    how = case.as_transport_kwargs(base_url=URL)
    content = how.pop("data", None)
    if content is not None:
        how["content"] = content if isinstance(content, bytes) else str(content).encode()
    how.pop("cookies", None)
    headers = {
        name: value.encode("latin-1", "replace")
        for name, value in how.pop("headers").items()
        if value is not None
    }
    return service.request(how.pop("method"), how.pop("url"), headers=headers, **how)


OPERATIONS = operations()


@schemathesis.serializer(*NDJSON)
def one_line(_: schemathesis.SerializationContext, value: Any) -> bytes:
    """Write a value as the only line of a batch."""
    return json.dumps(value).encode() + b"\n"


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.label)
def test_nothing_that_is_sent_is_answered_as_the_document_does_not_say(
    service: Here, operation: Operation, mode: GenerationMode
) -> None:
    takes = bool(operation.body or list(operation.iter_parameters()))
    if mode is GenerationMode.NEGATIVE and not takes:
        return  # there is nothing to do wrong

    refuses = (
        mode is GenerationMode.NEGATIVE and operation.path != "/batch"
    )  # there each line has its problem

    @settings(max_examples=EXAMPLES_EACH, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(mode))
    def conforms(case: SomeCase) -> None:
        checks = [*CONFORMS, negative_data_rejection] if refuses else CONFORMS
        case.validate_response(send(service, case), checks=checks)

    conforms()


def test_the_examples_of_the_document_are_answered_as_it_says(service: Here) -> None:
    for path in ("/evaluate", "/explain"):
        operation = DOCUMENT["paths"][path]["post"]
        answer = service.post(path, json=operation["requestBody"]["content"]["application/json"]["example"])
        assert answer.status_code == 200
        schema_of(operation).validate(answer.json())


def schema_of(operation: dict[str, Any], media: str = "application/json") -> Draft202012Validator:
    schema = operation["responses"]["200"]["content"][media]["schema"]
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


@pytest.mark.parametrize("story", STORIES)
def test_the_answer_about_each_example_patient_fits_the_document(service: Here, story: str) -> None:
    path = EXAMPLES / story / "record.json"
    asked = {"record": json.loads(path.read_text(encoding="utf-8"))} if path.exists() else question()
    answer = service.post("/evaluate", json=asked)
    assert answer.status_code == 200
    schema_of(DOCUMENT["paths"]["/evaluate"]["post"]).validate(answer.json())


def test_each_line_of_a_batch_fits_the_document(service: Here) -> None:
    lines = "\n".join([json.dumps({"id": "a", **question()}), "nonsense", json.dumps({"record": []})])
    answer = service.post("/batch", content=lines, headers={"Content-Type": NDJSON[0]})
    schema = schema_of(DOCUMENT["paths"]["/batch"]["post"], NDJSON[0])
    for line in answer.text.splitlines():
        schema.validate(json.loads(line))


def test_the_document_is_valid_and_says_of_every_route_what_it_takes_and_gives(service: Here) -> None:
    schemathesis.openapi.from_dict(DOCUMENT).validate()
    assert set(DOCUMENT["paths"]) == {
        "/health",
        "/ready",
        "/metrics",
        "/evaluate",
        "/batch",
        "/explain",
        "/rulesets",
        "/rulesets/{id}",
        "/admin/reload",
        "/cds-services",
        *(f"/cds-services/{service}{part}" for service in SERVICES for part in ("", "/feedback")),
    }
    guarded = {
        path for path, methods in DOCUMENT["paths"].items() if "security" in next(iter(methods.values()))
    }
    assert guarded == set(DOCUMENT["paths"]) - {"/health", "/ready"}


def test_no_page_is_loaded_from_anywhere(service: Here) -> None:
    assert service.get("/docs").status_code == service.get("/redoc").status_code == 404
