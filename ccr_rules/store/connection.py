"""Connections to SQLite and PostgreSQL, and what their failures mean.

What somebody relies on is on disk before it is acknowledged, in both databases. Only a decision does not wait
for the disk: it outlives the process, however that ends, and whatever else is kept after it takes it along.
If the machine itself fails, the decisions of its last moments may be missing.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    ProgrammingError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from ccr_rules.errors import CcrError, UsageError
from ccr_rules.hosting.columns import need
from ccr_rules.store.errors import StoreFull, StoreRefused, StoreUnavailable

CONNECT_SECONDS = 3
STATEMENT_SECONDS = 10
"""How long a database may take to accept a connection, and for one statement."""

_READING = "ccr_reading"
_HASTY = "ccr_hasty"
_TURN = "ccr_turn"
_POSTGRESQL = {
    "connect_timeout": CONNECT_SECONDS,
    "options": f"-c statement_timeout={STATEMENT_SECONDS}s -c timezone=UTC",
    "application_name": "ccr-rules",
    "keepalives_idle": 10,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": STATEMENT_SECONDS * 1000,
}


def read_url(url: str) -> URL:
    """Return the URL of a database. Raises UsageError for any but SQLite's in a file and PostgreSQL's."""
    try:
        read = make_url(url)
    except (ArgumentError, ValueError):
        raise UsageError(
            "the URL of the store cannot be read; write sqlite:///FILE or postgresql://USER@HOST/DATABASE"
        ) from None
    kind = read.get_backend_name()
    if kind == "postgresql":
        return read.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and read.database and read.database != ":memory:":
        return read.set(drivername="sqlite+pysqlite")
    raise UsageError(
        f"the store is in SQLite, in a file, or in PostgreSQL, not in {kind}; write sqlite:///FILE or "
        "postgresql://USER@HOST/DATABASE"
    )


def connect(url: URL, *, make: bool = True) -> Engine:
    """Return an engine that connects when it is first used; `make` makes the file of a SQLite.

    Raises MissingExtraError without psycopg, StoreUnavailable if the file cannot be made or is not there.
    """
    common: dict[str, Any] = {"hide_parameters": True, "pool_timeout": CONNECT_SECONDS}
    if url.get_backend_name() == "postgresql":
        need("psycopg", "postgres")
        from ccr_rules.store import postgresql  # noqa: PLC0415 - needs the extra

        engine = create_engine(url, pool_pre_ping=True, connect_args=_POSTGRESQL | dict(url.query), **common)
        event.listen(engine, "do_connect", postgresql.connect)
        return engine
    _make_private(Path(url.database or ""), os.O_CREAT if make else 0)
    engine = create_engine(url, connect_args={"timeout": STATEMENT_SECONDS}, **common)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    engine.update_execution_options(**{_TURN: Lock()})
    return engine


def _make_private(file: Path, make: int) -> None:
    """Make the file of a new database, which nobody else may read; what SQLite puts beside it is the same."""
    try:
        os.close(os.open(file, make | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreUnavailable(f"the store cannot be opened: {file}: {error.strerror}") from None


def _prepare_sqlite(raw: sqlite3.Connection, _: object) -> None:
    raw.isolation_level = None  # this module begins transactions, not the driver
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "secure_delete = ON"):
        raw.execute(f"PRAGMA {pragma}")


def connect_at_once(engine: Engine) -> sqlite3.Connection:
    """Return a connection to a SQLite that waits for no lock, and for the disk only at a checkpoint.

    It makes none by itself, and is for one thread at a time. Raises sqlite3.Error.
    """
    (file,), options = engine.dialect.create_connect_args(engine.url)
    raw = sqlite3.connect(file, timeout=0, check_same_thread=False, uri=options.get("uri", False))
    _prepare_sqlite(raw, None)
    for pragma in ("synchronous = NORMAL", "wal_autocheckpoint = 0"):
        raw.execute(f"PRAGMA {pragma}")
    return raw


def turn_of(engine: Engine) -> "Lock | None":
    """Return the lock that the threads of this process take to write; None where they need none."""
    return engine.get_execution_options().get(_TURN)


def _begin_sqlite(connection: Connection) -> None:
    """Take the lock for writing at once: one that reads first and then writes may have to be refused."""
    options = connection.get_execution_options()
    if not options.get(_READING):
        connection.exec_driver_sql(f"PRAGMA synchronous = {'NORMAL' if options.get(_HASTY) else 'FULL'}")
    connection.exec_driver_sql("BEGIN" if options.get(_READING) else "BEGIN IMMEDIATE")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Work in one transaction, which is on disk when this ends, or undone. Raises as `translated`."""
    with translated(), _turn(engine), engine.begin() as connection:
        yield connection


