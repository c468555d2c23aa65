"""What every consultation asks of a store in SQLite, done at once and by the driver itself.

To write a decision takes SQLite a tenth of a millisecond. To hand it to a thread, or to make the statement
anew, takes longer. So whoever must not be kept waiting tries it here: nothing here waits for whoever else is
writing, nor for the disk. What cannot be done at once is not done, and the store itself is to be asked.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from threading import Lock
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.dialects.sqlite import dialect

from ccr_rules.record.responses import Response
from ccr_rules.store import decisions, responding
from ccr_rules.store.connection import connect_at_once
from ccr_rules.store.errors import StoreUnavailable
from ccr_rules.store.kept import ShownCard, StoredDecision
from ccr_rules.store.tables import card, decision
from ccr_rules.store.work import Desk

_SQLITE: Final = dialect(paramstyle="named")


class NotAtOnce(StoreUnavailable):
    """It was not done: somebody else writes just now, or something is wrong. The store itself can tell."""


class _Insertion:
    """The insertion of a row into a table, as text for the driver, and what makes its values SQLite's."""

    def __init__(self, table: Table) -> None:
        self.text: Final = str(table.insert().compile(dialect=_SQLITE))
        makers = ((each.name, each.type.dialect_impl(_SQLITE).bind_processor(_SQLITE)) for each in table.c)
        self._makers: Final = [(name, make) for name, make in makers if make is not None]

    def row(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return a row as the driver takes it."""
        return values | {name: make(values[name]) for name, make in self._makers}


_DECISION: Final = _Insertion(decision)
_CARD: Final = _Insertion(card)


class Quick:
    """One connection, for one thread at a time. Its methods are those of Store, and raise NotAtOnce."""

    def __init__(self, desk: Desk, turn: Lock) -> None:
        self._desk = desk
        self._turn = turn
        self._opened: sqlite3.Connection | None = None

    def _raw(self) -> sqlite3.Connection:
        if self._opened is None:
            self._opened = connect_at_once(self._desk.engine)
        return self._opened

    @property
    def has_key(self) -> bool:
        """Whether records and free text can be kept."""
        return self._desk.sealer.has_key

    def responses_for(
        self, tenant: str, patient: str, day: date, *, record: str = ""
    ) -> tuple[Response, ...]:
        """Do what Store does. Of most patients there are none, and that is all that is asked here."""
        asked = "SELECT 1 FROM response WHERE patient = ? LIMIT 1"
        try:
            found = self._raw().execute(asked, (self._desk.patient(tenant, patient),)).fetchone()
        except sqlite3.Error:
            raise NotAtOnce("the store could not be read at once") from None
        return responding.holding(self._desk, tenant, patient, day, record) if found else ()

    def record_decision(self, made: StoredDecision, *, patient: str, cards: Sequence[ShownCard] = ()) -> None:
        """Do what Store does."""
        row = _DECISION.row(decisions.row_of(self._desk, made, patient))
        shown = [_CARD.row(each) for each in decisions.card_rows(made, cards)]
        with self._writing() as raw:
            raw.execute(_DECISION.text, row)
            raw.executemany(_CARD.text, shown)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Work in one transaction, which outlives the process when this ends, or undone."""
        if not self._turn.acquire(blocking=False):
            raise NotAtOnce("another thread is writing to the store")
        try:
            raw = self._raw()
            raw.execute("BEGIN IMMEDIATE")
            try:
                yield raw
                raw.execute("COMMIT")
            finally:
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
        except sqlite3.Error:
            raise NotAtOnce("the store could not be written to at once") from None
        finally:
            self._turn.release()

    def close(self) -> None:
        """Let go of the connection."""
        if self._opened is not None:
            self._opened.close()


def checkpoint(desk: Desk) -> None:
    """Carry what was written at once from the write-ahead log into the database; this waits for the disk.

    A connection of its own does it, in a thread that may wait; meanwhile reading and writing go on. What
    cannot be carried over now is carried over the next time.
    """
    try:
        with closing(connect_at_once(desk.engine)) as raw:
            raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    except sqlite3.Error:
        raise StoreUnavailable("the write-ahead log could not be carried into the database") from None
