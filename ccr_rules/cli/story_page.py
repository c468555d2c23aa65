"""A story as `ccr demo` shows it: headline, reviews, prompts, codes, and one line of why."""

from ccr_rules.cli.layout import Page
from ccr_rules.cli.stories import Story
from ccr_rules.cli.wording import (
    by_urgency,
    draft_note,
    indicator_words,
    out_of_force_note,
    review_rows,
    review_styles,
    shown_reviews,
    suggestion_lines,
)
from ccr_rules.dates import display
from ccr_rules.evaluation.answers import ReviewAnswer
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.evaluation.wording import days_in_words

MOST_CODES = 1
"""How many codes are named for a prompt; `ccr evaluate` shows all."""


def story_page(story: Story, evaluation: Evaluation, width: int) -> Page:
    """Return the page of one story."""
    page = Page(width)
    day = display(story.as_of)
    page.title(f"{story.name}: {story.title}", day)
    page.say(evaluation.headline)
    page.rows("Reviews", review_rows(evaluation), review_styles(evaluation))
    page.section("Prompts", [prompt.summary for prompt in evaluation.prompts])
    page.section("To record", suggestion_lines(evaluation, MOST_CODES))
    page.rows("Indicators", [(one.id, indicator_words(one)) for one in evaluation.indicators])
    page.section("Findings", [one.message for one in evaluation.findings if one.ruleset])
    page.section("Why", [why] if (why := why_line(evaluation)) else [])
    page.section("Note", [*out_of_force_note(evaluation), *draft_note(evaluation)], "dim")
    page.say("")
    return page


def why_line(evaluation: Evaluation) -> str:
    """Return one line of why: what would settle the leading review, or the sentences that decided it."""
    reviews = by_urgency(shown_reviews(evaluation) or evaluation.reviews)
    if not reviews:
        return ""
    leading = reviews[0]
    needs = [each.needs for each in evaluation.unsettled if each.id == leading.id]
    return f"to settle it: {needs[0][0]}" if needs and needs[0] else _deciding(leading)


def _deciding(review: ReviewAnswer) -> str:
    """Join the sentence on the day on which the review opened and the one on what was done about it."""
    sentences = [_short(sentence, review) for sentence in review.because]
    days = [days_in_words(day.first, day.last) for day in (review.opens, review.done_on) if day]
    naming = [next((one for one in sentences if day in one), "") for day in days]
    if review.opens and not review.done_on:
        naming.append(next((one for one in sentences if "not found from" in one), ""))
    return "; ".join(dict.fromkeys(one for one in naming if one)) or sentences[0]


def _short(sentence: str, review: ReviewAnswer) -> str:
    """Leave out the references of entries, and where was looked: `ccr explain` shows both."""
    for reference in review.evidence:
        sentence = sentence.replace(f": {reference}", "")
    return sentence.partition(", looked for in ")[0].removesuffix(".")
