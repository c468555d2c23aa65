"""What goes wrong with databases, for real: killed in mid-write, full, locked, gone and back again."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text

from ccr_rules import Response
from ccr_rules.errors import CcrError
from ccr_rules.store import connection
from ccr_rules.store.errors import StoreFull, StoreRefused, StoreUnavailable
from ccr_rules.store.kept import Caller, FeedbackItem, ShownCard
from ccr_rules.store.postgresql import Hurried
from ccr_rules.store.store import Store
from tests.store.postgres import Cluster
from tests.store.samples import CLIENT, DAY, NOW, PATIENT, TENANT, TODAY, card, decision, overridden, shown

WRITE = """
import sys
from datetime import timedelta
from ccr_rules.store.errors import StoreUnavailable
from ccr_rules.store.store import Store
from tests.store.samples import *
url, file_bytes, comment = sys.argv[1], int(sys.argv[2]), "x" * 3000
if file_bytes:
    import resource, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
with Store.open(url) as store:
    for number in range(100_000):
        at = NOW + timedelta(seconds=number)
        try:
            one = shown(store, program=comment)
            store.save_feedback(TENANT, CLIENT, [overridden(one, "not-now", at)], NOW)
            assert store.use_jti("issuer", one.id, NOW, NOW)
        except StoreUnavailable as error:
            sys.stdout.write(f"unavailable: {error.message}\\n")
            break
        sys.stdout.write(one.id + "\\n")
        sys.stdout.flush()
"""


def _writer(url: str, *, file_bytes: int = 0) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WRITE, url, str(file_bytes)], stdout=subprocess.PIPE, text=True
    )


def _all_there(url: str, acknowledged: list[str]) -> None:
    """Every card that was acknowledged has its feedback, and its token counts as used."""
    with Store.open(url) as store:
        store.check()
        for number, id_ in enumerate(acknowledged):
            at = overridden(id_, "not-now", NOW + number * (DAY / 86400))
            saved = store.save_feedback(TENANT, CLIENT, [at], NOW)
            assert (saved.repeated, saved.unknown) == (1, ())
            assert not store.use_jti("issuer", id_, NOW, NOW)


def test_what_was_acknowledged_is_there_after_the_process_was_killed_in_mid_write(url: str) -> None:
    writer = _writer(url)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(20)]
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate(timeout=300)
    acknowledged += rest.split("\n")[:-1]
    assert writer.returncode == -signal.SIGKILL
    assert len(acknowledged) >= 20
    _all_there(url, acknowledged)


def test_where_no_more_can_be_written_what_was_acknowledged_is_there(file_url: str) -> None:
    writer = _writer(file_url, file_bytes=3_000_000)
    said, _ = writer.communicate(timeout=300)
    *acknowledged, last = said.splitlines()
    assert last.startswith("unavailable: the store is not available: ")
    assert len(acknowledged) > 20
    _all_there(file_url, acknowledged)


def test_a_full_disk_is_said_and_the_store_goes_on_when_there_is_room(file_url: str) -> None:
    with Store.open(file_url) as store:
        pages = [30]

        def limit(raw: sqlite3.Connection, *_: object) -> None:
            raw.execute(f"PRAGMA max_page_count = {pages[0]}")

        event.listen(store._desk.engine.pool, "checkout", limit)
        kept: list[ShownCard] = []
        with pytest.raises(StoreFull, match=r"not available: the disk is full \(SQLITE_FULL\)"):
            kept.extend(shown(store, program="x" * 3000) for _ in range(1000))
        assert kept
        pages[0] = 100_000
        assert store.save_feedback(TENANT, CLIENT, list(map(overridden, kept)), NOW).unknown == ()


def test_a_lock_that_another_process_keeps_is_waited_for_and_then_said(
    file_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "STATEMENT_SECONDS", 0.2)
    with Store.open(file_url) as store:
        other = sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="another process keeps it locked"):
            store.check()
        assert store.decision("reading goes on") is None
        other.execute("ROLLBACK")
        other.close()
        store.check()


def test_when_every_connection_is_busy_that_is_said(file_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 0.1)
    with Store.open(file_url) as store, ExitStack() as busy:
        for _ in range(15):
            busy.enter_context(connection.reading(store._desk.engine))
        with pytest.raises(StoreUnavailable, match="every connection is busy"):
            store.decision("one more")


def test_threads_that_write_take_turns_and_one_that_waits_too_long_is_told(
    file_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(file_url) as store:
        with connection.writing(store._desk.engine):
            monkeypatch.setattr(connection, "STATEMENT_SECONDS", 0.1)
            with pytest.raises(StoreUnavailable, match="too many wait to write"):
                store.check()
        store.check()


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """A PostgreSQL that this test may stop."""
    cluster = Cluster()
    yield cluster
    cluster.remove()


def test_a_database_that_went_away_is_said_quickly_and_used_again_when_it_is_back(
    own_cluster: Cluster,
) -> None:
    with Store.open(own_cluster.make_database()) as store:
        one = shown(store)
        store.save_feedback(TENANT, CLIENT, [overridden(one)], NOW)
        own_cluster.stop("immediate")
        began = time.monotonic()
        for _ in range(3):
            with pytest.raises(StoreUnavailable, match="the store is not available"):
                store.check()
        with pytest.raises(StoreUnavailable):
            store.save_feedback(TENANT, CLIENT, [overridden(one, at=NOW + DAY)], NOW)
        assert time.monotonic() - began < 20, "four calls, none of which hung"
        own_cluster.start()
        store.check()
        assert store.save_feedback(TENANT, CLIENT, [overridden(one)], NOW).repeated == 1
        assert store.save_feedback(TENANT, CLIENT, [overridden(one, at=NOW + DAY)], NOW).new == 1


def test_a_database_that_is_frozen_is_given_up_and_used_again_when_it_is_back(
    own_cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own limit on statements ends none while it is frozen."""
    monkeypatch.setattr(Hurried, "seconds", 0.5)
    with Store.open(own_cluster.make_database()) as store:
        one = shown(store)
        with own_cluster.frozen():
            for _ in range(2):  # the first on a connection that was there, the second on a new one
                with pytest.raises(StoreUnavailable, match="it does not answer"):
                    store.save_feedback(TENANT, CLIENT, [overridden(one)], NOW)
        assert store.save_feedback(TENANT, CLIENT, [overridden(one)], NOW).new == 1
        assert own_cluster.connections() == 1


