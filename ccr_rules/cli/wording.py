"""Parts of an answer in the words of a screen."""

from collections.abc import Iterator

from ccr_rules.dates import display
from ccr_rules.evaluation.answers import IndicatorAnswer, ItemAnswer, PossibleOutcome, ReviewAnswer
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.evaluation.wording import days_in_words, days_left_in_words
from ccr_rules.language.english.phrases import listed

STYLES = {"overdue": "bold yellow", "due soon": "yellow", "done": "green", "cannot tell": "magenta"}
"""Colours repeat what the words say; nothing is said by colour alone."""


_RANK = {"overdue": 0, "due soon": 1, "open": 2, "cannot tell": 3}


def by_urgency(reviews: list[ReviewAnswer]) -> list[ReviewAnswer]:
    """Return reviews, those that matter most today first."""
    return sorted(reviews, key=lambda review: _RANK.get(review.status, len(_RANK)))


def shown_reviews(evaluation: Evaluation) -> list[ReviewAnswer]:
    """Return the reviews that concern this person."""
    return [review for review in evaluation.reviews if review.status != "not applicable"]


def review_rows(evaluation: Evaluation) -> list[tuple[str, ...]]:
    """Return title, status, day and days left of each review, and its ruleset where several have reviews."""
    shown = shown_reviews(evaluation)
    several = len({review.ruleset for review in shown}) > 1
    return [
        (review.title, _status(review), *_days(review), *([review.ruleset] if several else []))
        for review in shown
    ]


def review_styles(evaluation: Evaluation) -> list[str]:
    """Return the style of each row of `review_rows`."""
    return [STYLES.get(review.status, "") for review in shown_reviews(evaluation)]


def _status(review: ReviewAnswer) -> str:
    if review.possible:
        return f"{review.says}: {listed(review.possible, 'or')}"
    return f"{review.says}, reminders paused" if review.paused else review.says


def _days(review: ReviewAnswer) -> tuple[str, str]:
    due = f"due {days_in_words(review.due.first, review.due.last)}" if review.due else ""
    if review.done_on and not review.possible:
        return f"on {days_in_words(review.done_on.first, review.done_on.last)}", due
    left = "" if review.days_left is None else days_left_in_words(review.days_left)
    return due, left


def indicator_words(indicator: IndicatorAnswer) -> str:
    """Return where somebody stands in an indicator, in one line."""
    words: list[str] = [indicator.population]
    if indicator.denominator != "not applicable":
        words.append(indicator.denominator + (f" ({indicator.reason})" if indicator.reason else ""))
    if indicator.numerator != "not applicable":
        words.append(indicator.numerator)
    if indicator.possible:
        words.append(f"possible: {listed([_outcome(each) for each in indicator.possible], 'or')}")
    if indicator.achievable_until:
        words.append(f"can be met until {display(indicator.achievable_until)}")
    return ", ".join(dict.fromkeys(words))


def _outcome(outcome: PossibleOutcome) -> str:
    return f"{outcome.denominator} ({outcome.reason})" if outcome.reason else outcome.denominator


def item_lines(evaluation: Evaluation, state: str) -> list[str]:
    """Return the items in a state, in one line."""
    items = [item for item in evaluation.items if item.state == state]
    return ["; ".join(item.title + _seen_on(item) for item in items)] if items else []


def _seen_on(item: ItemAnswer) -> str:
    if item.state != "seen" or item.when is None:
        return ""
    return f" ({days_in_words(item.when.first, item.when.last)})"


def suggestion_lines(evaluation: Evaluation, most: int | None = None) -> list[str]:
    """Return what to record: for each prompt its codes, or the term where no code is verified.

    `most` limits how many codes of one prompt are named; the number of the others is said.
    """
    lines: dict[str, None] = {}
    for prompt in evaluation.prompts:
        each = [f"{one.code.code} {one.code.display}" if one.code else one.text for one in prompt.suggestions]
        named = [one for one in each[:most] if one not in lines]
        more = len(each) - len(each[:most])
        if more and named:
            named[-1] += f", or one of {more} more codes" if more > 1 else ", or 1 more code"
        lines.update(dict.fromkeys(named))
    return list(lines)


def draft_note(evaluation: Evaluation) -> Iterator[str]:
    """Say which rulesets nobody has approved."""
    drafts = [result.ruleset.reference for result in evaluation.results if result.ruleset.status == "draft"]
    if drafts:
        yield f"draft, not clinically approved: {', '.join(drafts)}"


def out_of_force_note(evaluation: Evaluation) -> Iterator[str]:
    """Say which rulesets prompt nothing on this day."""
    out = [result.ruleset.reference for result in evaluation.results if not result.in_force]
    if out:
        yield f"not in force on this day, so nothing is prompted by {', '.join(out)}"
