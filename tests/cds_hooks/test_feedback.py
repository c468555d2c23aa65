"""What becomes of cards, and what follows from it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ccr_rules.cds_hooks.errors import BadCall
from ccr_rules.cds_hooks.feedback import Feedback, read_feedback
from ccr_rules.cds_hooks.overrides import SYSTEM
from tests.cds_hooks.samples import Json

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
        ({"outcomeTimestamp": "0001-01-01T00:00:00+01:00"}, "outcomeTimestamp"),
        ({"outcomeTimestamp": "20261120T100531Z"}, "outcomeTimestamp"),
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
