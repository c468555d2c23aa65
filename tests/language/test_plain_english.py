"""A ruleset as a GP reads it."""

from pathlib import Path

import pytest

from ccr_rules.language.ast import ConditionExpression
from ccr_rules.language.english.phrases import listed, sentence_case
from ccr_rules.language.expressions import parse_condition, parse_date
from ccr_rules.language.plain_english import render, sentence
from tests.language.drawing import NAMES
from tests.language.samples import INDICATORS, REVIEWS, loaded
from tests.language.test_overlay import LOCAL

HERE = Path(__file__).parent


@pytest.mark.parametrize("name", ["indicators", "reviews"])
def test_a_whole_ruleset_reads_as_expected(name: str) -> None:
    """`rulesets/NAME.md` is what `ccr ruleset show` prints: read it as a GP would."""
    ruleset = loaded((HERE / "rulesets" / f"{name}.yaml").read_text("utf-8"))
    expected = (HERE / "rulesets" / f"{name}.md").read_text("utf-8")
    assert render(ruleset) == expected


def test_nothing_is_left_unsaid() -> None:
    text = render(loaded(INDICATORS))
    assert "UNVERIFIED: 3 calendar months in the indicator text" in text
    assert "the latest first, new or unmarked cancer on or before 31-Mar-2024 (PPED)" in text
    assert "left out as a personalised care adjustment (CANINVITE)" in text
    assert "Never reached: after row 4; listed because the source lists it." in text


def test_an_overlay_says_what_it_builds_on() -> None:
    assert "Builds on example@2025.1.0 (sha256:" in render(loaded(LOCAL))


@pytest.mark.parametrize(
    ("status", "words"),
    [("draft", "Draft: not clinically approved."), ("active", "Active."), ("retired", "no longer in use")],
)
def test_the_status_is_said_first(status: str, words: str) -> None:
    assert words in render(loaded(REVIEWS.replace("status: draft", f"status: {status}")))


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("A <= B", "A is on or before B"),
        ("A < as_of", "A is before the day asked about"),
        ("A >= @2024-03", "A is on or after Mar-2024"),
        ("A > start", "A is after 01-Apr-2025 (start)"),
        ("A = B", "A is the same day as B"),
        ("A != @2024", "A is another day than 2024"),
        ("A + 3 months <= B - 1 day", "the day 3 months after A is on or before the day 1 day before B"),
        ("A between B and as_of", "A is from B to the day asked about"),
        ("patient.died is not null", "the date of death is recorded"),
        ("consultation.date is null", "the date of the consultation is not recorded"),
        ("not c", "it is not the case that “c” holds"),
        ("c and (d or true)", "“c” holds, and (“d” holds, or always)"),
        ("false", "never"),
        (
            "later(A, B) <= care-review.due",
            "the later of A and B is on or before the due date of “care review”",
        ),
        (
            "Coalesce(A, B, as_of) is null",
            "the first that is recorded of A, B and the day asked about is not recorded",
        ),
        ("care-review.status in {overdue, open}", "the status of “care review” is open or overdue"),
        ("consultation.mode in {video}", "the mode of the consultation is video"),
    ],
)
def test_a_condition_reads_as_a_sentence(text: str, english: str) -> None:
    assert sentence(parse_condition(text, NAMES)) == english


def test_titles_are_used_where_the_ruleset_gives_them() -> None:
    ruleset = loaded(REVIEWS)
    condition = ruleset.findings["review-before-diagnosis"].when
    assert "the first diagnosis of a primary cancer (FIRST_DX)" in sentence(condition, ruleset)
    review = ruleset.reviews["open-ended"].opens
    assert sentence(review, ruleset) == "the day on which “Cancer support conversation” opens"
    let = ruleset.reviews["support-conversation"].due
    assert sentence(let, ruleset) == "3 months after the date of diagnosis (DIAGNOSED)"


def test_a_condition_of_any_shape_can_be_said() -> None:
    condition: ConditionExpression = parse_condition("not (A is null and not (c or d))", NAMES)
    assert sentence(condition) == (
        "it is not the case that (A is not recorded, and it is not the case that (“c” holds, or “d” holds))"
    )
    assert sentence(parse_date("earlier(A, B)", NAMES)) == "the earlier of A and B"


def test_small_pieces_of_english() -> None:
    assert [listed([]), listed(["a"]), listed("ab"), listed("abc", "or")] == ["", "a", "a and b", "a, b or c"]
    assert [sentence_case("really?"), sentence_case("yes")] == ["Really?", "Yes."]
