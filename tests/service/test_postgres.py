"""The store in PostgreSQL, as a running service uses it: shared, killed, stopped, frozen, without room."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from cryptography.fernet import Fernet
from msgspec.structs import replace
from sqlalchemy import select

from ccr_rules.service.cds import UNKNOWN_RESPONSES
from ccr_rules.service.clock import Clock
from ccr_rules.store.connection import connect, read_url, reading
from ccr_rules.store.tables import feedback
from tests.cli.support import process
from tests.service.hooks import Asked, cards, due, overridden, say, told, view
from tests.service.running import free_port
from tests.service.servers import Server, serving, wait, workers_of
from tests.service.support import DEV, NOW, Here
from tests.service.test_callers import ask, refusal, settings
from tests.service.tokens import bearer, token
from tests.store.postgres import Cluster, Disk

SLACK = 20.0
"""Seconds that a busy machine may add to whatever is waited for."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL that each test leaves running."""
    made = Cluster()
    yield made
    made.remove()


@pytest.fixture
def url(cluster: Cluster) -> str:
    """The URL of an empty database."""
    return cluster.make_database()


def served(folder: Path, url: str, *options: str, **more: str) -> AbstractContextManager[Server]:
    """Run a service whose store is there; `more` are settings."""
    folder.mkdir(exist_ok=True)
    settings = {f"CCR_{name.upper()}": value for name, value in more.items()}
    return serving(folder, "--dev", *options, environment={"CCR_DATABASE_URL": url, **settings})


def opened(service: Asked, id_: str = "p1", **how: Any) -> httpx.Response:
    """Open the record of somebody whose support conversation is due today."""
    onset = datetime.now(UTC).date() - timedelta(days=50)
    return view(service, due(id_, onsetDateTime=onset.isoformat()), id_, how=how)


def shown(service: Asked, id_: str = "p1") -> str:
    """Open a record and return the card that is shown."""
    (card,) = cards(opened(service, id_))
    return str(card["uuid"])


def declined(service: Asked, card: str) -> httpx.Response:
    return say(service, overridden(card, outcomeTimestamp=datetime.now(UTC).isoformat()))


def is_acknowledged(answer: httpx.Response) -> bool:
    """Say whether feedback was taken; otherwise it was refused so that it is sent again."""
    if answer.status_code == 200:
        return True
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:ccr-rules:problem:not-recorded")
    assert int(answer.headers["retry-after"]) > 0
    return False


def is_answered_without_store(answer: httpx.Response) -> bool:
    """Say whether a call has its card, and tells that nothing is known of declines nor recorded."""
    extension = told(answer)
    known = (extension.get("responses"), extension.get("recorded"))
    return len(cards(answer)) == 1 and known == (UNKNOWN_RESPONSES, False)


def is_whole(answer: httpx.Response) -> bool:
    """Say whether the store did all that a call asks of it."""
    return answer.status_code == 200 and not {"responses", "recorded"} & told(answer).keys()


def readiness(service: Server) -> tuple[int, str, str]:
    answer = service.client.get("/ready")
    return answer.status_code, answer.json()["status"], answer.json()["store"]


READY = (200, "ready", "reachable")
DEGRADED = (200, "degraded", "unreachable")
NOT_READY = (503, "not ready", "unreachable")


def kept_feedback(url: str) -> set[str]:
    """Return the cards on which there is feedback, as the database itself has it."""
    engine = connect(read_url(url))
    try:
        with reading(engine) as connection:
            return set(connection.execute(select(feedback.c.card)).scalars())
    finally:
        engine.dispose()


# ---- working -----------------------------------------------------------------------------------------------


def test_what_was_declined_is_known_to_every_worker_is_replayed_and_erased(
    tmp_path: Path, cluster: Cluster, url: str
) -> None:
    sealed = {"store_key": Fernet.generate_key().decode()}
    alone = {"Connection": "close"}
    with served(tmp_path, url, "--workers", "2", keep_records="true", **sealed) as service:
        service.wait_for("Application startup complete.", 2)
        first = opened(service.client)
        assert is_whole(first)
        assert declined(service.client, cards(first)[0]["uuid"]).json()["new"] == 1

        def both_asked() -> bool:
            again = opened(service.client, headers=alone)
            assert (cards(again), is_whole(again)) == ([], True)
            return cluster.connections() >= 2

        wait(both_asked, "both workers were asked")
        assert readiness(service) == READY

        environment = {"CCR_STORE_KEY": sealed["store_key"]}
        replay = ("replay", told(first)["decision"], "--store", url)
        again = process(*replay, environment=environment)
        assert again.stdout.decode().splitlines()[0].endswith(": same"), again.stderr
        erased = process(
            "store", "erase", "Patient/p1", "--tenant", "dev", "--store", url, environment=environment
        )
        assert b"1 items of feedback, 1 responses" in erased.stdout
        assert b"there is no decision" in process(*replay, environment=environment).stderr
        assert len(cards(opened(service.client, headers=alone))) == 1


