"""What became of cards: accepted, or set aside with a reason. Repeats and several at once are normal."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from ccr_rules.cds_hooks.calls import decoded
from ccr_rules.cds_hooks.errors import BadCall
from ccr_rules.cds_hooks.overrides import SYSTEM

MOST_ITEMS = 1000
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", re.IGNORECASE)
"""An instant of RFC 3339."""


class Feedback(msgspec.Struct, frozen=True):
    """What became of one card.

    `card` and the `accepted` suggestions are UUIDs. `reason` is a code of `overrides.SYSTEM`, or empty where
    the host had another reason (`other_reason` says so) or none. `comment` is free text of a user.
    """

    card: str
    outcome: Literal["accepted", "overridden"]
    at: datetime
    accepted: tuple[str, ...] = ()
    reason: str = ""
    other_reason: bool = False
    comment: str = ""


class _Accepted(msgspec.Struct, frozen=True):
    id: str


class _Reason(msgspec.Struct, frozen=True):
    reason: dict[str, Any] | None = None
    user_comment: str | None = msgspec.field(default=None, name="userComment")


class _Item(msgspec.Struct, frozen=True, rename="camel"):
    card: str
    outcome: Literal["accepted", "overridden"]
    outcome_timestamp: str
    accepted_suggestions: list[_Accepted] | None = None
    override_reason: _Reason | None = None
    extension: Any = None


class _Body(msgspec.Struct, frozen=True):
    feedback: list[_Item]


def read_feedback(raw: bytes) -> tuple[Feedback, ...]:
    """Read the body of a call to a feedback endpoint.

    Raises:
        BadCall: if any of it is not what the specification asks for; then none of it is taken.
    """
    value, repeats, _ = decoded(raw)
    if repeats:
        raise BadCall("a key stands twice in the feedback: two answers to one question; send each key once")
    try:
        body = msgspec.convert(value, _Body)
    except msgspec.ValidationError as fault:
        raise BadCall(f"the feedback is not what CDS Hooks 2.0.1 asks for: {fault}") from None
    if len(body.feedback) > MOST_ITEMS:
        raise BadCall(f"feedback: more than {MOST_ITEMS:,} items; send several smaller calls")
    return tuple(_read(item, f"feedback[{place}]") for place, item in enumerate(body.feedback))


def _read(item: _Item, place: str) -> Feedback:
    accepted = tuple(
        _uuid(each.id, f"{place}.acceptedSuggestions") for each in item.accepted_suggestions or ()
    )
    if item.outcome == "accepted" and not accepted:
        raise BadCall(f"{place}.acceptedSuggestions: needed where the outcome is accepted (cds-fb-2)")
    reason, comment = item.override_reason, ""
    code, other = "", False
    if reason is not None:
        comment = reason.user_comment or ""
        if not (reason.reason or comment):
            raise BadCall(f"{place}.overrideReason: needs a reason, a userComment, or both (cds-fb-3)")
        code, other = _code(reason.reason or {})
    return Feedback(
        card=_uuid(item.card, f"{place}.card"),
        outcome=item.outcome,
        at=_instant(item.outcome_timestamp, place),
        accepted=accepted,
        reason=code,
        other_reason=other,
        comment=comment,
    )


def _uuid(text: str, place: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise BadCall(f"{place}: not a UUID; send the one that came with the card") from None


def _instant(text: str, place: str) -> datetime:
    try:
        at = datetime.fromisoformat(text).astimezone(UTC) if _INSTANT.fullmatch(text) else None
    except (ValueError, OverflowError):
        at = None
    if at is None:
        raise BadCall(
            f"{place}.outcomeTimestamp: not an instant of RFC 3339; send UTC, as 2026-11-21T09:30:00Z"
        )
    return at


def _code(coding: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the reason if it is one of ours, and whether it is one of the host's own.

    A coding without a system is taken for ours: some clients send the code alone.
    """
    code, system = coding.get("code"), coding.get("system")
    ours = isinstance(code, str) and system in (None, SYSTEM)
    return (str(code), False) if ours else ("", bool(coding))
