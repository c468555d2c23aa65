"""Who may call. Everybody else gets a bare 401: why stands in the log, as a code, and nowhere else."""

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from ccr_rules.service.callers.keys import new_key
from ccr_rules.service.clock import Clock
from ccr_rules.service.settings import ADMIN, EVALUATE, READ, ApiKey, Issuer, Settings
from tests.service.support import CLOCK, NOW, STORE, URL, Here, question
from tests.service.tokens import ISSUER, SERVER, bearer, public, token, unsigned, write_keys

KEY, OTHER = new_key(), new_key()
READER = new_key()


def settings(folder: Path, **more: Any) -> Settings:
    keys = write_keys(folder, "ec", "rsa", "ec-256", "rsa-weak")
    return Settings(
        **{
            "database_url": STORE,
            "public_url": URL,
            "reload_seconds": 0,
            "rate_per_second": 0,
            "api_keys": (
                ApiKey(client="panel", id=KEY.id, hash=KEY.hash, tenant="practice-1"),
                ApiKey(client="reader", id=READER.id, hash=READER.hash, scopes=(READ,)),
            ),
            "issuers": (
                Issuer(issuer=ISSUER, client="emr", jwks=keys),
                Issuer(
                    issuer=SERVER,
                    kind="oauth2",
                    jwks=keys,
                    audience="ccr",
                    algorithms=("ES384", "RS256"),
                    scopes=(EVALUATE, READ),
                ),
            ),
            **more,
        }
    )


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    with Here(settings(tmp_path_factory.mktemp("keys"))) as made:
        yield made


def ask(service: Here, headers: dict[str, str] | None = None) -> httpx.Response:
    return service.post("/evaluate", json=question(), headers=headers or {})


def refusal(service: Here, headers: dict[str, str], caplog: pytest.LogCaptureFixture) -> str:
    """Ask, see that the answer says nothing but no, and return why, which the log says."""
    caplog.clear()
    with caplog.at_level(logging.INFO, "ccr.service"):
        refused = ask(service, headers)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.json().keys() == {"type", "title", "status", "instance"}
    return next(str(vars(each)["why"]) for each in caplog.records if "why" in vars(each))


