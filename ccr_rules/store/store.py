"""The store: one object for each process, which serves many threads."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import text

from ccr_rules.record.responses import Response
from ccr_rules.store import decisions, feedbacks, migrating, removing, requests, responding, tokens
from ccr_rules.store.connection import connect, read_url, turn_of, writing
from ccr_rules.store.kept import (
    Begun,
    FeedbackItem,
    FeedbackSaved,
    Removed,
    ShownCard,
    StoredDecision,
    StoredFeedback,
)
from ccr_rules.store.quick import Quick, checkpoint
from ccr_rules.store.sealing import Sealer
from ccr_rules.store.secret import read_secret, sealed_again
from ccr_rules.store.work import Desk

IDEMPOTENT_HOURS = 24
LEASE_SECONDS = 60


class Store:
    """What a service keeps. It has no clock: every moment is an argument, aware and in universal time.

    One serves many threads; each process opens its own.

    Whatever a method returned is on disk, but for the last few decisions. Every method raises
    StoreUnavailable if the database cannot be reached or cannot write; the next call tries again.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @classmethod
    def open(cls, url: str, *, key: str | None = None, migrate: bool = True) -> Self:
        """Open a store, and make or upgrade its tables unless `migrate` is False.

        `url` is `sqlite:///FILE` or `postgresql://…`. `key` are Fernet keys, the newest first, set apart by
        commas: with one, free text, questions and answers are kept sealed; without, free text and records
        are not kept at all. The first opening with a key seals the store's own secret: from then on it does
        not open without.

        Raises UsageError for another URL or a bad key, StoreUnfit for a database that is newer than this
        program (or older, without `migrate`) or sealed with another key, MissingExtraError without psycopg.
        """
        sealer = Sealer(key)
        engine = connect(read_url(url), make=migrate)
        try:
            if migrate:
                migrating.migrate(engine)
            else:
                migrating.check_revision(engine)
            with writing(engine) as connection:
                secret = read_secret(connection, sealer)
        except BaseException:
            engine.dispose()
            raise
        return cls(Desk(engine, sealer, secret))

    def quick(self) -> Quick | None:
        """Return what does at once what every consultation asks, in SQLite; None in PostgreSQL.

        Whoever uses it calls `checkpoint` every hundred decisions or so, and closes it before the store.
        """
        turn = turn_of(self._desk.engine)
        return None if turn is None else Quick(self._desk, turn)

    def checkpoint(self) -> None:
        """Carry what `quick` wrote in SQLite from the write-ahead log into the database."""
        checkpoint(self._desk)

    def close(self) -> None:
        """Let go of every connection."""
        self._desk.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def check(self) -> None:
        """Write and read once. Raises StoreUnavailable, with the reason, if that cannot be done."""
        with writing(self._desk.engine) as connection:
            connection.execute(text("UPDATE meta SET value = value WHERE name = 'secret'"))

    @property
    def has_key(self) -> bool:
        """Whether records and free text can be kept."""
        return self._desk.sealer.has_key

    # --- decisions -----------------------------------------------------------------------------

    def record_decision(
        self, decision: StoredDecision, *, patient: str, cards: Sequence[ShownCard] = ()
    ) -> None:
        """Keep a decision about a patient (a reference, kept as a keyed digest), and the cards shown.

        Raises UsageError for an `input` where there is no key to seal it with, StoreRefused for an id that is
        there.
        """
        decisions.record(self._desk, decision, patient, cards)

    def decision(self, id_: str) -> StoredDecision | None:
        """Return a decision by its id, or the newest with this `Evaluation.decision`, or None."""
        return decisions.find(self._desk, id_)

    def is_about(self, id_: str, tenant: str, patient: str) -> bool:
        """Say whether a decision is about this patient."""
        return decisions.is_about(self._desk, id_, tenant, patient)

    def differing(self, decision: StoredDecision, parts: Mapping[str, str]) -> tuple[str, ...]:
        """Return the names of the parts in which an answer differs from that of a decision that was kept."""
        now = decisions.keyed_parts(self._desk, parts)
        names = sorted(now.keys() | decision.parts.keys())
        return tuple(name for name in names if now.get(name) != decision.parts.get(name))

    def cards_of(self, id_: str) -> tuple[ShownCard, ...]:
        """Return the cards of a decision."""
        return decisions.cards_of(self._desk, id_)

    # --- feedback and what follows from it -----------------------------------------------------

    def save_feedback(
        self, tenant: str, client: str, items: Sequence[FeedbackItem], now: datetime
    ) -> FeedbackSaved:
        """Keep a batch of feedback, whole or not at all; an item that is there is not kept twice.

        A reason for not acting, of those that its card offered, declines the prompts that offered it.
        """
        return feedbacks.save(self._desk, tenant, client, items, now)

    def feedback_of(self, decision: str) -> tuple[StoredFeedback, ...]:
        """Return the feedback on the cards of a decision, by when it was given."""
        return feedbacks.of_decision(self._desk, decision)

    def add_response(
        self, tenant: str, patient: str, response: Response, day: date, now: datetime, *, record: str = ""
    ) -> None:
        """Keep a snooze, a decline or an attestation that a clinician gave on a day.

        Without `until` it holds while `record`, the fingerprint, stays; without that, until it is withdrawn.
        """
        responding.add(self._desk, tenant, patient, response, day, now, record=record)

    def responses_for(
        self, tenant: str, patient: str, day: date, *, record: str = ""
    ) -> tuple[Response, ...]:
        """Return what `Engine.evaluate` takes as `responses` on a day, in the order in which they were given.

        `record` is the fingerprint of the patient's record as it is now: a decline that holds until the
        record changes is left out if it was given on another.
        """
        return responding.holding(self._desk, tenant, patient, day, record)

    def withdraw(
        self,
        tenant: str,
        patient: str,
        now: datetime,
        *,
        prompt: str = "",
        review: str = "",
        codelist: str = "",
    ) -> int:
        """Withdraw the responses that name a prompt, a review or a codelist; returns how many there were."""
        return responding.withdraw(self._desk, tenant, patient, now, (prompt, review, codelist))

    # --- requests that come again --------------------------------------------------------------

    def use_jti(self, issuer: str, jti: str, expires: datetime, now: datetime) -> bool:
        """Use a token once; False if it was used before, in any process, or expired long ago."""
        return tokens.use(self._desk, issuer, jti, expires, now)

    def begin_idempotent(
        self,
        client: str,
        key: str,
        request_digest: str,
        now: datetime,
        *,
        hours: int = IDEMPOTENT_HOURS,
        lease_seconds: int = LEASE_SECONDS,
    ) -> Begun:
        """Begin to answer a request under a client's idempotency key.

        Fresh: answer it, then `finish_idempotent`, or `abandon_idempotent` if that failed. One that is not
        finished within the lease may be begun anew, and one that is older than `hours` is forgotten.
        """
        limits = requests.Limits(timedelta(hours=hours), timedelta(seconds=lease_seconds))
        return requests.begin(self._desk, requests.key_of(client, key), request_digest, now, limits)

    def finish_idempotent(
        self,
        client: str,
        key: str,
        ticket: str,
        now: datetime,
        *,
        status: int,
        headers: dict[str, str],
        body: bytes,
        decision: str | None = None,
    ) -> bool:
        """Keep an answer for when the request comes again; the body only where there is a key to seal it.

        Returns False, and keeps nothing, if another worker took the request over.
        """
        answer = requests.Answer(status, headers, body, decision)
        return requests.finish(self._desk, requests.key_of(client, key), ticket, now, answer)

    def abandon_idempotent(self, client: str, key: str, ticket: str) -> None:
        """Forget a request that was begun, so that it may come again at once."""
        requests.abandon(self._desk, requests.key_of(client, key), ticket)

    # --- what is no longer kept ----------------------------------------------------------------

    def sweep(self, now: datetime, *, hours: int = IDEMPOTENT_HOURS) -> Removed:
        """Remove what ran out: used tokens that expired over a day ago, requests older than `hours`."""
        return removing.sweep(self._desk, now, timedelta(hours=hours))

    def expire(self, before: datetime) -> Removed:
        """Remove decisions, cards and feedback of before a moment, and responses that ended before it."""
        return removing.expire(self._desk, before)

    def erase_patient(self, tenant: str, patient: str) -> Removed:
        """Remove everything that is kept about a patient."""
        return removing.erase(self._desk, tenant, patient)

    def rotate_key(self, now: datetime) -> int:
        """Seal with the newest key whatever another sealed, or stands in clear; returns how many values."""
        return sealed_again(self._desk, now)
