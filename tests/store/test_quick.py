"""What every consultation asks of a store in SQLite, done at once: the same is kept, or nothing."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules import Response
from ccr_rules.errors import UsageError
from ccr_rules.store import connection
from ccr_rules.store.errors import StoreUnavailable
from ccr_rules.store.kept import Caller, ShownCard, StoredDecision
from ccr_rules.store.quick import NotAtOnce, Quick
from ccr_rules.store.store import Store
from tests.store.postgres import Cluster
from tests.store.samples import (
    CLIENT,
    DAY,
    KEY,
    NOW,
    PATIENT,
    TENANT,
    TODAY,
    card,
    decision,
    overridden,
    shown,
)


@pytest.fixture
def opened(file_url: str) -> Iterator[tuple[Store, Quick]]:
    with Store.open(file_url) as store:
        quick = store.quick()
        assert quick is not None
        yield store, quick
        quick.close()


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table as SQLite has them, with their types."""
    reading = sqlite3.connect(folder / "store.sqlite3")
    reading.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in reading.execute(f"SELECT * FROM {table}")]
    finally:
        reading.close()


# ---- the same is kept --------------------------------------------------------------------------------------


def test_a_decision_comes_back_as_it_was_kept(opened: tuple[Store, Quick]) -> None:
    store, quick = opened
    kept, cards = decision(plugins=("emis 1.2",), parts={"headline": "Due"}), [card(), card(suggestions=())]
    quick.record_decision(kept, patient=PATIENT, cards=cards)
    found = store.decision(kept.id)
    assert found is not None
    assert (found.question, found.caller, found.created) == (kept.question, kept.caller, kept.created)
    assert store.cards_of(kept.id) == tuple(cards)
    assert store.is_about(kept.id, TENANT, PATIENT)


WORDS = st.text(max_size=30)


@given(WORDS, WORDS, WORDS, st.dictionaries(WORDS, WORDS, max_size=3), st.datetimes())
def test_the_rows_are_those_that_the_store_writes(
    tmp_path_factory: pytest.TempPathFactory,
    tenant: str,
    endpoint: str,
    record: str,
    parts: dict[str, str],
    created: Any,
) -> None:
    """Column by column, and in SQLite's own types: whoever reads them later cannot tell who wrote them."""
    folder = tmp_path_factory.mktemp("rows")
    made = decision(
        caller=Caller(tenant, CLIENT, endpoint),
        record=record,
        parts=parts,
        created=created.replace(tzinfo=NOW.tzinfo),
    )
    cards = [card()]
    written: list[list[list[dict[str, Any]]]] = []
    with Store.open(f"sqlite:///{folder / 'store.sqlite3'}") as store:
        quick = store.quick()
        assert quick is not None
        for keep in (store.record_decision, quick.record_decision):
            keep(made, patient=PATIENT, cards=cards)
            written.append([rows(folder, table) for table in ("decision", "card")])
            with connection.writing(store._desk.engine) as clearing:
                clearing.exec_driver_sql("DELETE FROM decision")
        quick.close()
    by_store, at_once = written
    assert at_once == by_store
    assert len(at_once[0]) == len(at_once[1]) == 1


def test_a_record_is_sealed_as_ever(file_url: str) -> None:
    with Store.open(file_url, key=KEY) as store:
        quick = store.quick()
        assert quick is not None
        assert quick.has_key
        kept = decision(input=b"{}")
        quick.record_decision(kept, patient=PATIENT)
        found = store.decision(kept.id)
        assert found is not None
        assert found.input == b"{}"
        quick.close()


def test_a_record_that_cannot_be_sealed_is_refused(opened: tuple[Store, Quick]) -> None:
    store, quick = opened
    kept = decision(input=b"{}")
    assert not quick.has_key
    with pytest.raises(UsageError, match="CCR_STORE_KEY"):
        quick.record_decision(kept, patient=PATIENT)
    assert store.decision(kept.id) is None


def test_what_was_declined_is_what_the_store_says(opened: tuple[Store, Quick]) -> None:
    """Of the day, and of the record as it is; there is none of most patients."""
    store, quick = opened
    asked: list[dict[str, Any]] = [{}, {"record": "as it was"}, {"record": "another"}]
    assert quick.responses_for(TENANT, PATIENT, TODAY) == ()
    one = shown(store, record="as it was")
    store.save_feedback(TENANT, CLIENT, [overridden(one, "check-entry")], NOW)
    store.add_response(TENANT, PATIENT, Response("snoozed", prompt="p", until=TODAY), TODAY, NOW)
    for how in asked:
        for day in (TODAY, TODAY + DAY, TODAY - DAY):
            expected = store.responses_for(TENANT, PATIENT, day, **how)
            assert quick.responses_for(TENANT, PATIENT, day, **how) == expected
    assert len(quick.responses_for(TENANT, PATIENT, TODAY, record="as it was")) == 2
    assert quick.responses_for("practice-b", PATIENT, TODAY) == ()


