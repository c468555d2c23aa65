"""What clinicians answered to prompts, and for how long it holds."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, bindparam, or_, select, update

from ccr_rules.dates import shift_day
from ccr_rules.record.responses import Response
from ccr_rules.store.connection import reading, writing
from ccr_rules.store.kept import ShownCard
from ccr_rules.store.tables import response
from ccr_rules.store.text import digest_of, storable
from ccr_rules.store.work import Desk, insert_new


def declines(card: ShownCard, reason: str, day: date) -> Iterator[Response]:
    """Yield what follows from a reason for not acting that was given on a day.

    Every prompt of the card that offers the reason is declined: up to the day on which it no longer holds,
    or without end where it holds until the record changes.
    """
    for prompt in card.prompts:
        for offered in prompt.decline:
            if offered.code == reason:
                until = shift_day(day, offered.holds) if offered.holds else None
                ruleset = prompt.ruleset.partition("@")[0]
                yield Response("declined", prompt=prompt.id, ruleset=ruleset, until=until, reason=reason)


def add(
    desk: Desk, tenant: str, patient: str, given: Response, day: date, now: datetime, *, record: str = ""
) -> None:
    """Keep a response; the same one of the same day is kept once, and holds again if it was withdrawn."""
    key = desk.patient(tenant, patient)
    basis = desk.told_apart("record", record) if given.kind != "attested" else ""
    with writing(desk.engine) as connection:
        keep(connection, given, key, day, now, record=basis, origin="")


def keep(
    connection: Connection,
    given: Response,
    patient: str,
    day: date,
    now: datetime,
    *,
    record: str,
    origin: str,
) -> None:
    """Keep a response of a patient (as a keyed digest), given on a day on a record (as one)."""
    values: dict[str, Any] = {
        "kind": given.kind,
        "prompt": storable(given.prompt),
        "review": storable(given.review),
        "ruleset": storable(given.ruleset),
        "until": given.until,
        "reason": storable(given.reason),
        "codelist": storable(given.codelist),
        "day": given.day,
    }
    id_ = digest_of(patient, origin, day.isoformat(), *map(str, values.values()))
    made = {
        "id": id_,
        "patient": patient,
        "given": day,
        "record": record or None,
        "created": now,
        "withdrawn": None,
    }
    if not insert_new(connection, response, values | made):
        connection.execute(update(response).where(response.c.id == id_).values(made))


_HOLDING: Final = (
    select(response)
    .where(
        response.c.patient == bindparam("patient"),
        response.c.withdrawn.is_(None),
        response.c.given <= bindparam("day"),
        or_(response.c.until.is_(None), response.c.until >= bindparam("day")),
    )
    .order_by(response.c.given, response.c.created, response.c.id)
)
_HOLDING_ON_A_RECORD: Final = _HOLDING.where(
    or_(
        response.c.until.is_not(None),
        response.c.record.is_(None),
        response.c.record == bindparam("record"),
    )
)
"""Asked at every call: to make the statement takes longer than to carry it out."""


def holding(desk: Desk, tenant: str, patient: str, day: date, record: str) -> tuple[Response, ...]:
    """Return the responses that hold on a day, in the order in which they were given."""
    key = desk.told_apart("record", record)
    values: dict[str, Any] = {"patient": desk.patient(tenant, patient), "day": day}
    asked = _HOLDING
    if key:
        asked, values = _HOLDING_ON_A_RECORD, values | {"record": key}
    with reading(desk.engine) as connection:
        return tuple(map(_response, connection.execute(asked, values).mappings()))


def _response(row: RowMapping) -> Response:
    return Response(**{name: row[name] for name in Response.__struct_fields__})


def withdraw(desk: Desk, tenant: str, patient: str, now: datetime, named: tuple[str, str, str]) -> int:
    """Withdraw the responses that name a prompt, a review or a codelist."""
    columns = (response.c.prompt, response.c.review, response.c.codelist)
    names = [column == storable(name) for column, name in zip(columns, named, strict=True) if name]
    if not names:
        return 0
    withdrawn = (
        update(response)
        .where(
            response.c.patient == desk.patient(tenant, patient), response.c.withdrawn.is_(None), or_(*names)
        )
        .values(withdrawn=now)
    )
    with writing(desk.engine) as connection:
        return connection.execute(withdrawn).rowcount
