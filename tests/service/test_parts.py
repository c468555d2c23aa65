"""The parts of the service one by one: what only shows when something is slow, old, or goes wrong."""

import asyncio
import json
import logging
import os
import signal
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from msgspec.json import encode
from starlette.types import Message, Receive, Scope, Send

from ccr_rules.engine import Engine
from ccr_rules.errors import EvaluatorUnavailable, MissingExtraError, RecordError
from ccr_rules.evaluation.explanation import explain
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.service import answering, books, reloading, rules
from ccr_rules.service.gate import Gate, NotTaken
from ccr_rules.service.metrics import SHARED, Metrics
from ccr_rules.service.problems import of_status
from ccr_rules.service.record_faults import unusable
from ccr_rules.service.rules import Rules
from ccr_rules.service.settings import Settings
from ccr_rules.store.errors import StoreUnavailable
from ccr_rules.store.store import Store
from tests.cli.support import SCHEME, write_ruleset
from tests.service.support import CLOCK, DAY, STORE, Here, question, record

LARGE = Settings(dev=True, database_url=STORE, reload_seconds=0, inline_bytes=0)


def asked(service: Here, **more: Any) -> tuple[int, str]:
    answer = service.post("/evaluate", json=question(as_of=DAY, **more))
    return answer.status_code, answer.json().get("type", "")


# ---- evaluating --------------------------------------------------------------------------------------------


def test_a_large_record_is_evaluated_in_a_thread_and_answered_alike() -> None:
    with Here(LARGE) as service:
        answer = service.post("/evaluate", json=question(as_of=DAY))
        assert answer.json() == Engine.default().evaluate(record(), DAY).to_dict()
        assert asked(service, patient="Patient/other")[0] == 422


def test_what_takes_too_long_is_not_waited_for_and_holds_up_only_its_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slow(evaluation: Evaluation) -> bytes:
        time.sleep(0.6)
        return b"{}"

    monkeypatch.setattr(answering, "THREADS", 1)
    settings = Settings(
        dev=True, database_url=STORE, reload_seconds=0, inline_bytes=0, evaluation_seconds=0.2
    )
    with Here(settings) as service:
        with monkeypatch.context() as patched:
            patched.setattr(Evaluation, "to_json", slow)
            late = service.post("/evaluate", json=question())
            assert (late.status_code, late.headers["retry-after"]) == (503, "1")
            assert late.json()["type"] == "urn:ccr-rules:problem:out-of-time"
        assert service.get("/health").status_code == 200


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (MissingExtraError("not installed"), 422),
        (EvaluatorUnavailable("too long"), 503),
    ],
)
def test_another_evaluator_may_not_be_there(
    fault: Exception, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise fault

    settings = Settings(dev=True, database_url=STORE, reload_seconds=0, engines=("reference", "durable"))
    with Here(settings) as service:
        monkeypatch.setattr(Engine, "evaluate", fail)
        assert asked(service, engine="durable")[0] == status


@pytest.mark.parametrize(
    "sent",
    [
        [],
        {},
        {"resourceType": "Organization", "id": "1"},
        [{"resourceType": "Patient", "id": "1"}, {"resourceType": "Patient", "id": "2"}],
        {"zzyzx": 1},
    ],
)
def test_an_unusable_record_is_told_in_words_that_quote_nothing(sent: Any) -> None:
    with pytest.raises(RecordError) as fault:
        Engine.default().evaluate(sent, DAY)
    told = unusable(fault.value)
    assert told.detail.startswith("$.record: it ") or told.detail.startswith("$.record: not ")
    assert "zzyzx" not in told.detail


# ---- rulesets ----------------------------------------------------------------------------------------------


def test_the_engine_begins_anew_before_its_choices_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_PREPARED", 2)
    held = Rules((), CLOCK.today)
    first = held.engine_for(1)
    assert held.engine_for(2) is first
    assert held.engine_for(1) is first
    assert held.engine_for(3) is not first
    assert held.engine.library is first.library


def test_a_folder_that_goes_away_leaves_the_rulesets_as_they_were(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    write_ruleset(folder)
    held = Rules((folder,), CLOCK.today)
    assert not held.changed()
    folder.rename(tmp_path / "elsewhere")
    assert held.changed()
    assert not held.reload()
    assert "ccr ruleset check" in held.fault
    assert held.engine.library.find("local-scheme").version == "2026.1.0"
    assert not held.changed()
    (tmp_path / "elsewhere").rename(folder)
    write_ruleset(folder, SCHEME.replace("2026.1.0", "2026.2.0"))
    assert held.reload()
    assert (held.fault, held.engine.library.find("local-scheme").version) == ("", "2026.2.0")


def test_a_folder_that_cannot_be_read_leaves_them_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Rules((), CLOCK.today)

    def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(Engine, "hosting", fail)
    assert not held.reload()


def test_background_work_that_fails_is_told_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    tries = []

    async def fail() -> None:
        tries.append(1)
        raise ValueError("Zqx")

    async def run() -> None:
        task = asyncio.create_task(reloading._every(0.001, fail))
        while len(tries) < 2:
            await asyncio.sleep(0.001)
        task.cancel()

    with caplog.at_level(logging.ERROR):
        asyncio.run(run())
    assert vars(caplog.records[0])["fault"].startswith("ValueError at ")


def test_rulesets_are_watched_and_the_store_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reloading, "SWEPT_EVERY", 0.01)
    write_ruleset(tmp_path / "rules")
    settings = Settings(
        dev=True, database_url=STORE, reload_seconds=0.01, rulesets=(str(tmp_path / "rules"),)
    )
    with Here(settings) as service:
        write_ruleset(tmp_path / "rules", SCHEME.replace("2026.1.0", "2026.2.0"))
        held = service.service.rules
        while held.engine.library.find("local-scheme").version == "2026.1.0":
            service.run(asyncio.sleep(0.01))
        assert service.service.books.fault == ""


def test_only_the_process_that_started_the_workers_is_told_to_tell_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[tuple[int, object]] = []
    monkeypatch.setattr(os, "kill", lambda *what: told.append(what))
    for parent in (None, "1", str(os.getppid())):
        if parent is not None:
            monkeypatch.setenv(reloading.PARENT, parent)
        reloading.tell_other_workers()
    assert {process for process, _ in told} == {os.getppid()}


def test_a_worker_ends_when_the_process_that_began_it_is_gone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reloading, "PARENT_SOUGHT_EVERY", 0.01)
    monkeypatch.setenv(reloading.PARENT, str(os.getppid()))
    ended = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: ended.set())
    try:
        with Here(LARGE) as service, caplog.at_level(logging.ERROR, "ccr.service"):
            service.run(asyncio.sleep(0.05))
            assert not ended.is_set()
            monkeypatch.setattr(os, "getppid", lambda: 1)
            while not ended.is_set():
                service.run(asyncio.sleep(0.01))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert caplog.messages == ["the process that began this worker is gone, so it ends"]


