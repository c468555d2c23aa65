"""What is no longer kept: it ran out, it is too old, or its patient is to be forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, and_, delete, or_, select
from sqlalchemy.sql import ColumnElement

from ccr_rules.record.london import london_day
from ccr_rules.store.connection import writing
from ccr_rules.store.kept import Removed
from ccr_rules.store.moments import utc
from ccr_rules.store.tables import decision, feedback, request, response, token
from ccr_rules.store.tokens import GRACE
from ccr_rules.store.work import BATCH, Desk


def sweep(desk: Desk, now: datetime, kept: timedelta) -> Removed:
    """Remove used tokens and answered requests that ran out."""
    return Removed(
        tokens=_remove_all(desk, token, token.c.expires < now - GRACE),
        requests=_remove_all(desk, request, request.c.began < now - kept),
    )


def expire(desk: Desk, before: datetime) -> Removed:
    """Remove what is older than a moment, little by little."""
    ended = or_(
        response.c.until < london_day(utc(before)),
        response.c.withdrawn < before,
        and_(response.c.until.is_(None), response.c.record.is_not(None), response.c.created < before),
    )
    return Removed(
        requests=_remove_all(desk, request, request.c.began < before),
        feedback=_remove_all(desk, feedback, feedback.c.received < before),
        responses=_remove_all(desk, response, ended),
        decisions=_remove_all(desk, decision, decision.c.created < before),
    )


def _remove_all(desk: Desk, table: Table, which: ColumnElement[bool]) -> int:
    key = table.c.id
    some = delete(table).where(key.in_(select(key).where(which).limit(BATCH)))
    count = 0
    while True:
        with writing(desk.engine) as connection:
            removed = connection.execute(some).rowcount
        count += removed
        if removed < BATCH:
            return count


def erase(desk: Desk, tenant: str, patient: str) -> Removed:
    """Remove everything that is kept about a patient, all of it or nothing."""
    key = desk.patient(tenant, patient)
    about = select(decision.c.id).where(decision.c.patient == key)
    with writing(desk.engine) as connection:
        return Removed(
            requests=_remove(connection, request, request.c.decision.in_(about)),
            feedback=_remove(connection, feedback, feedback.c.patient == key),
            responses=_remove(connection, response, response.c.patient == key),
            decisions=_remove(connection, decision, decision.c.patient == key),
        )


def _remove(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return connection.execute(delete(table).where(which)).rowcount
