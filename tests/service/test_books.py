"""The store as the service uses it: at once where that can be, in a thread where not."""

import asyncio
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ccr_rules.service import books
from ccr_rules.service.settings import Settings
from ccr_rules.store.errors import StoreFull, StoreUnavailable
from ccr_rules.store.quick import Quick
from ccr_rules.store.store import Store
from tests.service.support import Here
from tests.service.test_recording import ask, decisions, dev

Work = Callable[[Store | Quick], Any]


def soon(service: Here, work: Work) -> Any:
    async def do() -> Any:
        return await service.service.books.soon(work)

    return service.run(do())


def where(service: Here, *, slowly: float = 0) -> str:
    """Return where work with the store was done."""

    def work(store: Store | Quick) -> str:
        time.sleep(slowly)
        store.responses_for("t", "Patient/p1", service.service.clock.today())
        return "here" if threading.current_thread() is threading.main_thread() else "in a thread"

    found: str = soon(service, work)
    return found


def test_the_store_is_opened_in_a_thread_and_then_asked_at_once(tmp_path: Path) -> None:
    with Here(dev(tmp_path)) as service:
        assert where(service) == "in a thread"
        assert where(service) == "here"


def test_while_another_process_writes_a_thread_waits_for_it(tmp_path: Path) -> None:
    with Here(dev(tmp_path)) as service:
        assert ask(service).headers["ccr-recorded"] == "true"
        other = sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        ending = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
        ending.start()
        assert ask(service).headers["ccr-recorded"] == "true"
        ending.join()
        other.close()
        assert service.service.books.fault == ""
    assert decisions(tmp_path) == 2


def test_a_store_that_is_locked_too_long_is_not_waited_for(tmp_path: Path) -> None:
    with Here(dev(tmp_path, store_seconds=0.2)) as service:
        ask(service)
        other = sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert ask(service).headers["ccr-recorded"] == "false"
        assert ask(service).headers["ccr-recorded"] == "false", "it is left alone"
        other.execute("ROLLBACK")
        other.close()


def test_after_something_slow_threads_do_it_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "SLOW", 0.02)
    monkeypatch.setattr(books, "LEFT_ALONE", 0.5)
    with Here(dev(tmp_path)) as service:
        where(service)
        assert where(service, slowly=0.05) == "here"
        assert where(service) == "in a thread"
        time.sleep(0.6)
        assert where(service) == "here"


def test_a_store_that_failed_is_asked_in_a_thread_until_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "LEFT_ALONE", 0.0)
    with Here(dev(tmp_path)) as service:
        where(service)
        service.service.books.fault = "gone"
        assert where(service) == "in a thread"
        assert service.service.books.fault == ""
        assert where(service) == "here"


def test_a_large_record_is_recorded_in_a_thread(tmp_path: Path) -> None:
    """What is kept of it takes as long as the record is large."""
    with Here(dev(tmp_path, inline_bytes=0)) as service:
        ask(service)
        assert ask(service).headers["ccr-recorded"] == "true"
    assert decisions(tmp_path) == 2


def carried(folder: Path) -> int:
    """Return how many decisions the file of the database holds without the log beside it."""
    (folder / "alone").mkdir(exist_ok=True)
    shutil.copy(folder / "store.sqlite3", folder / "alone")
    try:
        return decisions(folder / "alone")
    except sqlite3.OperationalError:  # the tables themselves still stand in the log
        return 0


def test_what_was_written_is_carried_into_the_database_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it the log would grow without end: what writes at once never does it itself."""
    monkeypatch.setattr(books, "OFTEN", 2)
    with Here(dev(tmp_path)) as service:
        for _ in range(3):
            ask(service)
        until = time.monotonic() + 20
        while carried(tmp_path) < 3 and time.monotonic() < until:
            time.sleep(0.05)
        assert carried(tmp_path) == 3


def test_each_worker_may_do_so(tmp_path: Path) -> None:
    """Two services on one store, as workers are: none of their decisions is lost."""
    settings: Settings = dev(tmp_path)
    with Here(settings) as one, Here(settings) as other:
        for _ in range(5):
            for service in (one, other):
                assert ask(service).headers["ccr-recorded"] == "true"
    assert decisions(tmp_path) == 10


def test_what_was_not_begun_in_time_is_not_done_later(tmp_path: Path) -> None:
    """Otherwise all that was refused while a database is frozen would wait, and be done when it is back."""
    with Here(dev(tmp_path, store_seconds=0.2)) as service:
        ask(service)
        go_on = threading.Event()
        done: list[Store] = []
        used = service.service.books

        async def queue() -> list[Any]:
            begun, waiting = used.do(lambda _: go_on.wait(60)), used.do(done.append)
            return list(await asyncio.gather(begun, waiting, return_exceptions=True))

        assert [type(each) for each in service.run(queue())] == [StoreUnavailable] * 2
        go_on.set()
    assert done == []


def test_a_store_without_room_is_read_and_is_full_until_a_decision_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something small may find room where a decision does not: then the store is not there again yet."""
    with Here(dev(tmp_path)) as service:
        ask(service)
        used = service.service.books

        def refuse(_: Store) -> None:
            raise StoreFull("the disk is full")

        with pytest.raises(StoreUnavailable, match="the disk is full"):
            service.run(used.do(refuse))
        assert where(service) == "in a thread"
        assert service.run(used.check()) == "the disk is full"
        assert ask(service).headers["ccr-recorded"] == "true"
        assert service.run(used.check()) == ""

        monkeypatch.setattr(books, "FULL", 0.0)
        with pytest.raises(StoreUnavailable, match="the disk is full"):
            service.run(used.do(refuse))
        assert service.run(used.check()) == "", "nobody asked since, so it is tried"
