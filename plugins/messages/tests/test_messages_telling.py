"""What depends on the ruleset itself: whether somebody has approved it, and what it asks about."""

from typing import Any

import msgspec
import pytest
from messages_support import delivered, evaluated

from ccr_rules import Evaluation, UsageError

DRAFT = "The ruleset best-practice-ccr@2026.1.0 is a draft that nobody has approved"


def with_ruleset(**fields: Any) -> Evaluation:
    evaluation = evaluated()
    (result,) = (each for each in evaluation.results if each.ruleset.id == "best-practice-ccr")
    result.ruleset = msgspec.structs.replace(result.ruleset, **fields)
    return evaluation


def test_a_draft_is_said_to_be_one() -> None:
    assert DRAFT in delivered("invitation-letter-1").notes
    assert DRAFT not in delivered("invitation-letter-1", with_ruleset(status="active")).notes


def test_a_review_without_concerns_has_no_questionnaire() -> None:
    reviews = evaluated().results[0].ruleset.reviews
    bare = {id_: msgspec.structs.replace(each, concerns=()) for id_, each in reviews.items()}
    evaluation = with_ruleset(reviews=bare)
    with pytest.raises(UsageError, match="cancer-care-review has no concerns in its ruleset"):
        delivered("pre-review-questionnaire", evaluation)
    assert (
        "You may want to think about"
        not in delivered("checklist-cover", evaluation).documents[1].content.decode()
    )
    assert "You may want to think about" in delivered("checklist-cover").documents[1].content.decode()


def test_the_person_must_have_been_told_first() -> None:
    for form in ("invitation-letter-1", "invitation-sms-1", "leaflet-cover"):
        assert any("has been told the diagnosis" in each for each in delivered(form).notes)
