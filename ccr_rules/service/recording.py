"""Recording decisions, and requests that come again under an idempotency key."""

import hashlib
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Final

import msgspec

from ccr_rules.evaluation.result import Evaluation
from ccr_rules.service.books import Books
from ccr_rules.service.callers.caller import Caller
from ccr_rules.service.clock import Clock
from ccr_rules.service.hosted import Hosted
from ccr_rules.service.metrics import Metrics
from ccr_rules.service.problems import Problem
from ccr_rules.service.question import Question
from ccr_rules.service.settings import Settings
from ccr_rules.service.trace import Trace
from ccr_rules.store.errors import StoreUnavailable
from ccr_rules.store.keeping import decision_of
from ccr_rules.store.kept import Asked, Begun, Conflict, Fresh, InProgress, Replayed, ShownCard
from ccr_rules.store.kept import Caller as StoredCaller
from ccr_rules.store.quick import Quick
from ccr_rules.store.store import Store

RECORDED: Final = "CCR-Recorded"
"""The header that says whether a decision was recorded."""

LONGEST_KEY: Final = 200
PROGRAM = version("ccr-rules")


def check_key(key: str) -> None:
    """Refuse what is no idempotency key. Raises Problem (400)."""
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Problem("bad-request", f"an Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters")


class Recording:
    """Records what was decided."""

    def __init__(
        self, settings: Settings, clock: Clock, books: Books, metrics: Metrics, hosted: Hosted
    ) -> None:
        self._hosted = hosted
        self._settings = settings
        self._clock = clock
        self._books = books
        self._metrics = metrics

    async def record(
        self,
        caller: Caller,
        endpoint: str,
        question: Question,
        evaluation: Evaluation,
        trace: Trace,
        cards: Sequence[ShownCard] = (),
        *,
        keep_input: bool = True,
        record: str = "",
    ) -> str:
        """Record a decision and return the id under which it is kept; nothing if it could not be recorded.

        `keep_input` False leaves the record out, whatever the settings say. `record` is its fingerprint, if
        that is known already.

        Raises Problem (503) then, where the settings say that nothing is answered without the store.
        """
        trace.decision = evaluation.decision
        self._metrics.evaluations.labels(evaluation.completeness).inc()
        self._hosted.evaluated(evaluation)
        now = self._clock.now()
        who = StoredCaller(caller.keeper, caller.client, endpoint)
        asked = Asked(
            engine=question.engine,
            profile=question.profile,
            supplied=None if question.supplied is None else tuple(question.supplied),
            consultation=question.consultation,
            host=question.host,
        )

        def keep(store: Store | Quick) -> str:
            made = decision_of(
                evaluation,
                bytes(question.record),
                who,
                now,
                program=PROGRAM,
                asked=asked,
                plugins=evaluation.hosted.plugins,
                keep_input=keep_input and self._settings.keep_records and store.has_key,
                record=record,
            )
            store.record_decision(made, patient=evaluation.record.reference, cards=cards)
            return made.id

        try:
            if len(question.record) <= self._settings.inline_bytes:
                return await self._books.soon(keep, writes=True)
            return await self._books.do(keep)
        except StoreUnavailable:
            self._metrics.unrecorded.inc()
            self.refuse_if_required()
            return ""

    def refuse_if_required(self) -> None:
        """Raise Problem (503), if the settings say that nothing goes without the store."""
        if self._settings.require_store:
            raise Problem(
                "not-recorded", "prompts unavailable: the store cannot be reached", {"Retry-After": "5"}
            )

    # --- requests that come again --------------------------------------------------------------

    async def begin(self, caller: Caller, key: str, content: bytes) -> Begun | None:
        """Begin a request under an idempotency key; None if nothing is known of keys for want of the store.

        Raises Problem if the key was used for something else, or the same is being answered just now.
        """
        digest, now = hashlib.sha256(content).hexdigest(), self._clock.now()
        try:
            begun = await self._books.do(
                lambda store: store.begin_idempotent(caller.client, key, digest, now)
            )
        except StoreUnavailable:
            self.refuse_if_required()
            return None
        if isinstance(begun, Conflict):
            raise Problem("key-reused", "this Idempotency-Key came with another body; take a new one")
        if isinstance(begun, InProgress):
            raise Problem("key-in-use", "the same request is being answered; ask again", {"Retry-After": "1"})
        return begun

    async def finish(self, caller: Caller, key: str, begun: Fresh, body: bytes, decision: str) -> None:
        """Keep an answer for when its request comes again."""
        now, headers = self._clock.now(), {RECORDED: "true" if decision else "false"}
        await self._quietly(
            lambda store: store.finish_idempotent(
                caller.client,
                key,
                begun.ticket,
                now,
                status=200,
                headers=headers,
                body=body,
                decision=decision or None,
            )
        )

    async def abandon(self, caller: Caller, key: str, begun: Fresh) -> None:
        """Forget a request that was not answered, so that it may come again at once."""
        await self._quietly(lambda store: store.abandon_idempotent(caller.client, key, begun.ticket))

    async def _quietly(self, work: Callable[[Store], object]) -> None:
        try:
            await self._books.do(work)
        except StoreUnavailable:
            return  # it can be begun anew when its lease has run out

    async def as_before(self, replayed: Replayed, question: Question) -> Question:
        """Return a question as it was when it was first answered: the same days, the same rulesets."""
        if replayed.decision is None:
            return question
        id_ = replayed.decision
        try:
            decision = await self._books.do(lambda store: store.decision(id_))
        except StoreUnavailable:
            decision = None
        if decision is None:
            return question
        kept = decision.question
        rulesets = [each.reference for each in kept.rulesets]
        return msgspec.structs.replace(question, as_of=kept.as_of, known_on=kept.known_on, rulesets=rulesets)
