"""`ccr serve` in a process of its own: starting and ending, workers, reloading under load, backpressure."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ccr_rules.engine import Engine
from tests.cli.support import SCHEME, process, write_ruleset
from tests.service.servers import Server, serving, wait
from tests.service.support import DAY, question, record


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("serving"), "--dev") as started:
        yield started


# ---- starting and ending -----------------------------------------------------------------------------------


def test_one_command_starts_it(server: Server) -> None:
    answer = server.client.post("/evaluate", json=question(as_of=DAY))
    assert answer.json() == Engine.default().evaluate(record(), DAY).to_dict()
    assert answer.headers["ccr-recorded"] == "true"


def test_dev_is_loud(server: Server) -> None:
    first = server.lines()[0]
    assert (first["level"], first["message"].split(":")[0]) == ("warning", "--dev")
    for path in ("/health", "/nothing"):
        assert "no authentication" in server.client.get(path).headers["ccr-dev"]


def test_answers_do_not_say_what_answers_and_are_not_kept(server: Server) -> None:
    headers = server.client.get("/rulesets").headers
    assert "server" not in headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")


def test_each_request_has_one_line_in_the_log(server: Server) -> None:
    answer = server.client.get("/rulesets/nice-cancer")
    id_ = answer.headers["x-request-id"]
    wait(lambda: any(each.get("request") == id_ for each in server.lines()), "the line")
    (line,) = [each for each in server.lines() if each.get("request") == id_]
    assert line["route"] == "/rulesets/{id}"
    assert (line["client"], line["method"], line["status"]) == ("dev", "GET", 200)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_dev_listens_on_this_machine_only(host: str) -> None:
    refused = process("serve", "--dev", "--host", host)
    assert refused.returncode == 2
    assert b"--dev has no authentication" in refused.stderr


def test_without_callers_it_does_not_start() -> None:
    refused = process("serve")
    assert refused.returncode == 2
    assert b"nobody is configured who may call" in refused.stderr


def test_an_address_that_is_taken_is_a_usage_error(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        store = f"sqlite:///{tmp_path}/store.sqlite3"
        refused = process("serve", "--dev", "--store", store, "--port", str(taken.getsockname()[1]))
    assert refused.returncode == 2
    assert b"choose another with --port" in refused.stderr


def test_a_broken_library_does_not_start(tmp_path: Path) -> None:
    write_ruleset(tmp_path / "rules", SCHEME.replace("status: active", "status: perhaps"))
    store = f"sqlite:///{tmp_path}/store.sqlite3"
    refused = process("serve", "--dev", "--store", store, "--rulesets", tmp_path / "rules")
    assert refused.returncode == 10


def test_a_store_that_cannot_be_opened_does_not_keep_it_from_starting(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite3").mkdir()
    with serving(tmp_path, "--dev") as started:
        assert started.client.get("/ready").json()["store"] == "unreachable"
        assert any(each["message"].startswith("the store cannot be opened") for each in started.lines())


def test_with_settings_and_a_key_that_was_just_made(tmp_path: Path) -> None:
    made = process("key", "new", "panel", "--scope", "ccr/evaluate", "--scope", "ccr/admin")
    key = made.stdout.decode().strip()
    told = made.stderr.decode()
    settings = told[told.index("[[api_keys]]") :].replace("\r", "")
    assert key.split("_")[2] not in told
    (tmp_path / "ccr.toml").write_text(settings, encoding="utf-8")
    with serving(tmp_path, "--config", str(tmp_path / "ccr.toml")) as started:
        bearer = {"Authorization": f"Bearer {key}"}
        assert started.client.post("/evaluate", json=question(), headers=bearer).status_code == 200
        assert started.client.post("/admin/reload", headers=bearer).json() == {"rulesets": 33}
        assert started.client.get("/rulesets", headers=bearer).status_code == 403
        assert started.client.post("/evaluate", json=question()).status_code == 401
        assert "ccr-dev" not in started.client.get("/health").headers


def test_a_key_for_a_scope_that_does_not_exist_is_not_made() -> None:
    refused = process("key", "new", "panel", "--scope", "everything")
    assert refused.returncode == 2


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_signal_ends_it_when_what_has_begun_is_answered(tmp_path: Path, workers: str) -> None:
    with serving(tmp_path, "--dev", "--workers", workers) as started:
        assert started.client.post("/evaluate", json=question()).status_code == 200
        started.process.terminate()
        assert started.process.wait(60) == 0


# ---- several workers ---------------------------------------------------------------------------------------


def test_several_workers_share_counts_keys_and_reloads(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    write_ruleset(rules)
    with serving(tmp_path, "--dev", "--workers", "2", "--rulesets", str(rules)) as started:
        started.wait_for("Application startup complete.", 2)
        for number in range(30):
            headers = {"Idempotency-Key": str(number % 3), "Connection": "close"}
            assert started.client.post("/evaluate", json=question(), headers=headers).status_code == 200
        # a worker counts a request when it has answered, and by then the other may be telling the counts
        wait(lambda: ALL_COUNTED in _counts(started.client), "every request is counted, by whichever worker")
        counted = _counts(started.client)
        assert ALL_COUNTED in counted
        assert 'ccr_evaluations_total{completeness="complete"} 3.0' in counted
        write_ruleset(rules, SCHEME.replace("2026.1.0", "2026.2.0"))
        assert started.client.post("/admin/reload", headers={"Connection": "close"}).status_code == 200
        for _ in range(10):
            wait(lambda: _version(started.client) == "2026.2.0", "every worker has the new one")
        started.wait_for("rulesets reloaded", 2)


ALL_COUNTED = 'ccr_requests_total{method="POST",route="/evaluate",status="200"} 30.0'


def _counts(client: httpx.Client) -> str:
    return client.get("/metrics", headers={"Connection": "close"}).text


def _version(client: httpx.Client) -> str:
    found = client.get("/rulesets/local-scheme", headers={"Connection": "close"})
    return str(found.json()["version"])


# ---- reloading under load ----------------------------------------------------------------------------------


class Load:
    """Asks again and again from several threads, and keeps what is not answered."""

    def __init__(self, server: Server, body: dict[str, Any]) -> None:
        self.failed: list[str] = []
        self.answered = 0
        self._content = json.dumps(body).encode()
        self._server, self._over = server, threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(4)]

    def _ask(self) -> None:
        with httpx.Client(base_url=self._server.client.base_url, timeout=60) as client:
            while not self._over.is_set():
                try:
                    answer = client.post(
                        "/evaluate", content=self._content, headers={"Content-Type": "application/json"}
                    )
                except httpx.HTTPError as fault:
                    self.failed.append(repr(fault))
                    continue
                if answer.status_code != 200:
                    self.failed.append(answer.text)
                self.answered += 1

    def __enter__(self) -> "Load":
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for each in self._threads:
            each.join()


def test_rulesets_are_exchanged_under_load_and_a_broken_one_is_not_used(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    write_ruleset(rules)
    watched = {"CCR_RELOAD_SECONDS": "0.2"}
    with serving(tmp_path, "--dev", "--rulesets", str(rules), environment=watched) as started:
        with Load(started, question(rulesets=["local-scheme"], as_of=DAY)) as load:
            for minor in range(2, 5):
                write_ruleset(rules, SCHEME.replace("2026.1.0", f"2026.{minor}.0"))
                if minor == 3:
                    started.hang_up()
                wanted = f"2026.{minor}.0"
                wait(lambda wanted=wanted: _version(started.client) == wanted, wanted)
            write_ruleset(rules, SCHEME.replace("status: active", "status: perhaps"))
            started.wait_for("rulesets not reloaded, the last good ones stay in use")
            ready = started.client.get("/ready")
            assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
            assert "rulesets" in ready.json()["reasons"][0]
            refused = started.client.post("/admin/reload")
            assert (refused.status_code, refused.json()["type"]) == (
                409,
                "urn:ccr-rules:problem:rulesets-unusable",
            )
            assert _version(started.client) == "2026.4.0"
            write_ruleset(rules, SCHEME.replace("2026.1.0", "2026.9.0"))
            wait(lambda: _version(started.client) == "2026.9.0", "mended")
            assert started.client.get("/ready").json()["status"] == "ready"
        assert load.failed == []
        assert load.answered > 20


# ---- bodies that come slowly, answers that nobody takes ----------------------------------------------------


def _head(path: str, media: str, length: int) -> bytes:
    lines = (f"POST {path} HTTP/1.1", "Host: x", f"Content-Type: {media}", f"Content-Length: {length}")
    return "\r\n".join((*lines, "Connection: close", "", "")).encode()


def _talk(server: Server, *parts: bytes, pause: float = 0) -> bytes:
    """Send parts of a request, and return what comes until the connection is closed."""
    address = (server.client.base_url.host, server.client.base_url.port or 80)
    with socket.create_connection(address, timeout=60) as connection:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)
        found = b""
        while part := connection.recv(65536):
            found += part
    return found


def test_a_body_that_does_not_come_is_not_waited_for(tmp_path: Path) -> None:
    with serving(tmp_path, "--dev", environment={"CCR_BODY_SECONDS": "0.3"}) as started:
        assert b"HTTP/1.1 408" in _talk(started, _head("/evaluate", "application/json", 100) + b"{")
        found = _talk(started, _head("/batch", "application/x-ndjson", 100) + b"{}\n")
        assert b"HTTP/1.1 200" in found
        assert b"urn:ccr-rules:problem:too-slow" in found


def test_a_batch_is_answered_line_by_line_and_read_no_further_than_its_answers_are(server: Server) -> None:
    line = json.dumps({"record": record(), "as_of": DAY}).encode() + b"\n"

    async def talk() -> tuple[int, int]:
        reader, writer = await asyncio.open_connection(
            server.client.base_url.host, server.client.base_url.port, limit=2**14
        )
        writer.transport.set_write_buffer_limits(high=0)
        head = b"POST /batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
        writer.write(head + b"Transfer-Encoding: chunked\r\n\r\n")
        sent = 0
        try:
            while sent < 20_000:
                writer.write(b"%x\r\n%s\r\n" % (len(line), line))
                await asyncio.wait_for(writer.drain(), 3)
                sent += 1
        except TimeoutError:
            pass
        assert sent < 20_000, "the service reads on although nobody takes its answers"
        writer.write(b"0\r\n\r\n")
        found = bytearray()
        while not found.endswith(b"\r\n0\r\n\r\n"):
            found += await reader.read(2**16)
        writer.close()
        await writer.wait_closed()
        return sent + 1, found.count(b'"answer"')

    sent, answered = asyncio.run(talk())
    assert answered == sent


def test_whoever_goes_away_is_noted_and_nothing_else(server: Server) -> None:
    address = (server.client.base_url.host, server.client.base_url.port or 80)
    with socket.create_connection(address) as connection:
        connection.sendall(_head("/evaluate", "application/json", 9) + b"{")
        time.sleep(0.2)
    wait(lambda: any(each.get("status") == 400 for each in server.lines()), "noted")
    assert server.client.get("/health").status_code == 200


def test_the_service_leaves_no_files_of_metrics_behind(tmp_path: Path) -> None:
    with serving(tmp_path, "--dev", "--workers", "2", environment={"TMPDIR": str(tmp_path)}) as started:
        started.wait_for("Application startup complete.", 2)
        assert list(tmp_path.glob("ccr-workers-*"))
    assert not list(tmp_path.glob("ccr-workers-*"))
