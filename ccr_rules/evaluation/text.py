"""Texts of a ruleset with their placeholders filled from one run."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from ccr_rules.dates import days_between
from ccr_rules.evaluation.answers import StatusWord
from ccr_rules.evaluation.evidence import Evidence
from ccr_rules.evaluation.frame import ReviewState
from ccr_rules.evaluation.program import Run
from ccr_rules.evaluation.wording import date_in_words, fill
from ccr_rules.language.ruleset import Placeholder, Review, ReviewStatus, Template

CANNOT_TELL: Final = "cannot tell"
RUNNING = frozenset({"upcoming", "open", "due soon", "overdue"})
OUTSTANDING = frozenset({"open", "due soon", "overdue"})


def status_of(possible: Sequence[ReviewStatus]) -> StatusWord:
    """Return the one possible status, or `cannot tell`."""
    return possible[0] if len(possible) == 1 else CANNOT_TELL


def status_word(state: ReviewState) -> StatusWord:
    """Return the one possible status of a review, or `cannot tell`."""
    return status_of(state.possible)


def says(review: Review, state: ReviewState) -> str:
    """Return what a screen says for a review's status: the ruleset's own word where it has one."""
    word = status_word(state)
    return review.words.get(word, word)


def days_left(state: ReviewState, today: date) -> int | None:
    """Return the days to the due day of a running review; None if it does not run or is not known."""
    if status_word(state) not in RUNNING or not state.due.is_exact:
        return None
    return days_between(today, state.due.first)


class Texts:
    """Fills the texts of one run."""

    def __init__(self, run: Run, evidence: Evidence) -> None:
        self._run = run
        self._evidence = evidence

    def fill(self, template: Template) -> str:
        """Return a text with its dates, statuses and parameters shown."""
        return fill(template, self._show)

    def _show(self, placeholder: Placeholder) -> str:
        if placeholder.text is not None:
            return placeholder.text
        if placeholder.date is not None:
            return date_in_words(self._evidence.value(placeholder.date))
        review_id = placeholder.review or ""
        state = self._run.reviews[review_id]
        if placeholder.field == "days_left":
            days = days_left(state, self._run.frame.as_of)
            return "an unknown number of" if days is None else str(days)
        if placeholder.field == "status":
            return status_word(state)
        return says(self._run.ruleset.reviews[review_id], state)
