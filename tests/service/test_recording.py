"""Decisions are recorded. When that cannot be done answers say so, or are not given, as the settings say."""

import hashlib
import json
import logging
import sqlite3
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from ccr_rules.service import books
from ccr_rules.service.clock import Clock
from ccr_rules.service.settings import Settings
from ccr_rules.store.errors import StoreUnavailable
from ccr_rules.store.store import Store
from tests.service.support import CLOCK, DAY, Here, question
from tests.service.test_callers import KEY, refusal, settings
from tests.service.tokens import bearer, token


def dev(folder: Path, **more: Any) -> Settings:
    url = f"sqlite:///{folder}/store.sqlite3"
    return Settings(**{"dev": True, "reload_seconds": 0, "rate_per_second": 0, "database_url": url, **more})


def opened(folder: Path, key: str | None = None) -> Store:
    return Store.open(f"sqlite:///{folder}/store.sqlite3", key=key)


def ask(service: Here, headers: dict[str, str] | None = None, **more: Any) -> Any:
    return service.post("/evaluate", json=question(as_of=DAY, **more), headers=headers or {})


def decisions(folder: Path) -> int:
    connection = sqlite3.connect(folder / "store.sqlite3")
    try:
        count: int = connection.execute("SELECT count(*) FROM decision").fetchone()[0]
    finally:
        connection.close()
    return count


def test_each_evaluation_is_recorded_with_its_question(tmp_path: Path) -> None:
    with Here(dev(tmp_path)) as service:
        answer = ask(service, profile="whole-record", supplied=["Condition"], rulesets=["nice-cancer"])
        assert answer.headers["ccr-recorded"] == "true"
    with opened(tmp_path) as store:
        kept = store.decision(answer.json()["decision"])
        assert kept is not None
        assert kept.caller.client == "dev"
        assert kept.caller.endpoint == "/evaluate"
        assert kept.question.as_of.isoformat() == DAY
        assert [each.id for each in kept.question.rulesets] == ["nice-cancer"]
        assert kept.question.asked.profile == "whole-record"
        assert kept.question.asked.supplied == ("Condition",)
        assert kept.input is None


def test_explanations_are_not_recorded(tmp_path: Path) -> None:
    with Here(dev(tmp_path)) as service:
        assert service.post("/explain", json=question()).status_code == 200
        ask(service)
    assert decisions(tmp_path) == 1


def test_records_are_kept_where_the_settings_want_it(tmp_path: Path) -> None:
    key = Fernet.generate_key().decode()
    with Here(dev(tmp_path, keep_records=True, store_key=key)) as service:
        id_ = ask(service).json()["decision"]
    with opened(tmp_path, key) as store:
        kept = store.decision(id_)
        assert kept is not None
        assert kept.input is not None
        assert json.loads(kept.input) == question()["record"]


@pytest.fixture
def gone(tmp_path: Path) -> Path:
    """A store that is not there: a folder stands where its file should be."""
    (tmp_path / "store.sqlite3").mkdir()
    return tmp_path


