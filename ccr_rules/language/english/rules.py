"""Indicators, reviews, prompts and the rest, each as a few lines of plain English."""

from collections.abc import Iterator

from ccr_rules.language.english.phrases import (
    content_in_words,
    grounds_in_words,
    listed,
    sentence_case,
    spoken,
)
from ccr_rules.language.english.sentences import Sentences
from ccr_rules.language.ruleset import (
    ContentKind,
    DeclineReason,
    Finding,
    Indicator,
    Item,
    NotComputable,
    Payment,
    Prompt,
    Review,
    Row,
)

_OUTCOMES = {
    "include": "counted",
    "exclude": "left out",
    "except": "left out as a personalised care adjustment",
}
_PER = {"patient": "for each patient", "year": "for each patient and year", "event": "for each time"}
_CONTENT: dict[ContentKind, str] = {
    "prepare": "Before it",
    "concerns": "Asked, each from 0 (no concern) to 10",
    "covers": "It covers",
    "follows": "After it",
}


class Rules:
    """Writes the rules of one ruleset."""

    def __init__(self, sentences: Sentences) -> None:
        self._say = sentences

    def indicator(self, indicator: Indicator) -> Iterator[str]:
        """Write an indicator with its rows numbered."""
        yield f"### {indicator.id}: {indicator.title}"
        yield ""
        yield f"In it: everyone for whom {self._say.sentence(indicator.population)}."
        if indicator.rows:
            yield "The first row that holds decides:"
            yield ""
            for number, row in enumerate(indicator.rows, start=1):
                yield f"{number}. {self._row(row, indicator)}"
            yield ""
        if indicator.numerator is not None:
            yield f"Met if {self._say.sentence(indicator.numerator)}."
        if indicator.period_end is not None:
            yield f"The period ends on {self._say.day(indicator.period_end)}."
        if indicator.achievable_until is not None:
            yield f"It can still be met until {self._say.day(indicator.achievable_until)}."
        yield from _worth(indicator)
        if indicator.note:
            yield sentence_case(indicator.note)
        yield grounds_in_words(indicator.grounds)

    def _row(self, row: Row, indicator: Indicator) -> str:
        outcome = _OUTCOMES[row.outcome] + (f" ({row.reason})" if row.reason else "")
        text = (
            f"Otherwise: {outcome}." if row.test is None else f"If {self._say.sentence(row.test)}: {outcome}."
        )
        if row.text:
            text += f" “{row.text}”"
        if row.unreachable:
            text += f" Never reached: {row.unreachable}."
        own = grounds_in_words(row.grounds) if row.grounds != indicator.grounds else ""
        return f"{text} {own}".rstrip()

    def review(self, review: Review) -> Iterator[str]:
        """Write a review: for whom, from when, by when, what counts as done."""
        yield f"### {review.title} ({review.id})"
        yield ""
        yield f"- For everyone for whom {self._say.sentence(review.applies)}."
        yield f"- Opens on {self._say.day(review.opens)}; due on {self._say.day(review.due)}."
        yield f"- Reminds from {review.remind} before it is due."
        yield self._until(review)
        yield f"- Done on {self._say.day(review.done)}."
        if review.declined is not None:
            yield f"- Declined on {self._say.day(review.declined)}."
        if review.pause is not None:
            yield f"- No reminders while {self._say.sentence(review.pause)}; the review stays visible."
        if review.words:
            said = (f"“{words}” for {status}" for status, words in review.words.items())
            yield f"- The screen says {listed(said)}."
        if review.record:
            yield f"- Suggested for recording: {listed(spoken(alias) for alias in review.record)}."
        for kind, items in review.content.items():
            if items:
                yield f"- {_CONTENT[kind]}:"
            yield from (f"    - {content_in_words(item)}" for item in items)
        yield f"- {grounds_in_words(review.grounds)}"

    def _until(self, review: Review) -> str:
        if review.until is None:
            return "- It stays open until it is done."
        return f"- Nothing is prompted after {self._say.day(review.until)}."

    def item(self, item: Item) -> Iterator[str]:
        """Write something that is shown as received or not seen."""
        applies = f", for everyone for whom {self._say.sentence(item.applies)}" if item.applies else ""
        text = f"- {item.title} ({item.id}): received on {self._say.day(item.seen)}, or not seen{applies}."
        yield f"{text} {grounds_in_words(item.grounds)}".rstrip()

    def decline_reason(self, reason: DeclineReason) -> Iterator[str]:
        """Write a reason for not acting on a prompt."""
        holds = "until the record changes" if reason.holds is None else f"for {reason.holds}"
        text = f"- {reason.display} ({reason.code}): holds {holds}."
        yield f"{text} {grounds_in_words(reason.grounds)}".rstrip()

    def prompt(self, prompt: Prompt) -> Iterator[str]:
        """Write a prompt: when it is shown, what it says, what it offers."""
        yield f"### {prompt.id} ({prompt.severity})"
        yield ""
        yield f"- Shown when {self._say.sentence(prompt.when)}."
        yield f"- Says: “{prompt.summary.text}”"
        if prompt.detail is not None:
            yield f"- In detail: “{prompt.detail.text}”"
        if prompt.record:
            yield f"- Suggested for recording: {listed(spoken(alias) for alias in prompt.record)}."
        if prompt.decline:
            yield f"- Reasons for declining: {listed(prompt.decline)}."
        yield f"- {grounds_in_words(prompt.grounds)}"

    def finding(self, finding: Finding) -> Iterator[str]:
        """Write a data-quality rule."""
        text = f"- {finding.id} ({finding.severity}): when {self._say.sentence(finding.when)}: "
        yield f"{text}“{finding.message.text}” {grounds_in_words(finding.grounds)}".rstrip()

    def payment(self, payment: Payment) -> Iterator[str]:
        """Write what a scheme pays."""
        text = f"- {payment.title} ({payment.id}): {payment.amount} {payment.currency} {_PER[payment.per]} "
        yield f"{text}when {self._say.sentence(payment.when)}. {grounds_in_words(payment.grounds)}".rstrip()

    def not_computable(self, rule: NotComputable) -> Iterator[str]:
        """Write a rule that is stated but not evaluated."""
        yield f"- {rule.title} ({rule.id}): needs {rule.needs}. {grounds_in_words(rule.grounds)}".rstrip()


def _worth(indicator: Indicator) -> Iterator[str]:
    if indicator.points is not None:
        yield f"Worth {indicator.points} points."
    if indicator.thresholds is not None:
        low, high = indicator.thresholds
        yield f"Thresholds: {low} % to {high} %."