def test_in_postgresql_there_is_none(cluster: Cluster) -> None:
    with Store.open(cluster.make_database()) as store:
        assert store.quick() is None


# ---- or nothing --------------------------------------------------------------------------------------------


def keeps_nothing(store: Store, quick: Quick, kept: StoredDecision, *cards: ShownCard) -> None:
    with pytest.raises(NotAtOnce):
        quick.record_decision(kept, patient=PATIENT, cards=cards)
    assert store.decision(kept.id) is None


def test_another_process_that_writes_is_not_waited_for(opened: tuple[Store, Quick], tmp_path: Path) -> None:
    store, quick = opened
    kept, one = decision(), card()
    other = sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    keeps_nothing(store, quick, kept, one)
    assert quick.responses_for(TENANT, PATIENT, TODAY) == (), "reading goes on"
    other.execute("ROLLBACK")
    other.close()
    quick.record_decision(kept, patient=PATIENT, cards=[one])
    assert store.cards_of(kept.id) == (one,)


def test_another_thread_that_writes_is_not_waited_for(opened: tuple[Store, Quick]) -> None:
    store, quick = opened
    kept = decision()
    with connection.writing(store._desk.engine):
        keeps_nothing(store, quick, kept)
    quick.record_decision(kept, patient=PATIENT)
    store.check()


def test_a_decision_whose_card_is_there_already_is_not_kept_in_part(opened: tuple[Store, Quick]) -> None:
    store, quick = opened
    one = shown(store)
    keeps_nothing(store, quick, decision(), card(), one)
    store.check()


def test_a_database_that_cannot_be_used_is_left_to_the_store(file_url: str, tmp_path: Path) -> None:
    """Whether it cannot be opened, or not be read: nothing of what was asked stands in the message."""
    with Store.open(file_url) as store:
        quick = store.quick()
        assert quick is not None
        shutil.move(tmp_path / "store.sqlite3", tmp_path / "away")
        (tmp_path / "store.sqlite3").mkdir()
        for asked in (
            lambda: quick.responses_for(TENANT, PATIENT, TODAY),
            lambda: quick.record_decision(decision(), patient=PATIENT),
        ):
            with pytest.raises(NotAtOnce) as failed:
                asked()
            assert failed.value.__cause__ is None
            assert PATIENT not in str(failed.value)
        with pytest.raises(StoreUnavailable, match="write-ahead log"):
            store.checkpoint()
        quick.close()


# ---- how long it lasts -------------------------------------------------------------------------------------

WRITE = """
import sys
from ccr_rules.store.store import Store
from tests.store.samples import *
with Store.open(sys.argv[1]) as store:
    quick = store.quick()
    for number in range(100_000):
        one = card()
        quick.record_decision(decision(program="x" * 3000), patient=PATIENT, cards=[one])
        sys.stdout.write(one.id + "\\n")
        sys.stdout.flush()
"""


def test_what_was_acknowledged_is_there_after_the_process_was_killed_in_mid_write(file_url: str) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITE, file_url], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(200)]
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate(timeout=300)
    acknowledged += rest.split("\n")[:-1]
    assert writer.returncode == -signal.SIGKILL
    with Store.open(file_url) as store:
        saved = store.save_feedback(TENANT, CLIENT, list(map(overridden, acknowledged)), NOW)
        assert (saved.new, saved.unknown) == (len(acknowledged), ())


def test_the_log_is_carried_into_the_database(opened: tuple[Store, Quick], tmp_path: Path) -> None:
    """The file of the database then holds the decision without the log beside it; before, it does not."""
    store, quick = opened
    kept = decision()
    quick.record_decision(kept, patient=PATIENT)

    def alone(name: str) -> bool:
        (tmp_path / name).mkdir()
        shutil.copy(tmp_path / "store.sqlite3", tmp_path / name / "store.sqlite3")
        return any(row["id"] == kept.id for row in rows(tmp_path / name, "decision"))

    store.checkpoint()
    assert alone("after")
    later = decision()
    quick.record_decision(later, patient=PATIENT)
    kept = later
    assert not alone("before the next one")


def test_the_log_does_not_grow_while_it_is_carried_over(opened: tuple[Store, Quick], tmp_path: Path) -> None:
    store, quick = opened
    sizes = []
    for _ in range(5):
        for _ in range(20):
            quick.record_decision(decision(program="x" * 3000), patient=PATIENT)
        store.checkpoint()
        sizes.append((tmp_path / "store.sqlite3-wal").stat().st_size)
    assert sizes[-1] <= 2 * sizes[0]