# ---- the gate ----------------------------------------------------------------------------------------------

SCOPE: Scope = {"type": "http", "method": "GET", "headers": []}


async def nothing() -> Message:
    return {"type": "http.disconnect"}


def gate(app: Any, seconds: float = 5) -> Gate:
    return Gate(app, Metrics(), dev=False, https=False, seconds=seconds)


def test_an_answer_that_nobody_takes_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def stuck(_: Message) -> None:
        await asyncio.sleep(60)

    with caplog.at_level(logging.INFO, "ccr.service"), pytest.raises(NotTaken):
        asyncio.run(gate(app, 0.01)(dict(SCOPE), nothing, stuck))
    assert (vars(caplog.records[-1])["status"], vars(caplog.records[-1])["why"]) == (499, "answer-not-taken")


def test_what_fails_when_the_answer_has_begun_ends_the_connection(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    async def take(_: Message) -> None: ...

    with caplog.at_level(logging.INFO, "ccr.service"), pytest.raises(ZeroDivisionError):
        asyncio.run(gate(app)(dict(SCOPE), nothing, take))
    assert vars(caplog.records[-1])["status"] == 500


def test_what_is_no_request_is_let_through() -> None:
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def take(_: Message) -> None: ...

    asyncio.run(gate(app)({"type": "lifespan"}, nothing, take))
    assert seen == ["lifespan"]


@pytest.mark.parametrize(("status", "slug"), [(404, "not-found"), (418, "bad-request"), (502, "internal")])
def test_a_status_of_the_framework_is_a_problem(status: int, slug: str) -> None:
    assert of_status(status).slug == slug


def test_workers_tell_what_all_of_them_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SHARED, str(tmp_path))
    assert Metrics().text() == b""


# ---- bodies ------------------------------------------------------------------------------------------------

JSON = {"Content-Type": "application/json"}
SMALL = structs.replace(LARGE, max_body_bytes=1000, body_seconds=0.1)


async def slowly(*parts: bytes, seconds: float = 0) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
        await asyncio.sleep(seconds)


def test_a_body_that_is_too_large_is_refused_before_or_while_it_comes() -> None:
    with Here(SMALL) as service:
        said = service.post("/evaluate", content=b"x" * 1001, headers=JSON)
        unsaid = service.post("/evaluate", content=slowly(b"x" * 600, b"x" * 600), headers=JSON)
        assert [said.status_code, unsaid.status_code] == [413, 413]
        assert service.post("/evaluate", content=b"x" * 1000, headers=JSON).status_code == 400


