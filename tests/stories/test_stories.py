"""The engine says of every patient in fhir_examples what the story says."""

from dataclasses import replace
from datetime import date
from difflib import unified_diff
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ccr_rules.evaluation.answers import answer_schema
from tests.stories.answers import answer_of, as_text, compared
from tests.stories.folders import BROKEN, EXAMPLES, STORIES, Story
from tests.stories.readme import README, readme

every_story = pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)


def difference(expected: str, found: str) -> str:
    return "\n".join(
        unified_diff(expected.splitlines(), found.splitlines(), "expected", "the engine", lineterm="", n=1)
    )


@every_story
def test_the_engine_says_what_the_story_says(story: Story) -> None:
    expected = (EXAMPLES / story.name / "expected.json").read_text(encoding="utf-8")
    found = as_text(compared(answer_of(story)))
    if expected != found:
        pytest.fail(f"{story.name}: {story.title}\n{difference(expected, found)}", pytrace=False)


@every_story
def test_the_whole_answer_is_valid_json_of_the_published_schema(story: Story) -> None:
    Draft202012Validator(answer_schema()).validate(answer_of(story))


@every_story
def test_exactly_what_is_broken_on_purpose_is_in_quarantine(story: Story) -> None:
    quarantined = answer_of(story)["record"]["quarantined"]
    assert len(quarantined) == len(BROKEN.get(story.name, ()))
    assert all(each["place"] and each["reason"] for each in quarantined)


def support_conversation(story: Story) -> dict[str, Any]:
    """Return the support conversation of best practice, as `expected.json` would hold it."""
    reviews: list[dict[str, Any]] = compared(answer_of(story))["reviews"]
    return next(review for review in reviews if review["id"] == "support-conversation")


def test_what_was_done_in_august_is_seen_once_it_is_known() -> None:
    """as-it-was-known: the same question, asked with what is known in November."""
    review = support_conversation(replace(STORIES["as-it-was-known"], known_on=date(2026, 11, 20)))
    assert (review["status"], review["done_on"]) == ("done", "2026-08-10")


def test_before_the_record_was_summarised_no_cancer_was_known() -> None:
    """diagnosed-elsewhere-newly-registered, asked on 1 November."""
    story = replace(STORIES["diagnosed-elsewhere-newly-registered"], as_of=date(2026, 11, 1))
    assert support_conversation(story)["status"] == "not applicable"


def test_the_day_after_the_due_day_is_overdue() -> None:
    """r5-record, asked a day later."""
    review = support_conversation(replace(STORIES["r5-record"], as_of=date(2026, 11, 22)))
    assert (review["status"], review["days_left"]) == ("overdue", -1)


def test_the_table_of_stories_is_fresh() -> None:
    assert README.read_text(encoding="utf-8") == readme(), "write it anew: python -m tests.stories.readme"
