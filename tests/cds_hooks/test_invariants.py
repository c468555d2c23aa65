"""The published invariants and the JSON Schemas, with what breaks each of them."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from ccr_rules.cds_hooks.errors import BadCall, outcome_of
from ccr_rules.cds_hooks.hooks import HOOKS, discovery, schema_of
from ccr_rules.cds_hooks.invariants import INVARIANTS, json_faults, request_faults, response_faults
from ccr_rules.cds_hooks.messages import encode
from ccr_rules.cds_hooks.schemas import DISCOVERY, FEEDBACK, OPERATION_OUTCOME, RESPONSE
from tests.cds_hooks.samples import Json, body, kinds, prefetch_of, searchset, sent, story_answered

UUID_1 = "9368d37b-283f-44a0-93ea-547cebab93ed"
SCHEMAS = [DISCOVERY, FEEDBACK, RESPONSE, OPERATION_OUTCOME, *map(schema_of, HOOKS.values())]


def answer() -> Json:
    """Return an answer with everything in it."""
    return sent(story_answered("last-28-days"))


def card() -> Json:
    (found,) = answer()["cards"]
    assert isinstance(found, dict)
    return found


def valid(schema: Any, value: Any) -> bool:
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return bool(jsonschema.Draft202012Validator(schema, format_checker=checker).is_valid(value))


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_schema_is_one(schema: Json) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


def test_discovery_is_valid() -> None:
    told = json.loads(encode(discovery(kinds(), ["a@1"], "0.1")))
    assert valid(DISCOVERY, told)
    assert list(json_faults(told)) == []


@pytest.mark.parametrize("hook", HOOKS.values())
def test_a_call_of_each_hook_is_valid_and_what_it_lacks_is_not(hook: Any) -> None:
    context = {"encounterId": "e1", "conditions": searchset(), "appointments": searchset()}
    asked = {name: context[name] for name in (*hook.required, *hook.optional) if name in context}
    call = body(prefetch_of(whole=["Condition"]), hook.name, context=asked)
    assert valid(schema_of(hook), call)
    for field in hook.required:
        lacking = {name: value for name, value in call["context"].items() if name != field}
        assert not valid(schema_of(hook), call | {"context": lacking})


def test_the_schema_lets_a_prefetch_be_null_and_nothing_else() -> None:
    schema = schema_of(HOOKS["patient-view"])
    assert valid(schema, body({"Condition": None}))
    assert not valid(schema, body({"Condition": "x"}))
    assert not valid(schema, body() | {"fhirAuthorization": {}})


CARD_FAULTS: list[tuple[str, Callable[[Json], Any]]] = [
    ("summary", lambda each: each.update(summary="x" * 140)),
    ("summary", lambda each: each.pop("summary")),
    ("indicator", lambda each: each.update(indicator="hard-stop")),
    ("detail", lambda each: each.update(detail="")),
    ("links", lambda each: each.update(links=[])),
    ("links", lambda each: each["links"][0].update(url="javascript:alert(1)")),
    ("uuid", lambda each: each.update(uuid="x")),
    ("source", lambda each: each["source"].pop("label")),
    ("unknown", lambda each: each.update(unknown=1)),
]


@pytest.mark.parametrize(("where", "spoil"), CARD_FAULTS)
def test_the_schema_of_answers_finds_what_is_wrong(where: str, spoil: Callable[[Json], Any]) -> None:
    told = answer()
    assert valid(RESPONSE, told)
    spoil(told["cards"][0])
    assert not valid(RESPONSE, told), where


DELETE = {"type": "delete", "description": "x", "resourceId": "Procedure/1"}
SPOILT: list[tuple[str, Callable[[Json], Any]]] = [
    ("cds-resp-1", lambda each: each.update(selectionBehavior="at-most-one", suggestions=_recommended(2))),
    ("cds-resp-2", lambda each: _action(each).update({**DELETE, "resourceId": ""})),
    ("cds-resp-2", lambda each: _action(each).update(DELETE)),
    ("cds-resp-3", lambda each: each["links"][0].update(appContext="x")),
    ("cds-resp-4", lambda each: each["overrideReasons"][0].pop("display")),
    ("cds-resp-5", lambda each: _action(each).pop("description")),
    ("cds-resp-6", lambda each: each.pop("selectionBehavior")),
    ("cds-resp-7", lambda each: each["suggestions"][0].update(actionSelectionBehavior="some")),
]


def _action(given: Json) -> Json:
    found: Json = given["suggestions"][0]["actions"][0]
    return found


def _recommended(count: int) -> list[Json]:
    return [{"label": str(each), "isRecommended": True} for each in range(count)]


@pytest.mark.parametrize(("invariant", "spoil"), SPOILT)
def test_each_invariant_of_answers_is_held(invariant: str, spoil: Callable[[Json], Any]) -> None:
    told = answer()
    assert list(response_faults(told)) == []
    spoil(told["cards"][0])
    (fault,) = response_faults(told)
    assert fault[1].startswith(invariant)
    assert fault[0].startswith("cards[0].")


def test_an_action_of_the_system_is_held_to_the_same() -> None:
    ((place, rule),) = response_faults({"cards": [], "systemActions": [{"type": "delete"}]})
    assert (place, rule[:10]) == ("systemActions[0].resourceId", "cds-resp-2")


def test_what_may_be_selected_freely_may_be_recommended_freely() -> None:
    several = {"cards": [card() | {"suggestions": _recommended(3), "selectionBehavior": "any"}]}
    assert list(response_faults(several)) == []


REQUESTS: list[tuple[Json, list[str]]] = [
    ({"context": {"userId": "Practitioner/7"}}, []),
    ({"context": {"userId": "Practitioner/7"}, "fhirAuthorization": {}}, ["cds-r-1"]),
    (
        {
            "context": {"userId": "Practitioner/7"},
            "fhirServer": "x",
            "fhirAuthorization": {"scope": "patient/*.read"},
        },
        ["cds-r-2"],
    ),
    ({"context": {"userId": "seven"}}, ["ord-1"]),
    ({"context": 7}, ["ord-1"]),
]


@pytest.mark.parametrize(("request_", "broken"), REQUESTS)
def test_each_invariant_of_calls_is_held(request_: Json, broken: list[str]) -> None:
    assert [rule.split(":")[0] for _, rule in request_faults(request_)] == broken


FEEDBACKS: list[tuple[Any, list[str]]] = [
    ({"outcome": "overridden"}, []),
    ({"outcome": "overridden", "overrideReason": {"userComment": "x"}}, []),
    ({"outcome": "ignored"}, ["cds-fb-1"]),
    ({"outcome": "accepted"}, ["cds-fb-2"]),
    ({"outcome": "overridden", "overrideReason": {}}, ["cds-fb-3"]),
]


@pytest.mark.parametrize(("given", "broken"), FEEDBACKS)
def test_each_invariant_of_feedback_is_held_by_code_and_schema(given: Json, broken: list[str]) -> None:
    item = {"card": UUID_1, "outcomeTimestamp": "2026-11-20T10:00:00Z", **given}
    told = {"feedback": [item]}
    assert [rule.split(":")[0] for _, rule in INVARIANTS["feedback"](told)] == broken
    assert valid(FEEDBACK, told) == (not broken)


def test_there_are_twelve_invariants_besides_that_of_the_library() -> None:
    names = {rule for rule, _ in SPOILT} | {"cds-r-1", "cds-r-2", "cds-fb-1", "cds-fb-2", "cds-fb-3"}
    assert len(names) == 12


@pytest.mark.parametrize(
    ("value", "places"),
    [
        ({"cards": []}, []),
        ({"cards": [{"detail": ""}]}, ["cards[0].detail"]),
        ({"cards": [{"links": []}, {"source": {}}]}, ["cards[0].links", "cards[1].source"]),
        ({"services": [], "x": None}, ["x"]),
        ({"prefetch": {"Condition": None}}, []),
        ({"prefetch": {"Condition": {"id": None}}}, ["prefetch.Condition.id"]),
        ({"a": 0, "b": False}, []),
        ({"a": {"cards": []}}, ["a.cards"]),
    ],
)
def test_nothing_is_null_or_empty_but_what_may_be(value: Json, places: list[str]) -> None:
    assert [place for place, _ in json_faults(value)] == places


def test_an_error_is_an_operation_outcome() -> None:
    told = outcome_of(BadCall("hook: missing; send it"))
    assert valid(OPERATION_OUTCOME, told)
    assert told["issue"] == [
        {"severity": "error", "code": "invalid", "diagnostics": "hook: missing; send it"}
    ]
