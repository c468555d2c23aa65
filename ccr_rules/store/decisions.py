"""Decisions, and the cards that were shown for them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import RowMapping, or_, select

from ccr_rules.errors import UsageError
from ccr_rules.store.connection import reading, writing_hastily
from ccr_rules.store.kept import Caller, Question, ShownCard, StoredDecision
from ccr_rules.store.tables import card, decision
from ccr_rules.store.text import storable
from ccr_rules.store.work import Desk, insert_all

PART: Final = 16
"""How many hexadecimal digits tell apart a part of an answer."""


def record(desk: Desk, made: StoredDecision, patient: str, cards: Sequence[ShownCard]) -> None:
    """Keep a decision and its cards."""
    row = row_of(desk, made, patient)
    with writing_hastily(desk.engine) as connection:
        insert_all(connection, decision, [row])
        insert_all(connection, card, card_rows(made, cards))


def card_rows(made: StoredDecision, cards: Sequence[ShownCard]) -> list[dict[str, Any]]:
    """Return the cards of a decision as they are kept."""
    return [{"id": each.id, "decision": made.id, "content": _json(each)} for each in cards]


def row_of(desk: Desk, made: StoredDecision, patient: str) -> dict[str, Any]:
    """Return a decision as it is kept. Raises UsageError for a record that cannot be sealed."""
    sealed = desk.sealer.sealed(made.input, made.created) if made.input is not None else None
    if made.input is not None and sealed is None:
        raise UsageError("a record is kept only sealed, and this store has no key: set CCR_STORE_KEY")
    return {
        "id": made.id,
        "evaluation": made.evaluation,
        "tenant": storable(made.caller.tenant),
        "client": storable(made.caller.client),
        "patient": desk.patient(made.caller.tenant, patient),
        "endpoint": storable(made.caller.endpoint),
        "as_of": made.question.as_of,
        "known_on": made.question.known_on,
        "engine": made.question.asked.engine,
        "rulesets": " ".join(f"{each.reference}#{each.digest}" for each in made.question.rulesets),
        "question": desk.sealer.wrapped(msgspec.json.encode(made.question), made.created),
        "input_digest": made.input_digest,
        "input": sealed,
        "answer_digest": made.answer_digest,
        "parts": _json(keyed_parts(desk, made.parts)),
        "record": desk.told_apart("record", made.record),
        "plugins": _json(made.plugins),
        "program": made.program,
        "created": made.created,
    }


def keyed_parts(desk: Desk, parts: Mapping[str, str]) -> dict[str, str]:
    """Return what tells apart the parts of an answer, as it is kept."""
    return {name: desk.told_apart("part", value)[:PART] for name, value in parts.items()}


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def find(desk: Desk, id_: str) -> StoredDecision | None:
    """Return a decision by its own id, or the newest with this id of an evaluation."""
    asked = (
        select(decision)
        .where(or_(decision.c.id == storable(id_), decision.c.evaluation == storable(id_)))
        .order_by(decision.c.id.desc())
        .limit(1)
    )
    with reading(desk.engine) as connection:
        row = connection.execute(asked).mappings().first()
    return _decision(desk, row) if row is not None else None


def _decision(desk: Desk, row: RowMapping) -> StoredDecision:
    return StoredDecision(
        id=row["id"],
        evaluation=row["evaluation"],
        caller=Caller(row["tenant"], row["client"], row["endpoint"]),
        question=msgspec.json.decode(desk.sealer.opened(row["question"]), type=Question),
        input_digest=row["input_digest"],
        answer_digest=row["answer_digest"],
        program=row["program"],
        created=row["created"],
        parts=msgspec.json.decode(row["parts"], type=dict[str, str]),
        record=row["record"],
        plugins=msgspec.json.decode(row["plugins"], type=tuple[str, ...]),
        input=desk.sealer.opened(row["input"]) if row["input"] is not None else None,
    )


def is_about(desk: Desk, id_: str, tenant: str, patient: str) -> bool:
    """Say whether a decision is about this patient."""
    asked = select(decision.c.id).where(
        decision.c.id == storable(id_), decision.c.patient == desk.patient(tenant, patient)
    )
    with reading(desk.engine) as connection:
        return connection.execute(asked).first() is not None


def cards_of(desk: Desk, id_: str) -> tuple[ShownCard, ...]:
    """Return the cards of a decision."""
    asked = select(card.c.content).where(card.c.decision == storable(id_)).order_by(card.c.id)
    with reading(desk.engine) as connection:
        found = connection.execute(asked).scalars().all()
    return tuple(msgspec.json.decode(each, type=ShownCard) for each in found)
