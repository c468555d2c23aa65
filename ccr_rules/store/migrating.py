"""The schema of a database, brought to what this program needs by the migrations that come with it."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from ccr_rules.store.connection import reading, unhurried, writing
from ccr_rules.store.errors import StoreUnfit

FOLDER: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x6363725F
"""The advisory lock of PostgreSQL under which one worker migrates while the others wait."""


def configured(connection: Connection | None = None) -> Config:
    """Return the configuration of Alembic, which works on a connection that is open."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(configured())


def revisions() -> tuple[str, ...]:
    """Return every revision that this program knows, the oldest first."""
    return tuple(reversed([script.revision for script in _scripts().walk_revisions()]))


def newest() -> str:
    """Return the revision that this program needs."""
    return revisions()[-1]


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database, or None of an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine, to: str = "head") -> bool:
    """Bring a database to a revision, the whole way or not at all; several may try at once.

    Returns whether anything changed. Raises StoreUnfit for a database that is newer than this program.
    """
    with writing(engine) as connection, unhurried(connection):  # a large table takes its time
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        before = revision_of(connection)
        _refuse_newer(before)
        command.upgrade(configured(connection), to)
        return revision_of(connection) != before


def check_revision(engine: Engine) -> None:
    """Raise StoreUnfit for a database that is not at the revision that this program needs."""
    with reading(engine) as connection:
        found = revision_of(connection)
    _refuse_newer(found)
    if found != newest():
        raise StoreUnfit(
            f"the store is at {found or 'no revision'}, and this program needs {newest()}: ccr store migrate"
        )


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in revisions():
        raise StoreUnfit(
            f"the store is at revision {found}, which this program does not know: a newer one wrote it; "
            "install that one, or name another store"
        )
