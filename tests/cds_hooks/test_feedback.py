"""What becomes of cards, and what follows from it."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ccr_rules.cds_hooks.errors import BadCall
from ccr_rules.cds_hooks.feedback import Feedback, Understood, read_feedback, understood
from ccr_rules.cds_hooks.overrides import SYSTEM, KeptCard
from tests.cds_hooks.samples import DAY, Json, sent, story_answered

CARD = "9368d37b-283f-44a0-93ea-547cebab93ed"
OTHER = "c1187d27-7f2f-4b8e-9d22-0d6a60b7b1f4"
AT = "2026-11-20T10:05:31Z"


def item(**changed: Any) -> Json:
    given = {"card": CARD, "outcome": "overridden", "outcomeTimestamp": AT} | changed
    return {name: value for name, value in given.items() if value is not ...}


def read(*items: Json) -> tuple[Feedback, ...]:
    return read_feedback(json.dumps({"feedback": list(items)}).encode())


def refused(*items: Json) -> str:
    with pytest.raises(BadCall) as caught:
        read(*items)
    return caught.value.message


def kept(name: str = "support-overdue") -> KeptCard:
    made = story_answered(name).made
    assert made is not None
    return made.kept


def test_a_batch_is_read_item_by_item() -> None:
    one, other = read(item(outcome="accepted", acceptedSuggestions=[{"id": OTHER}]), item())
    assert (one.card, one.outcome, one.accepted) == (CARD, "accepted", (OTHER,))
    assert one.at == datetime(2026, 11, 20, 10, 5, 31, tzinfo=UTC)
    assert (other.outcome, other.reason, other.comment) == ("overridden", "", "")


def test_an_empty_batch_is_none() -> None:
    assert read() == ()


def test_a_reason_may_come_with_a_comment_or_either_alone() -> None:
    coding = {"code": "not-now", "system": SYSTEM, "display": "Not in this consultation"}
    (both,) = read(item(overrideReason={"reason": coding, "userComment": "later"}))
    assert (both.reason, both.other_reason, both.comment) == ("not-now", False, "later")
    (comment,) = read(item(overrideReason={"userComment": "later"}))
    assert (comment.reason, comment.other_reason, comment.comment) == ("", False, "later")


def test_a_reason_of_the_hosts_own_is_none_of_ours() -> None:
    (other,) = read(item(overrideReason={"reason": {"code": "not-now", "system": "urn:example:host"}}))
    assert (other.reason, other.other_reason) == ("", True)


def test_a_code_without_a_system_is_taken_for_ours() -> None:
    (plain,) = read(item(overrideReason={"reason": {"code": "not-now"}}))
    assert plain.reason == "not-now"


def test_an_instant_of_another_zone_is_the_same_instant() -> None:
    (summer,) = read(item(outcomeTimestamp="2026-06-20T11:05:31+01:00"))
    assert summer.at == datetime(2026, 6, 20, 10, 5, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"card": "x"}, "feedback[0].card: not a UUID"),
        ({"card": ...}, "card"),
        ({"outcome": "ignored"}, "outcome"),
        ({"outcome": "accepted"}, "cds-fb-2"),
        ({"outcome": "accepted", "acceptedSuggestions": []}, "cds-fb-2"),
        ({"outcome": "accepted", "acceptedSuggestions": [{"id": "x"}]}, "acceptedSuggestions: not a UUID"),
        ({"overrideReason": {}}, "cds-fb-3"),
        ({"outcomeTimestamp": "yesterday"}, "outcomeTimestamp"),
        ({"outcomeTimestamp": "2026-11-20T10:05:31"}, "outcomeTimestamp"),
        ({"outcomeTimestamp": ...}, "outcomeTimestamp"),
    ],
)
def test_what_is_wrong_is_named(changed: Json, says: str) -> None:
    assert says in refused(item(**changed))


def test_one_bad_item_and_none_is_taken() -> None:
    assert "feedback[1].card" in refused(item(), item(card="x"))


def test_too_many_items_are_refused() -> None:
    assert "more than 1,000" in refused(*[item()] * 1001)


def test_a_repeated_key_is_refused() -> None:
    with pytest.raises(BadCall, match="stands twice"):
        read_feedback(json.dumps({"feedback": [item()]}).replace('"card"', '"card": "x", "card"').encode())


# --- what follows ------------------------------------------------------------------------------


def overridden(reason: str) -> Feedback:
    return Feedback(CARD, "overridden", datetime(2026, 11, 20, tzinfo=UTC), reason=reason)


@pytest.mark.parametrize(
    ("reason", "until"),
    [
        ("not-now", date(2026, 12, 4)),
        ("not-appropriate-now", date(2027, 2, 20)),
        ("patient-declined", date(2027, 5, 20)),
    ],
)
def test_a_reason_holds_the_prompts_of_its_card_for_as_long_as_the_ruleset_says(
    reason: str, until: date
) -> None:
    (held,) = understood(overridden(reason), kept()).responses
    assert (held.prompt, held.ruleset, held.until) == ("support-conversation-due", "best-practice-ccr", until)


def test_what_was_held_is_not_on_the_next_card_and_comes_back_the_day_after() -> None:
    held = understood(overridden("not-now"), kept()).responses
    assert sent(story_answered("support-overdue", said=held))["cards"] == []
    assert sent(story_answered("support-overdue", said=held, day=date(2026, 12, 4)))["cards"] == []
    assert sent(story_answered("support-overdue", said=held, day=date(2026, 12, 5)))["cards"] != []


@pytest.mark.parametrize("reason", ["", "unknown"])
def test_no_reason_of_ours_holds_nothing(reason: str) -> None:
    assert understood(overridden(reason), kept()) == Understood((), ())


def test_what_was_accepted_is_told_and_holds_nothing() -> None:
    card = kept()
    (label,) = card.suggestions.values()
    accepted = Feedback(
        card.uuid, "accepted", datetime(2026, 11, 20, tzinfo=UTC), accepted=(*card.suggestions, OTHER)
    )
    assert understood(accepted, card) == Understood((), (label,))


def test_about_a_card_that_nobody_knows_nothing_follows() -> None:
    assert understood(overridden("not-now"), None) == Understood((), ())


def test_the_day_of_the_evaluation_counts_not_that_of_the_feedback() -> None:
    assert date(2026, 11, 20) == DAY
    late = Feedback(CARD, "overridden", datetime(2026, 11, 25, tzinfo=UTC), reason="not-now")
    (held,) = understood(late, kept()).responses
    assert held.until == date(2026, 12, 4)
