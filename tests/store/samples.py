"""Small decisions, cards and feedback. Everybody in them is made up."""

from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from ccr_rules.dates import Duration
from ccr_rules.store.ids import new_id
from ccr_rules.store.kept import (
    Caller,
    FeedbackItem,
    Question,
    RulesetAsked,
    ShownCard,
    ShownDecline,
    ShownPrompt,
    ShownSuggestion,
    StoredDecision,
)
from ccr_rules.store.store import Store

NOW = datetime(2026, 11, 20, 12, 30, 15, 250_000, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)
TENANT, CLIENT, PATIENT = "practice-a", "ehr-1", "Patient/9990000018"
CALLER = Caller(TENANT, CLIENT, "patient-view")
KEY, NEWER_KEY = (urlsafe_b64encode(bytes([each] * 32)).decode() for each in b"on")

_NUMBERS = count()


def decision(now: datetime = NOW, **changes: Any) -> StoredDecision:
    """Return a decision of one ruleset."""
    question = Question(
        now.date(),
        now.date(),
        (RulesetAsked("best-practice", "2026.1.0", "sha256:ab", {"dx": "2026-01-01"}, {"dx": "sha256:cd"}),),
    )
    made: dict[str, Any] = {
        "id": new_id(now),
        "evaluation": f"E{next(_NUMBERS):025}",
        "caller": CALLER,
        "question": question,
        "input_digest": "sha256:" + "1" * 64,
        "answer_digest": "sha256:" + "2" * 64,
        "program": "0.1.0",
        "created": now,
    }
    return StoredDecision(**made | changes)


def card(**changes: Any) -> ShownCard:
    """Return a card with two prompts, of which one may be declined for two reasons and one for one."""
    id_ = f"card-{next(_NUMBERS):04}"
    made: dict[str, Any] = {
        "id": id_,
        "prompts": (
            ShownPrompt(
                "review-due",
                "best-practice@2026.1.0",
                "review",
                (
                    ShownDecline("not-now", Duration(14, "day")),
                    ShownDecline("patient-declined", Duration(6, "month")),
                    ShownDecline("check-entry", None),
                ),
            ),
            ShownPrompt(
                "support-due",
                "best-practice@2026.1.0",
                None,
                (ShownDecline("patient-declined", Duration(1, "year")),),
            ),
        ),
        "suggestions": (
            ShownSuggestion(
                f"{id_}-s1",
                "review-due",
                "best-practice@2026.1.0",
                "cancer-care-review",
                "720006006",
                "Record",
            ),
        ),
    }
    return ShownCard(**made | changes)


def shown(store: Store, *, patient: str = PATIENT, now: datetime = NOW, **changes: Any) -> ShownCard:
    """Keep a decision with a card, and return the card."""
    one = card()
    store.record_decision(decision(now, **changes), patient=patient, cards=[one])
    return one


def overridden(
    about: ShownCard | str, reason: str = "not-now", at: datetime = NOW, **more: Any
) -> FeedbackItem:
    """Return the feedback that a card was not acted on."""
    return FeedbackItem(
        about if isinstance(about, str) else about.id, "overridden", at, reason=reason, **more
    )


def day(text: str) -> date:
    return date.fromisoformat(text)
