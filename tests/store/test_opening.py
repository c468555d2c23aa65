"""Opening a store: where it may be, and the migrations that make and keep its tables."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, text

from ccr_rules.dates import Duration
from ccr_rules.errors import MissingExtraError, UsageError
from ccr_rules.store.connection import connect, read_url, reading, writing
from ccr_rules.store.errors import StoreUnavailable, StoreUnfit
from ccr_rules.store.kept import ShownDecline
from ccr_rules.store.migrating import migrate, newest, revisions
from ccr_rules.store.store import Store
from ccr_rules.store.tables import metadata
from tests.store import revisions as kept_rows
from tests.store.postgres import Cluster
from tests.store.samples import KEY, PATIENT, TENANT, day


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = connect(read_url(url))
    yield made
    made.dispose()


# ---- Migrations --------------------------------------------------------------------------------------------


def test_the_migrations_make_the_tables_that_the_program_uses(engine: Engine) -> None:
    assert migrate(engine)
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    assert not migrate(engine), "a second time there is nothing to do"


@pytest.mark.parametrize("revision", revisions())
def test_an_upgrade_brings_along_what_an_older_program_kept(engine: Engine, url: str, revision: str) -> None:
    migrate(engine, revision)
    tables = MetaData()
    with writing(engine) as connection:
        tables.reflect(connection)
        for table in tables.sorted_tables:
            for row in kept_rows.ROWS[revision].get(table.name, []):
                connection.execute(table.insert().values(row))
    with Store.open(url) as store:
        found = store.decision("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        assert found is not None
        assert store.is_about(found.id, "t", "Patient/1")
        assert [each.reference for each in found.question.rulesets] == ["r@1.0.0"]
        (card,) = store.cards_of(found.id)
        assert card.prompts[0].decline == (ShownDecline("not-now", Duration(14, "day")),)
        assert [each.reason for each in store.feedback_of(found.id)] == ["not-now"]
        assert len(store.responses_for("t", "Patient/1", day("2026-12-04"))) == 1


def test_each_revision_has_rows_that_show_its_upgrade() -> None:
    assert set(kept_rows.ROWS) == set(revisions())
    assert all(set(rows) == set(metadata.tables) for rows in list(kept_rows.ROWS.values())[-1:])


def test_a_database_that_is_newer_than_the_program_is_refused_and_left_alone(
    engine: Engine, url: str
) -> None:
    migrate(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for upgrade in (True, False):
        with pytest.raises(
            StoreUnfit, match="at revision 9999, which this program does not know: a newer one"
        ):
            Store.open(url, migrate=upgrade)


def test_without_leave_to_migrate_an_older_database_is_refused(url: str) -> None:
    connect(read_url(url)).dispose()
    with pytest.raises(
        StoreUnfit, match=f"at no revision, and this program needs {newest()}: ccr store migrate"
    ):
        Store.open(url, migrate=False)
    Store.open(url).close()
    Store.open(url, migrate=False).close()


OPEN = f"""
import sys
from ccr_rules.store.store import Store
with Store.open(sys.argv[1], key={KEY!r}) as store:
    store.check()
    sys.stdout.write(store._desk.patient({TENANT!r}, {PATIENT!r}))
"""


def test_several_workers_may_start_at_once_on_an_empty_database(url: str) -> None:
    """One migrates while the others wait; all have the same secret."""
    workers = [
        subprocess.Popen([sys.executable, "-c", OPEN, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(6)
    ]
    said = [worker.communicate(timeout=300) for worker in workers]
    assert [(worker.returncode, fault) for worker, (_, fault) in zip(workers, said, strict=True)] == [
        (0, b"")
    ] * 6
    assert len({out for out, _ in said}) == 1


# ---- Places ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mask", [0o022, 0o000])
def test_nobody_else_may_read_the_file_or_what_stands_beside_it(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        with Store.open(f"sqlite:///{tmp_path / 'store'}") as store:
            store.check()
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"store": 0o600, "store-wal": 0o600, "store-shm": 0o600}


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://host/name", "not in mysql"),
        ("sqlite://", "in a file"),
        ("sqlite:///:memory:", "in a file"),
        ("no url", "cannot be read"),
        ("postgresql://host:port/name", "cannot be read"),
    ],
)
def test_a_store_in_another_place_is_refused(url: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        Store.open(url)


def test_a_url_that_cannot_be_read_is_not_shown_as_it_may_hold_a_password() -> None:
    with pytest.raises(UsageError) as refused:
        Store.open("postgresql://user:the-password@host:port/name")
    assert "the-password" not in str(refused.value)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"nowhere/store: No such file or directory"):
        Store.open(f"sqlite:///{tmp_path}/nowhere/store")


def test_without_leave_to_migrate_no_file_is_made(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="No such file or directory"):
        Store.open(f"sqlite:///{tmp_path / 'store'}", migrate=False)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "store"
    file.write_bytes(b"something else entirely, and long enough" * 100)
    with pytest.raises(StoreUnavailable, match="its file is not a database"):
        Store.open(f"sqlite:///{file}")
    assert file.read_bytes().startswith(b"something else")


BLOCK = """
import sys
sys.modules[sys.argv[1]] = None
from ccr_rules.errors import MissingExtraError
try:
    from ccr_rules.store.store import Store
    Store.open("postgresql://host/name")
except MissingExtraError as error:
    sys.stdout.write(error.message)
"""


@pytest.mark.parametrize(
    ("module", "extra"),
    [("sqlalchemy", "service"), ("alembic", "service"), ("cryptography", "service"), ("psycopg", "postgres")],
)
def test_a_missing_package_is_named_with_what_installs_it(module: str, extra: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", BLOCK, module], capture_output=True, text=True, check=True, timeout=300
    )
    assert (
        ran.stdout == f"{module} is not installed; pip install 'ccr-rules[{extra}]' installs what this needs"
    )
    assert issubclass(MissingExtraError, UsageError)


def test_what_a_url_of_postgresql_says_counts_before_the_store_s_own_settings(cluster: Cluster) -> None:
    engine = connect(read_url(cluster.make_database() + "&application_name=ours"))
    with reading(engine) as connection:
        assert connection.execute(text("SHOW application_name")).scalar_one() == "ours"
        assert connection.execute(text("SHOW statement_timeout")).scalar_one() == "10s"
    engine.dispose()