# ---- killed ------------------------------------------------------------------------------------------------


class Clinic:
    """Clinicians who open records and decline what is shown, again and again; `said` was acknowledged."""

    def __init__(self, service: Server, name: str) -> None:
        self.said: dict[str, str] = {}
        self._url, self._name = service.client.base_url, name
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(number,)) for number in range(4)]

    def _work(self, number: int) -> None:
        with httpx.Client(base_url=self._url, timeout=60) as client:
            patient = 0
            while not self._over.is_set():
                patient += 1
                id_ = f"{self._name}-{number}-{patient}"
                try:
                    card = shown(client, id_)
                    if is_acknowledged(declined(client, card)):
                        self.said[card] = id_
                except httpx.TransportError:  # nobody answered: nothing was acknowledged
                    self._over.wait(0.1)

    def waits_for(self, more: int) -> None:
        wanted = len(self.said) + more
        wait(lambda: len(self.said) >= wanted, f"{more} more acknowledged")

    def __enter__(self) -> "Clinic":
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for each in self._threads:
            each.join()


def is_there(process: int) -> bool:
    """Say whether a process still runs; one that ended may wait for somebody to look at it."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return told.rpartition(")")[2].split()[0] != "Z"


def test_what_was_acknowledged_is_there_after_a_worker_and_then_all_were_killed(
    tmp_path: Path, url: str
) -> None:
    with served(tmp_path, url, "--workers", "2") as service:
        service.wait_for("Application startup complete.", 2)
        with Clinic(service, "a") as clinic:
            clinic.waits_for(20)
            os.kill(workers_of(service)[0], signal.SIGKILL)
            clinic.waits_for(20)
            service.wait_for("Application startup complete.", 3)
            for each in (service.process.pid, *workers_of(service)):
                os.kill(each, signal.SIGKILL)
    assert kept_feedback(url) >= clinic.said.keys()
    with served(tmp_path / "again", url) as service:
        assert [id_ for id_ in clinic.said.values() if cards(opened(service.client, id_))] == []


def test_workers_end_when_what_began_them_was_killed_and_another_takes_their_place(
    tmp_path: Path, url: str
) -> None:
    """Otherwise they would keep the port, and answer by the rules of then."""
    port = str(free_port())
    with served(tmp_path, url, "--workers", "2", "--port", port) as service:
        service.wait_for("Application startup complete.", 2)
        assert is_acknowledged(declined(service.client, shown(service.client)))
        workers = workers_of(service)
        assert len(workers) == 2
        os.kill(service.process.pid, signal.SIGKILL)
        wait(lambda: not any(map(is_there, workers)), "they have ended")
    with served(tmp_path / "again", url, "--port", port) as service:
        assert cards(opened(service.client)) == []


# ---- stopped -----------------------------------------------------------------------------------------------


def test_while_the_database_is_stopped_nothing_is_acknowledged_and_then_all_goes_on(
    tmp_path: Path, cluster: Cluster, url: str
) -> None:
    with (
        served(tmp_path / "free", url) as free,
        served(tmp_path / "strict", url, require_store="true") as strict,
    ):
        early, late = shown(free.client, "early"), shown(free.client, "late")
        assert is_acknowledged(declined(free.client, early))
        assert readiness(strict) == READY
        with Clinic(free, "c") as clinic:
            clinic.waits_for(5)
            cluster.stop("immediate")
            wait(lambda: is_answered_without_store(opened(free.client, "early")), "the store is missed")
        try:
            assert not is_acknowledged(declined(free.client, late))
            assert (readiness(free), readiness(strict)) == (DEGRADED, NOT_READY)
            assert opened(strict.client).status_code == 503
        finally:
            cluster.start()
        for each in (free, strict):
            wait(lambda each=each: readiness(each) == READY, "ready again")
            assert is_whole(opened(each.client))
        assert cards(opened(free.client, "early")) == []
        assert is_acknowledged(declined(free.client, late))
        assert cards(opened(strict.client, "late")) == []
        assert kept_feedback(url) >= {early, late, *clinic.said}


def test_a_service_that_starts_without_its_database_uses_it_when_it_is_there(
    tmp_path: Path, cluster: Cluster, url: str
) -> None:
    cluster.stop("immediate")
    try:
        with served(tmp_path, url) as service:
            assert readiness(service) == DEGRADED
            assert is_answered_without_store(opened(service.client))
            cluster.start()
            wait(lambda: readiness(service) == READY, "ready")
            assert is_acknowledged(declined(service.client, shown(service.client)))
            assert cards(opened(service.client)) == []
    finally:
        if not cluster.is_running:
            cluster.start()


# ---- frozen ------------------------------------------------------------------------------------------------


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(work, range(count)))


def held(service: Server) -> tuple[int, int]:
    """Return how many threads and how many files and sockets the process of a service has."""
    folder = Path(f"/proc/{service.process.pid}")
    return len(list((folder / "task").iterdir())), len(list((folder / "fd").iterdir()))


def test_calls_do_not_wait_for_a_database_that_is_frozen(tmp_path: Path, cluster: Cluster, url: str) -> None:
    seconds, calls = 0.5, 50
    with served(tmp_path, url, store_seconds=str(seconds), reload_seconds="0") as service:

        def one(number: int) -> tuple[float, httpx.Response]:
            began = time.monotonic()
            answer = opened(service.client, f"p{number}", headers={"Connection": "close"})
            return time.monotonic() - began, answer

        def everybody() -> list[Any]:
            return at_once(calls, one)

        wait(lambda: all(is_whole(answer) for _, answer in everybody()), "all are answered, and recorded")
        card = shown(service.client)
        before, usual = held(service), cluster.connections()
        with cluster.frozen():
            for took, answer in everybody():
                assert is_answered_without_store(answer)
                assert took < seconds + SLACK
            assert not is_acknowledged(declined(service.client, card))
            assert readiness(service) == DEGRADED
        wait(lambda: readiness(service) == READY, "ready again")
        wait(lambda: all(is_whole(answer) for _, answer in everybody()), "all are answered as before")
        assert is_acknowledged(declined(service.client, card))
        assert cards(opened(service.client)) == []
        threads, files = held(service)
        assert threads <= before[0]
        wait(lambda: held(service)[1] <= before[1], f"{before[1]} files as before, not {files}")
        assert cluster.connections() <= usual


def test_a_service_ends_while_its_database_is_frozen(tmp_path: Path, cluster: Cluster, url: str) -> None:
    with served(tmp_path, url, store_seconds="0.5") as service:
        card = shown(service.client)
        with cluster.frozen():
            assert not is_acknowledged(declined(service.client, card))
            service.process.terminate()
            assert service.process.wait(60) == 0


# ---- without room ------------------------------------------------------------------------------------------


def declined_until_refused(service: Server, waiting: list[str]) -> list[str]:
    """Decline cards until one is refused; return those that were acknowledged."""
    said: list[str] = []
    for each in waiting:
        if not is_acknowledged(declined(service.client, each)):
            return said
        said.append(each)
    raise AssertionError(f"there was room for all {len(waiting)}")


@pytest.fixture
def disk() -> Iterator[Disk]:
    made = Disk(24)
    yield made
    made.remove()


def test_without_room_for_tables_nothing_is_acknowledged_until_there_is_some(
    tmp_path: Path, cluster: Cluster, disk: Disk
) -> None:
    cluster.do(f"CREATE TABLESPACE small LOCATION '{disk.folder}'")
    url = cluster.make_database("--tablespace", "small")
    with served(tmp_path, url) as service:
        shown_to = {shown(service.client, f"p{number}"): f"p{number}" for number in range(80)}
        assert is_acknowledged(declined(service.client, next(iter(shown_to))))
        disk.fill()
        said = declined_until_refused(service, list(shown_to))
        for _ in range(3):
            assert readiness(service) == DEGRADED, "though small changes find room in what is there"
            answer = opened(service.client, shown_to[said[0]])
            assert cards(answer) == [], "what was declined can still be read"
            time.sleep(0.1)
        wait(lambda: not is_whole(opened(service.client, "new")), "decisions find no room")
        assert any("the disk is full" in each.get("why", "") for each in service.lines())
        disk.free()
        rest = shown_to.keys() - set(said)
        wait(lambda: is_acknowledged(declined(service.client, min(rest))), "taken again")
        for each in rest:
            assert is_acknowledged(declined(service.client, each))
        assert is_whole(opened(service.client, "new"))
        assert readiness(service) == READY
        assert kept_feedback(url) == shown_to.keys()
    cluster.do(f"DROP DATABASE {url.partition('?')[0].rpartition('/')[2]}")
    cluster.do("DROP TABLESPACE small")


def test_without_room_for_its_log_a_database_goes_down_and_loses_nothing(tmp_path: Path, disk: Disk) -> None:
    own = Cluster("--waldir", str(disk.folder / "wal"), "--wal-segsize", "1")
    try:
        url = own.make_database()
        with served(tmp_path, url) as service:
            waiting = [shown(service.client, f"p{number}") for number in range(80)]
            said = [each for each in waiting[:5] if is_acknowledged(declined(service.client, each))]
            disk.fill()
            for each in waiting[5:]:
                if not is_acknowledged(declined(service.client, each)):
                    break
                said.append(each)
                with suppress(psycopg.Error):
                    own.do("SELECT pg_logical_emit_message(true, 'ccr', repeat('x', 300000))")
            assert 5 <= len(said) < len(waiting)
            wait(lambda: is_answered_without_store(opened(service.client, "p0")), "the store is missed")
            assert readiness(service) == DEGRADED
            disk.free()
            wait(own.is_answering, "the database is back")
            wait(lambda: readiness(service) == READY, "ready again")
            assert kept_feedback(url) >= set(said)
            assert cards(opened(service.client, "p0")) == []
            assert is_acknowledged(declined(service.client, waiting[-1]))
    finally:
        own.remove()


# ---- a clock that jumps ------------------------------------------------------------------------------------


class Jumping:
    """A clock that is put wrong, and right again; `by` is how wrong it is."""

    def __init__(self) -> None:
        self.by = timedelta()
        self.clock = Clock(lambda: NOW + self.by)


@pytest.mark.parametrize(
    ("hours", "shown_again"),
    [(11, 0), (13, 0), (24 * 14, 0), (24 * 14 + 11, 0), (24 * 14 + 12, 1), (-12, 0), (-13, 1)],
)
def test_what_was_declined_holds_by_days_whatever_the_clock_does(
    url: str, hours: int, shown_again: int
) -> None:
    """Declined at noon for 14 days. On the day before, it is not yet declined: shown again, never lost."""
    wrong = Jumping()
    with Here(replace(DEV, database_url=url), wrong.clock) as service:
        (card,) = cards(view(service, due()))
        assert is_acknowledged(say(service, overridden(card["uuid"])))
        wrong.by = timedelta(hours=hours)
        assert len(cards(view(service, due()))) == shown_again
        wrong.by = timedelta()
        assert cards(view(service, due())) == []


@pytest.mark.parametrize("hours", [-13, -1, 1, 13])
def test_what_was_declined_while_the_clock_was_wrong_holds_when_it_is_right(url: str, hours: int) -> None:
    wrong = Jumping()
    with Here(replace(DEV, database_url=url), wrong.clock) as service:
        (card,) = cards(view(service, due()))
        wrong.by = timedelta(hours=hours)
        assert is_acknowledged(say(service, overridden(card["uuid"])))
        wrong.by = timedelta()
        assert cards(view(service, due())) == []


@pytest.mark.parametrize("hours", [-23, -1, 1, 23])
def test_a_token_counts_once_whatever_the_clock_does(
    tmp_path: Path, url: str, hours: int, caplog: pytest.LogCaptureFixture
) -> None:
    wrong, sent = Jumping(), bearer(token())
    lasting = settings(tmp_path, database_url=url)
    with Here(lasting, wrong.clock) as service:
        assert ask(service, sent).status_code == 200
    with Here(lasting, wrong.clock) as restarted:
        wrong.by = timedelta(hours=hours)
        assert ask(restarted, sent).status_code == 401
        restarted.run(restarted.service.books.do(lambda store: store.sweep(wrong.clock.now())))
        wrong.by = timedelta()
        assert refusal(restarted, sent, caplog) == "used-before"
