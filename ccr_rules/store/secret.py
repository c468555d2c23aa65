"""The store's own secret, with which patients are kept as keyed digests, and sealing everything anew."""

import secrets
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, select, update

from ccr_rules.errors import UsageError
from ccr_rules.store.connection import writing
from ccr_rules.store.sealing import Sealer, is_sealed
from ccr_rules.store.tables import decision, feedback, meta, request
from ccr_rules.store.work import Desk, insert_new

SECRET: Final = "secret"  # noqa: S105 - its name
_LENGTH: Final = 32
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When the secret was sealed says nothing, and no clock is at hand."""

_SEALED: Final[tuple[tuple[Column[Any], Column[Any]], ...]] = (
    (meta.c.name, meta.c.value),
    (decision.c.id, decision.c.question),
    (decision.c.id, decision.c.input),
    (feedback.c.id, feedback.c.comment),
    (request.c.id, request.c.body),
)
"""Every column that may hold something sealed, with the key of its table."""


def read_secret(connection: Connection, sealer: Sealer) -> bytes:
    """Return the secret, made when it is first asked for, and sealed once there is a key.

    Raises StoreUnfit if it is sealed and no key given opens it.
    """
    made = sealer.wrapped(secrets.token_bytes(_LENGTH), _EPOCH)
    insert_new(connection, meta, {"name": SECRET, "value": made})
    kept = connection.execute(select(meta.c.value).where(meta.c.name == SECRET)).scalar_one()
    secret = sealer.opened(kept)
    if sealer.has_key and not is_sealed(kept):
        sealed = sealer.wrapped(secret, _EPOCH)
        connection.execute(update(meta).where(meta.c.name == SECRET).values(value=sealed))
    return secret


def sealed_again(desk: Desk, now: datetime) -> int:
    """Seal with the newest key whatever is sealed or may stand in clear, all of it or nothing."""
    if not desk.sealer.has_key:
        raise UsageError(
            "there is no key to seal with; name the new one in CCR_STORE_KEY, before the old one"
        )
    with writing(desk.engine) as connection:
        return sum(_column_again(connection, desk, *columns, now) for columns in _SEALED)


def _column_again(
    connection: Connection, desk: Desk, key: Column[Any], column: Column[Any], now: datetime
) -> int:
    table = column.table
    ids = connection.execute(select(key).where(column.is_not(None))).scalars().all()
    for id_ in ids:
        kept = connection.execute(select(column).where(key == id_)).scalar_one()
        value = {column.name: desk.sealer.again(kept, now)}
        connection.execute(update(table).where(key == id_).values(value))
    return len(ids)
