"""Public keys that are fetched: only from where the settings say, within bounds, and not too often."""

import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ccr_rules.errors import UsageError
from ccr_rules.service.callers import key_sets
from ccr_rules.service.callers.caller import Refused
from ccr_rules.service.callers.key_sets import pinned, usable
from ccr_rules.service.clock import Clock
from ccr_rules.service.settings import Issuer, Settings
from tests.service.support import NOW, STORE, URL, Here, question
from tests.service.tokens import ISSUER, bearer, key_set, public, token


class Keys(ThreadingHTTPServer):
    """A server of keys, which counts how often it is asked, and does what it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked = 0
        self.status = 200
        self.content = json.dumps(key_set("ec")).encode()
        self.seconds = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/jwks.json"


class _Handler(BaseHTTPRequestHandler):
    server: Keys

    def do_GET(self) -> None:
        self.server.asked += 1
        time.sleep(self.server.seconds)
        self.send_response(self.server.status)
        self.send_header("Location", self.server.url)
        self.end_headers()
        with suppress(OSError):  # nobody waits for it any more
            self.wfile.write(self.server.content)

    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture
def keys() -> Iterator[Keys]:
    with Keys() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Time:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def service(keys: Keys, clock: Time) -> Iterator[Here]:
    issuer = Issuer(issuer=ISSUER, jkus=(keys.url,))
    settings = Settings(
        database_url=STORE, public_url=URL, reload_seconds=0, issuers=(issuer,), skew_seconds=300
    )
    with Here(settings, Clock(clock)) as made:
        yield made


def ask(service: Here, *, kid: str = "ec", **changes: Any) -> int:
    headers = {"kid": kid, **({"jku": changes.pop("jku")} if "jku" in changes else {})}
    now = int(service.service.clock.seconds())
    made = token("ec", headers=headers, iat=now, exp=now + 100, **changes)
    return service.post("/evaluate", json=question(), headers=bearer(made)).status_code


def test_keys_are_fetched_once_and_kept(service: Here, keys: Keys) -> None:
    assert [ask(service), ask(service, jku=keys.url)] == [200, 200]
    assert keys.asked == 1


def test_an_address_that_is_not_listed_is_never_fetched(service: Here, keys: Keys) -> None:
    for address in (
        f"{keys.url}?",
        keys.url.replace("jwks", "other"),
        "http://169.254.169.254/",
        "file:///etc/passwd",
    ):
        assert ask(service, jku=address) == 401
    assert keys.asked == 0


def test_keys_are_fetched_anew_when_they_are_old(service: Here, keys: Keys, clock: Time) -> None:
    ask(service)
    clock.now += timedelta(seconds=601)
    assert ask(service) == 200
    assert keys.asked == 2


def test_a_key_that_is_not_there_is_looked_for_at_most_every_half_minute(
    service: Here, keys: Keys, clock: Time
) -> None:
    keys.content = json.dumps(key_set("rsa")).encode()
    assert [ask(service) for _ in range(3)] == [401, 401, 401]
    assert keys.asked == 1
    keys.content = json.dumps(key_set("ec")).encode()
    clock.now += timedelta(seconds=31)
    assert ask(service) == 200
    assert keys.asked == 2


def test_old_keys_are_not_used_while_new_ones_cannot_be_fetched(
    service: Here, keys: Keys, clock: Time
) -> None:
    ask(service)
    clock.now += timedelta(seconds=601)
    keys.status = 500
    assert [ask(service), ask(service)] == [401, 401]


@pytest.mark.parametrize(
    ("status", "content", "why"),
    [
        (302, b"", "jwks-not-there"),
        (404, b"", "jwks-not-there"),
        (200, b"x" * (key_sets.LARGEST + 1), "jwks-too-large"),
        (200, b"<html>", "jwks-unreadable"),
        (200, b"[]", "jwks-unreadable"),
        (200, b'{"keys": {}}', "jwks-unreadable"),
        (200, json.dumps({"keys": [{}] * 101}).encode(), "jwks-unreadable"),
        (200, b'{"keys": [17, {"kid": 17}, {"kid": "ec", "use": "enc"}]}', "kid-unknown"),
    ],
)
def test_what_is_no_key_set_is_not_used(
    service: Here, keys: Keys, status: int, content: bytes, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    keys.status, keys.content = status, content
    with caplog.at_level(logging.INFO, "ccr.service"):
        assert ask(service) == 401
    assert vars(caplog.records[-1])["why"] == why
    assert keys.asked == 1


def test_a_server_that_does_not_answer_is_not_waited_for(
    service: Here, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_sets, "FETCH_SECONDS", 0.1)
    keys.seconds = 0.5
    assert ask(service) == 401


@pytest.mark.parametrize(
    ("key", "algorithm", "why"),
    [
        ({"kty": "oct", "k": "AAAA"}, "ES384", "key-does-not-fit"),
        (public("ec", alg="ES256"), "ES384", "key-does-not-fit"),
        (public("ec"), "RS384", "key-does-not-fit"),
        (public("ec", x="AAAA"), "ES384", "key-unusable"),
        (public("rsa", n=17), "RS384", "key-unusable"),
    ],
)
def test_a_key_is_used_only_for_what_it_is(key: dict[str, Any], algorithm: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        usable(key, algorithm)
    assert refused.value.code == why


@pytest.mark.parametrize("content", [None, "", "{}", "[]"])
def test_a_file_of_keys_that_cannot_be_read_is_a_usage_error(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "keys.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="no JSON Web Key Set"):
        pinned(Issuer(issuer=ISSUER, jwks=str(path)))


def test_the_clock_is_utc_and_the_day_londons() -> None:
    night = Clock(lambda: datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    assert night.today().isoformat() == "2026-07-01"
    assert abs(Clock().seconds() - time.time()) < 5
