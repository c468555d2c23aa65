"""Feedback on cards: kept once however often it is sent, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, select, update

from ccr_rules.record.london import london_day
from ccr_rules.store import responding
from ccr_rules.store.connection import reading, writing
from ccr_rules.store.kept import FeedbackItem, FeedbackSaved, ShownCard, StoredFeedback
from ccr_rules.store.moments import utc
from ccr_rules.store.tables import card, decision, feedback
from ccr_rules.store.text import digest_of, storable
from ccr_rules.store.work import Desk, insert_new


@dataclass(slots=True)
class _Batch:
    """A batch on its way in, and what has become of it."""

    desk: Desk
    connection: Connection
    tenant: str
    client: str
    now: datetime
    new: int = 0
    unknown: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    dropped: int = 0
    shown: list[ShownCard] = field(default_factory=list)

    def take(self, id_: str, item: FeedbackItem) -> None:
        about = self._shown(item.card)
        if about is None:
            self.unknown.append(item.card)
        comment = self._comment(item, about)
        self.dropped += bool(item.comment) and comment is None
        row = {
            "id": id_,
            "tenant": storable(self.tenant),
            "client": storable(self.client),
            "card": storable(item.card),
            "decision": about["decision"] if about else None,
            "patient": about["patient"] if about else None,
            "outcome": item.outcome,
            "at": item.at,
            "suggestions": msgspec.json.encode([storable(each) for each in item.suggestions]).decode(),
            "reason": storable(item.reason),
            "comment": comment,
            "received": self.now,
        }
        is_new = insert_new(self.connection, feedback, row) or (about is not None and self._now_known(row))
        self.new += is_new
        if about is None:
            return
        shown = msgspec.json.decode(about["content"], type=ShownCard)
        self.shown += [shown] if is_new else []
        if item.outcome == "overridden" and item.reason:
            self._decline(item, about, shown, id_, is_new)

    def _now_known(self, row: dict[str, Any]) -> bool:
        """Keep feedback anew that came once before, when its card was not known yet."""
        came_early = (feedback.c.id == row["id"], feedback.c.decision.is_(None))
        return self.connection.execute(update(feedback).where(*came_early).values(row)).rowcount == 1

    def _shown(self, card_id: str) -> RowMapping | None:
        """Return the card and its decision, if this client of this tenant was sent it."""
        asked = (
            select(card.c.content, card.c.decision, decision.c.patient, decision.c.as_of, decision.c.record)
            .join(decision)
            .where(
                card.c.id == storable(card_id),
                decision.c.tenant == storable(self.tenant),
                decision.c.client == storable(self.client),
            )
        )
        return self.connection.execute(asked).mappings().first()

    def _comment(self, item: FeedbackItem, about: RowMapping | None) -> bytes | None:
        """Return the free text sealed; on an unknown card no erasure of its patient finds it."""
        if not item.comment or about is None:
            return None
        return self.desk.sealer.sealed(storable(item.comment).encode(), self.now)

    def id_of(self, item: FeedbackItem) -> str:
        at = utc(item.at).isoformat()
        return digest_of(
            self.tenant, self.client, item.card, item.outcome, at, item.reason, *sorted(set(item.suggestions))
        )

    def _decline(
        self, item: FeedbackItem, about: RowMapping, shown: ShownCard, id_: str, is_new: bool
    ) -> None:
        day = _day_of(item.at, about["as_of"], self.now)
        follows = list(responding.declines(shown, item.reason, day))
        if not follows:
            self.unread.append(item.reason)
        for each in follows if is_new else ():
            responding.keep(
                self.connection, each, about["patient"], day, self.now, record=about["record"], origin=id_
            )


def _day_of(at: datetime, earliest: date, now: datetime) -> date:
    """Return the day of an answer: a host's clock cannot put it before the question, or after today."""
    return min(max(london_day(utc(at)), earliest), london_day(utc(now)))


def save(desk: Desk, tenant: str, client: str, items: Sequence[FeedbackItem], now: datetime) -> FeedbackSaved:
    """Keep a batch of feedback, whole or not at all."""
    with writing(desk.engine) as connection:
        batch = _Batch(desk, connection, tenant, client, now)
        for id_, item in sorted(((batch.id_of(item), item) for item in items), key=itemgetter(0)):
            batch.take(id_, item)  # in one order, so that two batches at once do not wait for each other
    return FeedbackSaved(
        batch.new,
        len(items) - batch.new,
        tuple(batch.unknown),
        tuple(batch.unread),
        batch.dropped,
        tuple(batch.shown),
    )


def of_decision(desk: Desk, id_: str) -> tuple[StoredFeedback, ...]:
    """Return the feedback on the cards of a decision, by when it was given."""
    asked = (
        select(feedback).where(feedback.c.decision == storable(id_)).order_by(feedback.c.at, feedback.c.id)
    )
    with reading(desk.engine) as connection:
        return tuple(_stored(desk, row) for row in connection.execute(asked).mappings())


def _stored(desk: Desk, row: RowMapping) -> StoredFeedback:
    kept: dict[str, Any] = {
        name: row[name] for name in ("card", "decision", "outcome", "at", "received", "reason")
    }
    return StoredFeedback(
        **kept,
        suggestions=msgspec.json.decode(row["suggestions"], type=tuple[str, ...]),
        comment=desk.sealer.opened(row["comment"]).decode() if row["comment"] is not None else None,
    )