# ---- API keys ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers", [bearer(KEY.key), {"X-API-Key": KEY.key}, {"Authorization": f"bearer  {KEY.key}"}]
)
def test_an_api_key_lets_its_client_in(service: Here, headers: dict[str, str]) -> None:
    assert ask(service, headers).status_code == 200


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "nothing-presented"),
        (bearer(OTHER.key), "api-key-unknown"),
        (bearer(f"ccr_{KEY.id}_{OTHER.key.split('_', 2)[2]}"), "api-key-unknown"),
        (bearer("ccr_"), "api-key-unknown"),
        (bearer("ccr_0_x"), "api-key-unknown"),
        (bearer("ccr_" + "x" * 1000), "api-key-too-long"),
        ({"X-API-Key": KEY.hash}, "api-key-unknown"),
        ({"Authorization": "Basic cGFuZWw6cGFuZWw="}, "scheme"),
        ({"Authorization": "Bearer"}, "token-unreadable"),
    ],
)
def test_whoever_has_no_key_is_turned_away(
    service: Here, headers: dict[str, str], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert refusal(service, headers, caplog) == why


def test_two_authorizations_are_none(service: Here) -> None:
    both = [("Authorization", f"Bearer {KEY.key}"), ("Authorization", f"Bearer {OTHER.key}")]
    assert service.post("/evaluate", json=question(), headers=both).status_code == 401


def test_a_key_opens_only_what_its_scopes_say(service: Here) -> None:
    assert service.get("/rulesets", headers=bearer(READER.key)).status_code == 200
    refused = ask(service, bearer(READER.key))
    assert (refused.status_code, refused.json()["detail"]) == (403, f"this needs the scope {EVALUATE}")
    assert service.post("/admin/reload", headers=bearer(KEY.key)).status_code == 403


def test_client_and_tenant_stand_in_the_log(service: Here, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "ccr.service"):
        ask(service, bearer(KEY.key))
    line = vars(caplog.records[-1])
    assert (line["client"], line["tenant"], line["route"]) == ("panel", "practice-1", "/evaluate")


@pytest.mark.parametrize("path", ["/health", "/ready", "/openapi.json"])
def test_whether_it_lives_anybody_may_ask(service: Here, path: str) -> None:
    assert service.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/metrics", "/rulesets", "/rulesets/nice-cancer"])
def test_everything_else_needs_a_caller(service: Here, path: str) -> None:
    assert service.get(path).status_code == 401


@pytest.mark.parametrize("path", ["/explain", "/batch", "/admin/reload"])
def test_everything_that_is_posted_needs_a_caller(service: Here, path: str) -> None:
    assert service.post(path, content=b"x").status_code == 401


# ---- tokens of CDS Hooks clients ---------------------------------------------------------------------------


@pytest.mark.parametrize("kid", ["ec", "rsa"])
def test_a_signed_token_lets_its_client_in(service: Here, kid: str) -> None:
    assert ask(service, bearer(token(kid))).status_code == 200


def test_an_audience_may_be_a_list(service: Here) -> None:
    assert ask(service, bearer(token(aud=["https://other.example", f"{URL}/evaluate"]))).status_code == 200


def test_a_token_counts_once(service: Here, caplog: pytest.LogCaptureFixture) -> None:
    once = token()
    assert ask(service, bearer(once)).status_code == 200
    assert refusal(service, bearer(once), caplog) == "used-before"


def test_a_token_counts_once_also_after_a_restart_and_in_another_worker(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    once = token()
    with Here(settings(tmp_path)) as first:
        assert ask(first, bearer(once)).status_code == 200
    with Here(settings(tmp_path)) as second:
        assert refusal(second, bearer(once), caplog) == "used-before"


def test_a_token_that_was_refused_was_not_used(service: Here, caplog: pytest.LogCaptureFixture) -> None:
    refusal(service, bearer(token(jti="kept", aud="https://other.example")), caplog)
    assert ask(service, bearer(token(jti="kept"))).status_code == 200


_NOW = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"aud": "https://ccr.example/explain"}, "audience"),
        ({"aud": "http://ccr.example/evaluate"}, "audience"),
        ({"aud": "https://ccr.example/evaluate/"}, "audience"),
        ({"aud": "https://ccr.example"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": 17}, "audience"),
        ({"iss": "https://evil.example"}, "issuer-unknown"),
        ({"iss": None}, "issuer-unknown"),
        ({"exp": _NOW - 31, "iat": _NOW - 300}, "expired"),
        ({"exp": None}, "exp-missing"),
        ({"exp": True}, "exp-missing"),
        ({"exp": 1e300}, "exp-missing"),
        ({"iat": None}, "iat-missing"),
        ({"iat": "now"}, "iat-missing"),
        ({"iat": _NOW + 31, "exp": _NOW + 200}, "not-yet-valid"),
        ({"nbf": _NOW + 31}, "not-yet-valid"),
        ({"iat": _NOW + 10, "exp": _NOW + 5}, "times"),
        ({"exp": _NOW + 331}, "lasts-too-long"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
        ({"jti": 17}, "jti"),
        ({"jti": "x" * 257}, "jti"),
        ({"tenant": "two words"}, "tenant"),
        ({"tenant": 17}, "tenant"),
        ({"filler": "x" * 9000}, "token-too-long"),
    ],
)
def test_a_token_with_another_claim_is_refused(
    service: Here, changes: dict[str, Any], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert refusal(service, bearer(token(**changes)), caplog) == why


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": _NOW - 29, "iat": _NOW - 300},
        {"iat": _NOW + 29},
        {"exp": _NOW + 330},
        {"nbf": _NOW},
        {"tenant": "practice-7"},
    ],
)
def test_a_token_within_the_bounds_counts(service: Here, changes: dict[str, Any]) -> None:
    assert ask(service, bearer(token(**changes))).status_code == 200


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "NONE", "HS256", "HS384", "ES256", "RS256", "PS384", "EdDSA", "", 5]
)
def test_only_es384_and_rs384_sign(service: Here, algorithm: Any, caplog: pytest.LogCaptureFixture) -> None:
    made = unsigned({"alg": algorithm, "kid": "ec", "typ": "JWT"}, b"x")
    assert refusal(service, bearer(made), caplog) in ("algorithm", "token-unreadable")


