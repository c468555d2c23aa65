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
from ccr_rules.store.work import Desk


def sweep(desk: Desk, now: datetime, kept: timedelta) -> Removed:
    """Remove used tokens and answered requests that ran out."""
    with writing(desk.engine) as connection:
        return Removed(
            tokens=_remove(connection, token, token.c.expires < now - GRACE),
            requests=_remove(connection, request, request.c.began < now - kept),
        )


def expire(desk: Desk, before: datetime) -> Removed:
    """Remove what is older than a moment."""
    ended = or_(
        response.c.until < london_day(utc(before)),
        response.c.withdrawn < before,
        and_(response.c.until.is_(None), response.c.record.is_not(None), response.c.created < before),
    )
    with writing(desk.engine) as connection:
        return Removed(
            requests=_remove(connection, request, request.c.began < before),
            feedback=_remove(connection, feedback, feedback.c.received < before),
            responses=_remove(connection, response, ended),
            decisions=_remove(connection, decision, decision.c.created < before),
        )


def erase(desk: Desk, tenant: str, patient: str) -> Removed:
    """Remove everything that is kept about a patient."""
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
