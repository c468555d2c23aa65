"""Calls of CDS Hooks: from a body to cards, with what the store knows of earlier answers.

Where the store cannot be reached, prompts that were declined are shown again, and the answer says so: that is
better than to leave somebody unseen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final
from uuid import uuid4

import httpx
import msgspec

from ccr_rules.cds_hooks.answering import EXTENSION, Answer, Asking, answer, needed_kinds
from ccr_rules.cds_hooks.calls import Call, read_call
from ccr_rules.cds_hooks.cards import Made
from ccr_rules.cds_hooks.feedback import Feedback
from ccr_rules.cds_hooks.fhir_server import Policy, fetched
from ccr_rules.cds_hooks.hooks import SERVICES, discovery
from ccr_rules.cds_hooks.messages import encode
from ccr_rules.cds_hooks.prefetch import from_prefetch
from ccr_rules.cds_hooks.records import Sent, read_sent, sent_with
from ccr_rules.engine import Engine
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting.plugins import EVALUATING
from ccr_rules.record.patient import Consultation
from ccr_rules.record.responses import Response
from ccr_rules.service.answering import Answering
from ccr_rules.service.books import Books
from ccr_rules.service.callers.caller import Caller
from ccr_rules.service.clock import Clock
from ccr_rules.service.hosted import Hosted
from ccr_rules.service.problems import Problem
from ccr_rules.service.question import AskedConsultation, AskedDays, Question
from ccr_rules.service.recording import PROGRAM, Recording
from ccr_rules.service.rules import Rules
from ccr_rules.service.settings import Settings
from ccr_rules.service.trace import Trace
from ccr_rules.store.errors import StoreUnavailable
from ccr_rules.store.keeping import fingerprint, shown_prompts
from ccr_rules.store.kept import FeedbackItem, FeedbackSaved, ShownCard, ShownSuggestion

UNKNOWN_RESPONSES: Final = "unknown: the store cannot be reached, so what was declined may be shown again"
OTHER_REASON: Final = "other"
"""How a reason of the host's own is kept: that there was one."""


@dataclass(frozen=True, slots=True)
class CdsHooks:
    """Answers the calls of CDS clients; `client` asks their FHIR servers."""

    settings: Settings
    clock: Clock
    rules: Rules
    answering: Answering
    recording: Recording
    books: Books
    hosted: Hosted
    client: httpx.AsyncClient

    def discovery(self) -> bytes:
        """Return the services."""
        asking, needed = self._asking()
        rulesets = [program.ruleset.reference for group in asking.groups for program in group.programs]
        return encode(discovery(needed, rulesets, PROGRAM))

    def _asking(self) -> tuple[Asking, tuple[str, ...]]:
        """Return with what calls are evaluated now, and the kinds of resource that it needs."""
        return _prepared(self.rules.engine, self.clock.today())

    async def answer(self, raw: bytes, service: str, caller: Caller, trace: Trace) -> bytes:
        """Return the answer to a call of a service. Raises CallError and Problem."""
        call = read_call(raw, SERVICES[service])
        asking, needed = self._asking()
        had = from_prefetch(call.prefetch, call.repeats, needed, call.texts)
        obtained = await fetched(call, had, self._policy(), self.client)
        sent = sent_with(call, obtained, asking.as_of)
        record = await self.answering.beside(len(raw), lambda: read_sent(sent, self._profile))
        state = fingerprint(record)
        said = await self._said(caller, record.reference, state, asking.as_of)
        made = await self.answering.beside(
            len(raw),
            lambda: answer(call, obtained, record, asking, said or (), uuid4(), self.settings.panel_url),
            (*EVALUATING, "ccr_links"),
        )
        kept = await self._record(call, sent, caller, trace, made, state)
        self.hosted.told(made.link_faults)
        return _told(made, is_said_known=said is not None, is_recorded=bool(kept))

    @property
    def _profile(self) -> str | None:
        return self.settings.host_profile or None

    def _policy(self) -> Policy:
        servers = frozenset(each.rstrip("/") for each in self.settings.fhir_servers)
        return Policy(servers, any_server=self.settings.dev, seconds=self.settings.fhir_seconds)

    async def _said(self, caller: Caller, patient: str, state: str, day: date) -> Sequence[Response] | None:
        """Return what clinicians answered before, or None where nobody can tell."""
        try:
            return await self.books.soon(
                lambda store: store.responses_for(caller.keeper, patient, day, record=state)
            )
        except StoreUnavailable:
            self.recording.refuse_if_required()
            return None

    async def _record(
        self, call: Call, sent: Sent, caller: Caller, trace: Trace, made: Answer, state: str
    ) -> str:
        question = Question(
            record=msgspec.Raw(sent.to_json()),
            profile=self._profile,
            supplied=None if self._profile else list(sent.supplied),
            consultation=_asked_consultation(made.consultation),
            host=call.host,
        )
        cards = () if made.made is None else (_shown(made.made, made.evaluation),)
        return await self.recording.record(
            caller,
            call.hook.name,
            question,
            made.evaluation,
            trace,
            cards,
            keep_input=not sent.repeats,  # what stands twice cannot be written down as it came
            record=state,
        )

    async def feedback(self, items: Sequence[Feedback], caller: Caller) -> FeedbackSaved:
        """Keep feedback. Raises Problem (503) where it cannot be kept: then the client sends it again."""
        kept = [_item(each) for each in items]
        now = self.clock.now()
        try:
            saved = await self.books.do(
                lambda store: store.save_feedback(caller.keeper, caller.client, kept, now)
            )
        except StoreUnavailable:
            raise Problem(
                "not-recorded", "the feedback was not kept; send it again", {"Retry-After": "5"}
            ) from None
        if self.hosted.plugins.asks(["ccr_feedback"]):
            await self.answering.elsewhere(lambda: self.hosted.heard(items, saved))
        return saved


@lru_cache(maxsize=1)
def _prepared(engine: Engine, day: date) -> tuple[Asking, tuple[str, ...]]:
    """Both change at midnight, and when the rulesets are read again."""
    groups = engine.prepare(day)
    return Asking(engine, groups, day), needed_kinds(groups)


def _told(made: Answer, *, is_said_known: bool, is_recorded: bool) -> bytes:
    """Return the answer as JSON; in its extension, what the store could not do."""
    response = made.response
    if not (is_said_known and is_recorded):
        unknown = {} if is_said_known else {"responses": UNKNOWN_RESPONSES}
        told = {**dict(response.extension or {})[EXTENSION], **unknown, "recorded": is_recorded}
        response = msgspec.structs.replace(response, extension={EXTENSION: told})
    return encode(response)


def _asked_consultation(found: Consultation | None) -> AskedConsultation | None:
    if found is None:
        return None
    days = AskedDays(found.date.first, found.date.last) if found.date else None
    return AskedConsultation(found.reference, found.mode, found.role, days)


def _shown(made: Made, evaluation: Evaluation) -> ShownCard:
    suggestions = tuple(
        ShownSuggestion(
            each.suggestion.uuid,
            each.prompt.id,
            each.prompt.ruleset,
            each.codelist,
            each.code,
            each.suggestion.label,
        )
        for each in made.offers
    )
    return ShownCard(made.card.uuid, shown_prompts(evaluation), suggestions)


def _item(feedback: Feedback) -> FeedbackItem:
    reason = OTHER_REASON if feedback.other_reason else feedback.reason
    return FeedbackItem(
        feedback.card, feedback.outcome, feedback.at, feedback.accepted, reason, feedback.comment
    )
