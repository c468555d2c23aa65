"""What the work on a store has at hand, and the statements that both databases write alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite

from ccr_rules.store.sealing import Sealer, keyed


@dataclass(frozen=True, slots=True)
class Desk:
    """A database, the keys that seal, and the secret with which patients are told apart."""

    engine: Engine
    sealer: Sealer
    secret: bytes

    def patient(self, tenant: str, reference: str) -> str:
        """Return what stands for a patient of a tenant: nobody who lacks the secret can tell whom."""
        return keyed(self.secret, ("patient", tenant, reference))

    def told_apart(self, kind: str, value: str) -> str:
        """Return what stands for another value that should not be guessed; nothing stands for nothing."""
        return keyed(self.secret, (kind, value)) if value else ""


def insert_new(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Insert a row unless there is one with its primary key. Returns whether it was inserted."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(row).on_conflict_do_nothing(index_elements=list(table.primary_key))
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount == 1


def insert_all(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert some rows, or none."""
    if rows:
        connection.execute(table.insert(), rows)