def test_a_public_key_is_no_secret_for_a_digest(service: Here, caplog: pytest.LogCaptureFixture) -> None:
    made = unsigned({"alg": "HS384", "kid": "ec"})
    secret = json.dumps(public("ec")).encode()
    head = made.rsplit(".", 1)[0]
    signature = hmac.new(secret, head.encode(), hashlib.sha384).hexdigest()
    assert refusal(service, bearer(f"{head}.{signature}"), caplog) in ("algorithm", "token-unreadable")


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda: token(headers={"kid": "nobody"}), "kid-unknown"),
        (lambda: token(headers={"jku": 17}), "header"),
        (lambda: unsigned({"alg": "ES384"}, b"x"), "header"),
        (lambda: unsigned({"alg": "ES384", "kid": "ec", "crit": ["x"]}, b"x"), "header"),
        (lambda: token("ec", headers={"kid": "rsa"}), "key-does-not-fit"),
        (lambda: unsigned({"alg": "ES384", "kid": "ec-256"}, b"x"), "key-does-not-fit"),
        (lambda: unsigned({"alg": "RS384", "kid": "rsa-weak"}, b"x"), "key-too-weak"),
        (lambda: unsigned({"alg": "ES384", "kid": "ec"}, b"x"), "signature"),
        (lambda: token()[:-6] + "AAAAAA", "signature"),
        (lambda: "a.b.c", "token-unreadable"),
        (lambda: "a" * 50, "token-unreadable"),
    ],
)
def test_a_token_that_was_not_signed_by_its_issuer_is_refused(
    service: Here, made: Callable[[], str], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert refusal(service, bearer(made()), caplog) in (why, "token-unreadable")


def test_the_address_that_was_called_is_that_of_the_settings_and_not_of_the_host_header(
    service: Here,
) -> None:
    made = token(aud="https://evil.example/evaluate")
    refused = ask(service, {**bearer(made), "Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert refused.status_code == 401


def test_tenants_may_be_listed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    listed = Issuer(issuer=ISSUER, jwks=write_keys(tmp_path), tenants=("practice-1",))
    with Here(settings(tmp_path, issuers=(listed,))) as service:
        assert ask(service, bearer(token(tenant="practice-1"))).status_code == 200
        assert refusal(service, bearer(token(tenant="practice-2")), caplog) == "tenant-unknown"
        assert refusal(service, bearer(token()), caplog) == "tenant-unknown"


# ---- access tokens of OAuth 2 ------------------------------------------------------------------------------


def access(**changes: Any) -> str:
    made = {
        "iss": SERVER,
        "aud": "ccr",
        "exp": _NOW + 3600,
        "client_id": "batcher",
        "scope": "ccr/evaluate x",
    }
    return token("ec", **{**made, **changes})


def test_an_access_token_counts_until_it_expires(service: Here) -> None:
    made = access()
    for _ in range(2):
        assert ask(service, bearer(made)).status_code == 200


@pytest.mark.parametrize(
    "changes", [{"scope": None, "scp": ["ccr/evaluate"]}, {"client_id": None, "azp": "x"}]
)
def test_servers_write_scopes_and_clients_in_several_ways(service: Here, changes: dict[str, Any]) -> None:
    assert ask(service, bearer(access(**changes))).status_code == 200


@pytest.mark.parametrize("scope", ["", "ccr/read", "ccr/evaluates", None])
def test_an_access_token_without_the_scope_is_not_enough(service: Here, scope: str | None) -> None:
    assert ask(service, bearer(access(scope=scope))).status_code == 403


def test_a_server_cannot_give_more_than_the_settings_allow_it(service: Here) -> None:
    assert service.post("/admin/reload", headers=bearer(access(scope=ADMIN))).status_code == 403


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"aud": f"{URL}/evaluate"}, "audience"),
        ({"client_id": "two words"}, "client"),
        ({"client_id": 17}, "client"),
        ({"client_id": None}, "client"),
        ({"scope": 17}, "scope"),
        ({"exp": _NOW - 31, "iat": _NOW - 600}, "expired"),
    ],
)
def test_an_access_token_with_another_claim_is_refused(
    service: Here, changes: dict[str, Any], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert refusal(service, bearer(access(**changes)), caplog) == why


def test_a_server_may_sign_as_the_settings_say(service: Here) -> None:
    made = token("rsa", "RS256", iss=SERVER, aud="ccr", client_id="batcher", scope="ccr/evaluate")
    assert ask(service, bearer(made)).status_code == 200


# ---- how often ---------------------------------------------------------------------------------------------


def test_whoever_calls_too_often_is_told_when_to_come_again(tmp_path: Path) -> None:
    with Here(settings(tmp_path, rate_per_second=0.5, rate_burst=2)) as service:
        assert [service.get("/rulesets", headers=bearer(READER.key)).status_code for _ in range(2)] == [
            200,
            200,
        ]
        refused = service.get("/rulesets", headers=bearer(READER.key))
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
        assert ask(service, bearer(KEY.key)).status_code == 200


def test_the_clock_of_the_service_decides_whether_a_token_has_expired(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    later = Clock(lambda: CLOCK.now() + timedelta(minutes=6))
    with Here(settings(tmp_path), later) as service:
        assert refusal(service, bearer(token()), caplog) == "expired"
