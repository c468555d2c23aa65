"""What a store takes and gives. Moments are aware and in UTC; days are days in London."""

from datetime import date, datetime
from typing import Any, Literal

from msgspec import Struct

from ccr_rules.dates import Duration
from ccr_rules.record.patient import Consultation
from ccr_rules.record.profiles import HostProfile
from ccr_rules.record.responses import Response
from ccr_rules.record.versions import Version

# ---- Decisions ---------------------------------------------------------------------------------------------


class RulesetAsked(Struct, frozen=True):
    """A ruleset that took part: its digest, and by codelist the release that was used and its digest."""

    id: str
    version: str
    digest: str
    releases: dict[str, str] = {}
    codelists: dict[str, str] = {}

    @property
    def reference(self) -> str:
        """Return `id@version`."""
        return f"{self.id}@{self.version}"


class Asked(Struct, frozen=True):
    """How a record was read and decided: arguments of `Engine.evaluate`.

    `consultation` is the one that was given; None is the record's own. `host` is what the host passed along
    to plugins: it may be about the patient, so it is kept where the record is. `had_host` says that something
    was passed along, kept or not.
    """

    engine: Literal["reference", "durable", "checked"] = "reference"
    version: Version = "auto"
    strict: bool = False
    profile: HostProfile | str | None = None
    supplied: tuple[str, ...] | None = None
    consultation: Consultation | None = None
    host: dict[str, Any] | None = None
    had_host: bool = False


class Question(Struct, frozen=True):
    """The whole question of a decision, but for the record."""

    as_of: date
    known_on: date
    rulesets: tuple[RulesetAsked, ...] = ()
    responses: tuple[Response, ...] = ()
    asked: Asked = Asked()


class Caller(Struct, frozen=True):
    """Who asked, and where: `endpoint` is the hook or the path that was called."""

    tenant: str
    client: str
    endpoint: str


class StoredDecision(Struct, frozen=True):
    """One answer that was given, and all that it rested on.

    `id` is the store's own, sortable by time (`ccr_rules.store.ids.new_id`); `evaluation` is
    `Evaluation.decision`. `input_digest` and `answer_digest` are `sha256:…` of the record as it came and of
    the answer as JSON. `parts` tell apart the parts of the answer (`reviews/ID@RULESET`), and `record` tells
    whether the record has changed (`ccr_rules.store.keeping.fingerprint`): both are given in clear, and kept
    and given back as keyed digests. `input` is the record itself, which is kept only sealed.
    """

    id: str
    evaluation: str
    caller: Caller
    question: Question
    input_digest: str
    answer_digest: str
    program: str
    created: datetime
    parts: dict[str, str] = {}
    record: str = ""
    plugins: tuple[str, ...] = ()
    input: bytes | None = None


# ---- What was shown ----------------------------------------------------------------------------------------


class ShownDecline(Struct, frozen=True):
    """A reason for not acting that a card offered; `holds` None: until the record changes."""

    code: str
    holds: Duration | None


class ShownPrompt(Struct, frozen=True):
    """A prompt on a card; `ruleset` is `id@version`."""

    id: str
    ruleset: str
    review: str | None = None
    decline: tuple[ShownDecline, ...] = ()


class ShownSuggestion(Struct, frozen=True):
    """A suggestion of a card under its UUID: of which prompt it is, and what would be recorded."""

    id: str
    prompt: str
    ruleset: str
    codelist: str = ""
    code: str = ""
    label: str = ""


class ShownCard(Struct, frozen=True):
    """A card under its UUID."""

    id: str
    prompts: tuple[ShownPrompt, ...] = ()
    suggestions: tuple[ShownSuggestion, ...] = ()


# ---- Feedback ----------------------------------------------------------------------------------------------


class FeedbackItem(Struct, frozen=True):
    """What a clinician did with a card. `reason` is the code of an override, `suggestions` are UUIDs."""

    card: str
    outcome: Literal["accepted", "overridden"]
    at: datetime
    suggestions: tuple[str, ...] = ()
    reason: str = ""
    comment: str = ""


class FeedbackSaved(Struct, frozen=True):
    """What became of a batch: nothing in it is lost.

    `unknown` are the cards that this client was not sent, or that are no longer kept; `unread` the reasons
    that such a card did not offer. `comments_dropped` counts free text that was not kept for want of a key.
    `shown` are the cards of those that came for the first time.
    """

    new: int
    repeated: int
    unknown: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    comments_dropped: int = 0
    shown: tuple[ShownCard, ...] = ()


class StoredFeedback(Struct, frozen=True):
    """One item of feedback as it is kept; `decision` is None where the card was unknown."""

    card: str
    decision: str | None
    outcome: str
    at: datetime
    received: datetime
    suggestions: tuple[str, ...]
    reason: str
    comment: str | None


# ---- Requests that are sent again --------------------------------------------------------------------------


class Fresh(Struct, frozen=True):
    """Nobody asked this before, or whoever did never finished: answer it, then finish with this `ticket`."""

    ticket: str


class Replayed(Struct, frozen=True):
    """It was answered before. `body` is None where it is not kept: evaluate `decision` again."""

    status: int
    headers: dict[str, str]
    body: bytes | None
    decision: str | None


class Conflict(Struct, frozen=True):
    """The key was used for another request."""


class InProgress(Struct, frozen=True):
    """Another worker is answering it now."""


Begun = Fresh | Replayed | Conflict | InProgress


# ---- What was removed --------------------------------------------------------------------------------------


class Removed(Struct, frozen=True):
    """How many of each were removed."""

    decisions: int = 0
    feedback: int = 0
    responses: int = 0
    tokens: int = 0
    requests: int = 0