def test_a_body_that_comes_too_slowly_is_refused() -> None:
    with Here(SMALL) as service:
        dripping = service.post("/evaluate", content=slowly(*[b"x"] * 9, seconds=0.03), headers=JSON)
        stuck = service.post("/evaluate", content=slowly(b"x", b"x", seconds=0.5), headers=JSON)
        assert [dripping.status_code, stuck.status_code] == [408, 408]
        lines = {"Content-Type": "application/x-ndjson"}
        batch = service.post("/batch", content=slowly(b"{}\n", b"x", seconds=0.5), headers=lines)
        assert [json.loads(each)["problem"]["status"] for each in batch.text.splitlines()] == [422, 408]


def test_whoever_goes_away_in_the_middle_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    scope = {"type": "http", "method": "POST", "path": "/evaluate", "query_string": b"", "root_path": ""}
    headers = [(b"content-type", b"application/json")]
    sent: list[Message] = []

    async def take(message: Message) -> None:
        sent.append(message)

    with Here() as service, caplog.at_level(logging.INFO, "ccr.service"):
        service.run(service.app({**scope, "headers": headers}, nothing, take))
    assert sent[0]["status"] == 400


# ---- what is left of the routes ----------------------------------------------------------------------------


def test_explanations_are_those_of_the_engine() -> None:
    with Here() as service:
        answer = service.post("/explain", json=question(as_of=DAY, rules=["support-conversation"]))
        found = explain(Engine.default().evaluate(record(), DAY), "support-conversation")
        assert answer.json() == json.loads(encode(found))
        everything = service.post("/explain", json=question(as_of=DAY)).json()
        assert len(everything) > 10
        refused = service.post("/explain", json=question(rules=["support-conversation", "zzyzx"]))
        assert refused.json()["detail"].startswith("$.rules[1]: ")


def test_rulesets_are_listed_and_shown() -> None:
    with Here() as service:
        listed = service.get("/rulesets").json()
        assert len(listed["rulesets"]) == 33
        assert listed["in_force"] == [
            "best-practice-ccr@2026.1.0",
            "nice-cancer@2025.1.0",
            "qof-cancer@2026.1.0",
        ]
        shown = service.get("/rulesets/qof-cancer@2023").json()
        assert shown["text"].startswith(f"# {shown['title']}")
        assert service.get("/rulesets/nothing").status_code == 404
        assert service.post("/admin/reload").json() == {"rulesets": 33}


def test_an_attestation_counts() -> None:
    given = {"kind": "attested", "codelist": "support-information-given", "day": "2026-10-02"}
    with Here() as service:
        answer = service.post("/evaluate", json=question(as_of=DAY, responses=[given])).json()
    (support,) = [each for each in answer["reviews"] if each["id"] == "support-conversation"]
    assert support["status"] == "done"


# ---- a store that fails in the middle ----------------------------------------------------------------------


def test_a_store_that_fails_between_two_steps_spoils_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(books, "LEFT_ALONE", 0.0)
    settings = structs.replace(LARGE, database_url=f"sqlite:///{tmp_path}/store.sqlite3")
    key = {"Idempotency-Key": "k"}
    with Here(settings) as service:
        with monkeypatch.context() as patched:
            patched.setattr(Store, "record_decision", fail)
            first = service.post("/evaluate", json=question(), headers=key)
            assert (first.status_code, first.headers["ccr-recorded"]) == (200, "false")
        again = service.post("/evaluate", json=question(), headers=key)
        assert (again.json(), again.headers["ccr-recorded"]) == (first.json(), "false")
        with monkeypatch.context() as patched:
            patched.setattr(Store, "finish_idempotent", fail)
            patched.setattr(Store, "abandon_idempotent", fail)
            other = service.post("/evaluate", json=question(), headers={"Idempotency-Key": "k2"})
            bad = service.post("/evaluate", json={"record": {}}, headers={"Idempotency-Key": "k3"})
            assert (other.status_code, bad.status_code) == (200, 422)
        service.post("/evaluate", json=question(), headers={"Idempotency-Key": "k4"})
        monkeypatch.setattr(Store, "decision", fail)
        replayed = service.post("/evaluate", json=question(), headers={"Idempotency-Key": "k4"})
        assert replayed.json() == first.json()


def test_a_store_that_fails_twice_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "store.sqlite3").mkdir()
    settings = structs.replace(LARGE, database_url=f"sqlite:///{tmp_path}/store.sqlite3")
    with Here(settings) as service, pytest.MonkeyPatch.context() as patched:
        patched.setattr(books, "LEFT_ALONE", 0.0)
        for _ in range(2):
            assert service.post("/evaluate", json=question()).headers["ccr-recorded"] == "false"
    assert [each.name for each in caplog.records if each.levelname == "ERROR"] == ["ccr.service.store"]
