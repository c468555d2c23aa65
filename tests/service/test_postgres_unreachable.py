"""A service goes on while its PostgreSQL is stopped, frozen or without room, and nothing is lost."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.service.hooks import cards
from tests.service.on_postgres import (
    DEGRADED,
    NOT_READY,
    READY,
    Clinic,
    declined,
    is_acknowledged,
    is_answered_without_store,
    is_whole,
    kept_feedback,
    opened,
    readiness,
    served,
    shown,
)
from tests.service.servers import Server, wait
from tests.store.postgres import Cluster, Disk

SLACK = 20.0
"""Seconds that a busy machine may add to whatever is waited for."""


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