@contextmanager
def writing_hastily(engine: Engine) -> Iterator[Connection]:
    """Work in one transaction that does not wait for the disk. Raises as `translated`.

    It outlives this process; the machine, once anything was written by `writing` after it, or soon.
    """
    with translated(), _turn(engine), engine.execution_options(**{_HASTY: True}).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
        yield connection


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Let the threads of this process write to SQLite in turn: waiting for its lock, some would starve."""
    lock = turn_of(engine)
    if lock is None:
        yield
        return
    if not lock.acquire(timeout=STATEMENT_SECONDS):
        raise StoreUnavailable("the store is not available: too many wait to write; try again")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Read in one transaction. Raises as `translated`."""
    with translated(), engine.connect().execution_options(**{_READING: True}) as connection:
        yield connection


@contextmanager
def unhurried(connection: Connection) -> Iterator[None]:
    """Let the statements of a transaction take as long as they take."""
    if connection.dialect.name != "postgresql":
        yield
        return
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    raw: Any = connection.connection.driver_connection
    usual, raw.seconds = raw.seconds, None
    try:
        yield
    finally:
        raw.seconds = usual


@contextmanager
def translated() -> Iterator[None]:
    """Turn what a database raises into StoreUnavailable (StoreFull without room) or StoreRefused.

    Their messages name the kind of failure only. The database's own text, which may hold what was
    written, goes no further: not even as the cause.
    """
    try:
        yield
    except NoConnectionFree:
        raise StoreUnavailable("the store is not available: every connection is busy; try again") from None
    except (IntegrityError, DataError, ProgrammingError) as fault:
        raise StoreRefused(f"the store refused what it was given: {_kind(fault)}") from None
    except DBAPIError as fault:
        kind = StoreFull if _code(fault) in _FULL else StoreUnavailable
        raise kind(f"the store is not available: {_kind(fault)}; try again") from None
    except StatementError as fault:
        if isinstance(fault.orig, CcrError):  # a moment without its time zone
            raise fault.orig from None
        raise StoreRefused(f"the store refused what it was given: {_kind(fault)}") from None


_FULL = ("SQLITE_FULL", "53100")
_WORDS = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_BUSY": "another process keeps it locked",
    "SQLITE_CANTOPEN": "its file cannot be opened",
    "SQLITE_READONLY": "its file cannot be written to",
    "SQLITE_NOTADB": "its file is not a database",
    "SQLITE_CORRUPT": "its file is damaged",
    "53100": "the disk is full",
    "57P01": "the database is shutting down",
    "57P03": "the database is starting up",
    "57014": "it took too long",
    "55P03": "it took too long",
    "ConnectionTimeout": "it does not answer",
    "NoAnswer": "it does not answer",
}


def _code(fault: StatementError) -> str:
    cause = fault.orig
    return (
        getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or type(cause).__name__
    )


def _kind(fault: StatementError) -> str:
    """Return what kind of failure it was, in words and by its code."""
    code = _code(fault)
    base = "_".join(code.split("_")[:2])
    return f"{_WORDS.get(code) or _WORDS.get(base) or 'the database failed'} ({code})"