def test_without_the_store_an_evaluation_is_answered_and_says_that_it_is_not_recorded(
    gone: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Here(dev(gone)) as service, caplog.at_level(logging.INFO, "ccr.service"):
        answers = [ask(service), ask(service, {"Idempotency-Key": "k"})]
        assert [(each.status_code, each.headers["ccr-recorded"]) for each in answers] == [(200, "false")] * 2
        assert b"ccr_decisions_not_recorded_total 2.0" in service.service.metrics.text()
        ready = service.get("/ready")
        assert (ready.status_code, ready.json()["status"], ready.json()["store"]) == (
            200,
            "degraded",
            "unreachable",
        )
        assert ready.json()["reasons"][0].startswith("store: ")
    assert [each.levelname for each in caplog.records if each.name == "ccr.service.store"] == ["ERROR"]


def test_without_a_store_that_is_required_nothing_is_answered(gone: Path) -> None:
    with Here(dev(gone, require_store=True)) as service:
        for headers in ({}, {"Idempotency-Key": "k"}):
            refused = ask(service, headers)
            assert refused.status_code == 503
            assert refused.json()["detail"].startswith("prompts unavailable: ")
            assert refused.headers["retry-after"] == "5"
        assert service.get("/ready").status_code == 503


def test_a_store_that_comes_back_is_used_again(
    gone: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(books, "LEFT_ALONE", 0.0)
    with Here(dev(gone)) as service, caplog.at_level(logging.INFO, "ccr.service.store"):
        assert ask(service).headers["ccr-recorded"] == "false"
        (gone / "store.sqlite3").rmdir()
        assert ask(service).headers["ccr-recorded"] == "true"
        assert service.get("/ready").json() == {
            "status": "ready",
            "reasons": [],
            "rulesets": 33,
            "store": "reachable",
        }
    assert caplog.records[-1].getMessage() == "the store is there again"


def test_a_store_that_failed_is_left_alone_for_a_while(gone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "LEFT_ALONE", 60.0)
    with Here(dev(gone)) as service:
        ask(service)
        (gone / "store.sqlite3").rmdir()
        assert ask(service).headers["ccr-recorded"] == "false"


def test_a_store_that_takes_too_long_is_not_waited_for(tmp_path: Path) -> None:
    with Here(dev(tmp_path, store_seconds=0.2)) as service:
        ask(service)
        started = time.monotonic()

        async def slow() -> None:
            await service.service.books.do(lambda _: time.sleep(1))

        with pytest.raises(StoreUnavailable, match="too long"):
            service.run(slow())
        assert time.monotonic() - started < 0.9
        assert ask(service).headers["ccr-recorded"] == "false"


def test_without_the_store_a_token_counts_once_in_each_worker(
    gone: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lost = settings(gone, database_url=f"sqlite:///{gone}/store.sqlite3")
    once = token()
    with Here(lost) as service:
        assert ask(service, bearer(once)).status_code == 200
        assert refusal(service, bearer(once), caplog) == "used-before"
        assert ask(service, bearer(token())).status_code == 200


def test_without_a_store_that_is_required_no_token_counts(gone: Path) -> None:
    lost = settings(gone, database_url=f"sqlite:///{gone}/store.sqlite3", require_store=True)
    with Here(lost) as service:
        assert ask(service, bearer(token())).status_code == 503
        assert service.get("/rulesets", headers=bearer(KEY.key)).status_code == 200


def test_used_tokens_are_forgotten_when_they_have_expired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "MANY", 1)
    with Here(settings(tmp_path)) as service:
        used, now = service.service.books.use_once, CLOCK.now()
        assert service.run(used("i", "1", now - timedelta(seconds=1)))
        assert service.run(used("i", "2", now + timedelta(seconds=60)))
        assert service.run(used("i", "3", now + timedelta(seconds=60)))
        assert not service.run(used("i", "2", now + timedelta(seconds=60)))


# ---- idempotency keys --------------------------------------------------------------------------------------


@pytest.fixture(params=["with a key to seal answers", "without"])
def keyed(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    more = {"store_key": Fernet.generate_key().decode()} if request.param != "without" else {}
    return dev(tmp_path, **more)


def test_the_same_request_is_answered_as_before_and_recorded_once(keyed: Settings, tmp_path: Path) -> None:
    later = Clock(lambda: CLOCK.now() + timedelta(hours=13))
    key = {"Idempotency-Key": "k"}
    with Here(keyed) as service:
        first = service.post("/evaluate", json=question(), headers=key)
    with Here(keyed, later) as service:
        again = service.post("/evaluate", json=question(), headers=key)
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["ccr-replayed"] == "true"
    assert again.headers["ccr-recorded"] == first.headers["ccr-recorded"] == "true"
    assert decisions(tmp_path) == 1


def test_a_key_is_for_one_body(tmp_path: Path) -> None:
    with Here(dev(tmp_path)) as service:
        key = {"Idempotency-Key": "k"}
        ask(service, key)
        refused = ask(service, key, known_on=DAY)
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:ccr-rules:problem:key-reused")


def test_a_key_under_which_something_is_being_answered_is_in_use(tmp_path: Path) -> None:
    with Here(dev(tmp_path)) as service, opened(tmp_path) as store:
        body = json.dumps(question()).encode()
        store.begin_idempotent("dev", "k", hashlib.sha256(body).hexdigest(), CLOCK.now())
        headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
        refused = service.post("/evaluate", content=body, headers=headers)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:ccr-rules:problem:key-in-use")


def test_a_request_that_failed_may_come_again_under_its_key(tmp_path: Path) -> None:
    with Here(dev(tmp_path)) as service:
        for _ in range(2):
            failed = service.post("/evaluate", json={"record": {}}, headers={"Idempotency-Key": "k"})
            assert failed.json()["type"] == "urn:ccr-rules:problem:unusable-record"


@pytest.mark.parametrize("key", ["", "x" * 201, b"\xe9"])
def test_what_is_no_key_is_refused(tmp_path: Path, key: Any) -> None:
    with Here(dev(tmp_path)) as service:
        refused = ask(service, {"Idempotency-Key": key})
        assert (refused.status_code, refused.json()["type"]) == (400, "urn:ccr-rules:problem:bad-request")


def test_a_replay_without_its_decision_is_answered_anew(tmp_path: Path) -> None:
    with Here(dev(tmp_path)) as service:
        key = {"Idempotency-Key": "k"}
        first = ask(service, key)
        connection = sqlite3.connect(tmp_path / "store.sqlite3")
        connection.execute("DELETE FROM decision")
        connection.commit()
        connection.close()
        again = ask(service, key)
        assert again.json() == first.json()
