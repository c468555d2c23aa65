"""What a call must be to be answered at all."""

import json
from typing import Any

import pytest

from ccr_rules.cds_hooks.calls import read_call
from ccr_rules.cds_hooks.errors import BadCall, outcome_of
from ccr_rules.cds_hooks.hooks import HOOKS
from tests.cds_hooks.samples import body, call_of, searchset

AUTHORIZATION = {
    "access_token": "some-token",
    "token_type": "Bearer",
    "expires_in": 300,
    "scope": "user/Patient.read user/Condition.rs",
    "subject": "ccr-rules",
}


def refused(raw: bytes | dict[str, Any], hook: str = "patient-view") -> str:
    with pytest.raises(BadCall) as caught:
        read_call(raw if isinstance(raw, bytes) else json.dumps(raw).encode(), HOOKS[hook])
    assert caught.value.status == 400
    return caught.value.message


def test_a_call_says_about_whom_and_in_which_encounter() -> None:
    call = call_of(context={"encounterId": "e1"})
    assert (call.patient, call.encounter, call.server, call.authorization) == ("p1", "e1", None, None)
    assert str(call.instance) == "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"


def test_ids_may_come_with_their_type() -> None:
    call = call_of(context={"patientId": "Patient/p1", "encounterId": "Encounter/e1"})
    assert (call.patient, call.encounter) == ("p1", "e1")


def test_scopes_of_either_version_of_smart_are_taken() -> None:
    call = call_of(fhirServer="https://ehr.example/fhir", fhirAuthorization=AUTHORIZATION)
    assert call.authorization is not None
    assert call.authorization.scope == "user/Patient.read user/Condition.rs"


@pytest.mark.parametrize("field", ["hook", "hookInstance", "context"])
def test_what_is_required_must_be_there(field: str) -> None:
    call = body()
    del call[field]
    assert field in refused(call)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "the body is not JSON"),
        (b"{", "the body is not JSON"),
        (b"\xff\xfe{}", "the body is not JSON"),
        (b"[]", "Expected `object`"),
        (b"null", "Expected `object`"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_json_object_is_refused(raw: bytes, says: str) -> None:
    assert says in refused(raw)


def test_a_call_of_another_hook_is_refused() -> None:
    assert "this service is for patient-view" in refused(body(hook="order-sign"))


@pytest.mark.parametrize("instance", ["", "1", "not-a-uuid"])
def test_the_instance_must_be_a_uuid(instance: str) -> None:
    assert "hookInstance: not a UUID" in refused(body(hookInstance=instance))


@pytest.mark.parametrize("whom", ["", " ", "a/b", "x" * 65, "Encounter/1", 7, None, "p1?x", "../p1"])
def test_the_patient_must_be_one_fhir_id(whom: Any) -> None:
    assert "context.patientId: " in refused(body(context={"patientId": whom}))


def test_a_hook_about_an_encounter_is_answered_without_its_id_too() -> None:
    """HealthChain leaves it out, and nothing rests on it."""
    assert call_of(hook="encounter-start").encounter is None


def test_an_encounter_is_named_by_its_id() -> None:
    assert "context.encounterId: not a FHIR id" in refused(body(context={"encounterId": "a b"}))


@pytest.mark.parametrize(
    ("hook", "field"), [("problem-list-item-create", "conditions"), ("appointment-book", "appointments")]
)
def test_the_bundle_of_a_context_must_be_an_object(hook: str, field: str) -> None:
    assert f"context.{field}: missing" in refused(body(hook=hook), hook)
    assert f"context.{field}: not an object" in refused(body(hook=hook, context={field: []}), hook)
    assert call_of(hook=hook, context={field: searchset()}).bundles[field]["type"] == "searchset"


def test_an_authorization_needs_its_server_and_is_a_bearer_token() -> None:
    assert "cds-r-1" in refused(body(fhirAuthorization=AUTHORIZATION))
    other = AUTHORIZATION | {"token_type": "MAC"}
    assert "only Bearer" in refused(body(fhirServer="https://e.example", fhirAuthorization=other))


@pytest.mark.parametrize("token", ["", "a b", "\u0099", "a\nb"])
def test_what_can_be_no_token_is_refused(token: str) -> None:
    given = AUTHORIZATION | {"access_token": token}
    assert "access_token: not a token" in refused(
        body(fhirServer="https://e.example", fhirAuthorization=given)
    )


def test_who_uses_the_record_must_be_told() -> None:
    assert "context.userId: missing" in refused(body(context={"userId": None}))


def test_a_key_that_stands_twice_is_refused_unless_it_lies_in_a_resource() -> None:
    text = json.dumps(body({"Condition": searchset()}))
    assert "a key stands twice" in refused(text.replace('"hook":', '"hook": "x", "hook":').encode())
    twice = text.replace('"type": "searchset"', '"type": "searchset", "type": "searchset"').encode()
    assert read_call(twice, HOOKS["patient-view"]).repeats == (("prefetch.Condition", "type"),)


def test_no_message_holds_what_was_sent() -> None:
    secret = "Zzyzxson"
    for call in (
        body(hook=secret),
        body(hookInstance=secret),
        body(context={"patientId": f"{secret} !"}),
        {"hook": {secret: secret}},
    ):
        with pytest.raises(BadCall) as caught:
            read_call(json.dumps(call).encode(), HOOKS["patient-view"])
        assert secret not in json.dumps(outcome_of(caught.value))
