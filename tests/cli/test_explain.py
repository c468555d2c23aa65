"""`ccr explain`: what fired, what did not, and why."""

import json
from pathlib import Path

import pytest

from tests.cli.support import DAY, EXAMPLES, OVERDUE, ccr, patient, write_record


def test_a_prompt_that_is_shown_is_explained_down_to_its_entries() -> None:
    page = ccr("explain", OVERDUE, "support-conversation-due", "--as-of", DAY).stdout
    assert "prompt support-conversation-due of best-practice-ccr@2026.1.0" in page
    assert "review support-conversation → overdue" in page
    assert "Malignant tumour of prostate" in page
    assert "not found from 30-Jul-2026, looked for in Condition, Encounter" in page


def test_a_prompt_that_is_not_shown_is_explained_too() -> None:
    result = ccr("explain", EXAMPLES / "all-done-in-time", "support-conversation-due", "--as-of", DAY)
    assert result.exit_code == 0
    assert "not shown" in result.stdout
    assert "What would change it" in result.stdout
    assert "does not hold" in result.stdout


def test_several_rules_are_explained_in_one_page() -> None:
    rules = ["CAN004", "CAN005"]
    page = ccr("explain", EXAMPLES / "two-rulesets-2024", *rules, "--as-of", "2024-02-15").stdout
    assert "indicator CAN004" in page
    assert "indicator CAN005" in page


def test_without_a_rule_all_are_listed_with_their_answers() -> None:
    result = ccr("explain", OVERDUE, "--as-of", DAY)
    assert "best-practice-ccr@2026.1.0 (draft)" in result.stdout
    row = next(line for line in result.stdout.splitlines() if line.startswith("support-conversation-due"))
    assert row.split() == ["support-conversation-due", "prompt", "shown"]
    assert "ccr explain RECORD RULE" in result.stderr


def test_json_holds_the_steps() -> None:
    one = json.loads(
        ccr("explain", OVERDUE, "support-conversation", "--as-of", DAY, "--format", "json").stdout
    )
    assert [each["id"] for each in one] == ["support-conversation"]
    assert one[0]["steps"][0]["value"] == "overdue"
    every = json.loads(ccr("explain", OVERDUE, "--as-of", DAY, "--format", "json").stdout)
    assert {"support-conversation", "cancer-care-review-due"} <= {each["id"] for each in every}


def test_a_rule_that_is_not_there_is_a_usage_error() -> None:
    result = ccr("explain", OVERDUE, "support-talk", "--as-of", DAY)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no rule 'support-talk'" in result.stderr


@pytest.mark.parametrize("format_", ["table", "json"])
def test_a_record_that_cannot_be_used_is_refused(format_: str) -> None:
    result = ccr("explain", "-", "--format", format_, given="{")
    assert (result.exit_code, result.stdout) == (11, "")
    assert result.stderr.startswith("ccr: stdin: the record is not JSON")


def test_one_record_is_explained_at_a_time(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        write_record(tmp_path, patient(), name=name)
    result = ccr("explain", tmp_path)
    assert result.exit_code == 2
    assert "2 records; name the one that is meant" in result.stderr
