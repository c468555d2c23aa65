"""Requests that may come again under the same key, and the answers that they were given."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import RowMapping, delete, select, update

from ccr_rules.store.connection import writing
from ccr_rules.store.kept import Begun, Conflict, Fresh, InProgress, Replayed
from ccr_rules.store.tables import request
from ccr_rules.store.text import digest_of, storable
from ccr_rules.store.work import Desk, insert_new


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    headers: dict[str, str]
    body: bytes
    decision: str | None


@dataclass(frozen=True, slots=True)
class Limits:
    """How long an answer is kept, and how long one that works on it has."""

    kept: timedelta
    lease: timedelta


def begin(desk: Desk, id_: str, request_digest: str, now: datetime, limits: Limits) -> Begun:
    """Begin to answer a request."""
    ticket = secrets.token_hex(32)
    begun = {"digest": storable(request_digest), "began": now, "ticket": ticket}
    with writing(desk.engine) as connection:
        if insert_new(connection, request, {"id": id_, **begun}):
            return Fresh(ticket)
        row = (
            connection.execute(select(request).where(request.c.id == id_).with_for_update()).mappings().one()
        )
        if not _is_over(row, now, limits):
            return _again(desk, row, begun["digest"])
        anew = begun | {"status": None, "headers": None, "body": None, "decision": None}
        connection.execute(update(request).where(request.c.id == id_).values(anew))
    return Fresh(ticket)


def _is_over(row: RowMapping, now: datetime, limits: Limits) -> bool:
    """Say whether an answer was kept long enough, or whoever began it never finished.

    A clock that went backwards must not keep a request waiting until it is where it was.
    """
    age: timedelta = now - row["began"]
    return age > limits.kept or (row["status"] is None and abs(age) > limits.lease)


def _again(desk: Desk, row: RowMapping, request_digest: object) -> Begun:
    if row["digest"] != request_digest:
        return Conflict()
    if row["status"] is None:
        return InProgress()
    headers = msgspec.json.decode(row["headers"], type=dict[str, str])
    body = desk.sealer.opened(row["body"]) if row["body"] is not None else None
    return Replayed(row["status"], headers, body, row["decision"])


def finish(desk: Desk, id_: str, ticket: str, now: datetime, answer: Answer) -> bool:
    """Keep an answer, if the ticket is still the one that was begun with."""
    values = {
        "status": answer.status,
        "headers": msgspec.json.encode(
            {storable(k): storable(v) for k, v in answer.headers.items()}
        ).decode(),
        "body": desk.sealer.sealed(answer.body, now),
        "decision": answer.decision,
    }
    mine = (request.c.id == id_, request.c.ticket == ticket)
    with writing(desk.engine) as connection:
        return connection.execute(update(request).where(*mine).values(values)).rowcount == 1


def abandon(desk: Desk, id_: str, ticket: str) -> None:
    """Forget a request that was begun and not finished."""
    mine = (request.c.id == id_, request.c.ticket == ticket, request.c.status.is_(None))
    with writing(desk.engine) as connection:
        connection.execute(delete(request).where(*mine))


def key_of(client: str, key: str) -> str:
    """Return the id of a client's idempotency key."""
    return digest_of(client, key)