def test_a_migration_takes_as_long_as_it_takes(own_cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hurried, "seconds", 0.3)
    engine = connection.connect(connection.read_url(own_cluster.make_database()))
    with connection.writing(engine) as opened, connection.unhurried(opened):
        opened.execute(text("SELECT pg_sleep(1)"))
    with (
        pytest.raises(StoreUnavailable, match="it does not answer"),
        connection.writing(engine) as opened,
    ):
        opened.execute(text("SELECT pg_sleep(1)"))
    engine.dispose()


def test_a_database_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="the store is not available: the database failed"):
        Store.open(f"postgresql://somebody:the-password@/name?host={tmp_path}")


def test_a_clock_that_goes_backwards_loses_nothing(store: Store) -> None:
    one = shown(store)
    assert store.save_feedback(TENANT, CLIENT, [overridden(one)], NOW).new == 1
    earlier = NOW - DAY
    other = shown(store, now=earlier)
    assert store.save_feedback(TENANT, CLIENT, [overridden(other, at=earlier)], earlier).new == 1
    assert len(store.responses_for(TENANT, PATIENT, TODAY)) == 2


# ---- Nothing of a patient in messages ----------------------------------------------------------------------

MARKED = st.text(max_size=20).map(lambda text: f"Zzyzxson-test-9990000018{text}")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Iterator[list[Store]]:
    """Stores in which tables are missing, or refuse what they are given."""
    stores = []
    for url in (f"sqlite:///{tmp_path_factory.mktemp('broken') / 'store'}", cluster.make_database()):
        store = Store.open(url)
        store.record_decision(decision(id="the-same"), patient=PATIENT)
        with connection.writing(store._desk.engine) as opened:
            for table in ("feedback", "response", "token", "request"):
                opened.execute(text(f"DROP TABLE {table}"))
        stores.append(store)
    yield stores
    for store in stores:
        store.close()


@given(MARKED)
def test_no_message_holds_what_was_written(broken: list[Store], secret: str) -> None:
    """Whatever fails: the names, ids and texts of a patient stand neither in the message nor in the trace."""
    caller = Caller(secret, secret, secret)
    item = FeedbackItem(secret, "overridden", NOW, (secret,), secret, secret)
    for store in broken:
        calls = (
            partial(
                store.record_decision,
                decision(id="the-same", caller=caller),
                patient=secret,
                cards=[card(id=secret)],
            ),
            partial(store.save_feedback, secret, secret, [item], NOW),
            partial(store.add_response, secret, secret, Response("snoozed", prompt=secret), TODAY, NOW),
            partial(store.responses_for, secret, secret, TODAY),
            partial(store.use_jti, secret, secret, NOW, NOW),
            partial(store.begin_idempotent, secret, secret, secret, NOW),
            partial(store.erase_patient, secret, secret),
        )
        for call in calls:
            with pytest.raises((StoreUnavailable, StoreRefused)) as failed:
                call()
            _is_clean(failed.value)


def _is_clean(error: CcrError) -> None:
    told = "".join(traceback.format_exception(error))
    for part in (told, str(error), repr(error)):
        assert "Zzyzxson" not in part
    assert error.__cause__ is None
    assert error.__suppress_context__
    assert os.linesep not in error.message
