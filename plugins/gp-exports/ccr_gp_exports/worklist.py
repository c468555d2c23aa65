"""Whom to call for which review, the most urgent first: the lines of the lists, as values.

What is not settled has its own list behind what is to do: nothing is left out but what was done and what does
not apply. Statuses and order are those of `ccr population report`, but what is paused stands apart.
"""

from collections.abc import Iterable
from typing import Final, cast

import msgspec

from ccr_rules.evaluation.answers import Code, ReviewAnswer, StatusWord
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.evaluation.ruleset_result import RulesetResult
from ccr_rules.language.ruleset import Prompt
from ccr_rules.record.entry import Days

LISTS: Final = ("to do", "cannot tell", "upcoming", "paused", "too late", "declined", "not registered")
"""The lists, the most pressing first."""

_LIST_OF: Final[dict[StatusWord, str]] = {
    "overdue": "to do",
    "due soon": "to do",
    "open": "to do",
    "cannot tell": "cannot tell",
    "upcoming": "upcoming",
    "lapsed": "too late",
    "declined": "declined",
}
"""On which list a review of a status is; one that was done or does not apply is on none."""

MOST_REFUSED: Final = 3
"""How many of the rows that could not be read a line names."""

DRAFT: Final = "draft, not clinically approved"


class Line(msgspec.Struct, frozen=True):
    """A review that somebody is to be called for, or that nobody can tell about.

    `urgency` counts the days to the due day; `record` are the codes to record when it is done, `terms` what
    to record where no code is verified; `needs` is what would settle a review that is not settled.
    """

    on_list: str
    patient: str
    review: ReviewAnswer
    urgency: int | None
    record: tuple[Code, ...]
    terms: tuple[str, ...]
    needs: tuple[str, ...]
    draft: bool

    @property
    def pressing(self) -> tuple[bool, int, str, str, str]:
        """What lines of one list are sorted by: the days left, where they are known."""
        review = self.review
        return self.urgency is None, self.urgency or 0, self.patient, review.ruleset, review.id


class Call(msgspec.Struct, frozen=True):
    """A patient to call: on which list, and the lines, the most pressing first."""

    on_list: str
    lines: list[Line]


def lines_of(evaluations: Iterable[Evaluation]) -> list[Line]:
    """Return the lines of all reviews, sorted."""
    found = [
        _line(evaluation, result, review)
        for evaluation in evaluations
        for result in evaluation.results
        for review in result.reviews
        if review.status in _LIST_OF
    ]
    return sorted(found, key=lambda line: (LISTS.index(line.on_list), line.pressing))


def calls_of(lines: Iterable[Line]) -> list[Call]:
    """Return the patients of some lines, sorted; each is on the first of the lists that the lines are on.

    What may be overdue leads over what surely is not due yet.
    """
    of_each: dict[str, list[Line]] = {}
    for line in lines:
        of_each.setdefault(line.patient, []).append(line)
    calls = [
        Call(min((line.on_list for line in own), key=LISTS.index), sorted(own, key=_leading))
        for own in of_each.values()
    ]
    return sorted(calls, key=lambda call: (LISTS.index(call.on_list), call.lines[0].pressing))


def _leading(line: Line) -> tuple[int, tuple[bool, int, str, str, str]]:
    return max(LISTS.index(line.on_list), LISTS.index("cannot tell")), line.pressing


def _line(evaluation: Evaluation, result: RulesetResult, review: ReviewAnswer) -> Line:
    due = (review.due.first - evaluation.moment.as_of).days if review.due else None
    offered = [
        suggestion
        for prompt in _completing(result, review.id)
        for suggestion in result.prompting.show(prompt).suggestions
    ]
    return Line(
        on_list="not registered" if _has_left(evaluation) else _list_of(review),
        patient=evaluation.record.reference,
        review=review,
        urgency=due if review.days_left is None else review.days_left,
        record=tuple(dict.fromkeys(each.code for each in offered if each.code)),
        terms=tuple(dict.fromkeys(each.text for each in offered if not each.code)),
        needs=tuple(_needs(evaluation, result, review.id)),
        draft=result.ruleset.status == "draft",
    )


def _needs(evaluation: Evaluation, result: RulesetResult, review: str) -> dict[str, None]:
    """Return what would settle a review, then why what is missing is missing, and what could not be read."""
    record = evaluation.record
    needs = [need for each in result.unsettled if each.id == review for need in each.needs]
    text = " ".join(needs)
    found = [why for kind, why in record.incomplete.items() if kind in text]
    reasons = [part for why in found for part in why.split("; ")]
    refused = [f"{each.place}: {each.reason}" for each in record.quarantined[:MOST_REFUSED] if reasons]
    return dict.fromkeys([*needs, *reasons, *refused])


def _list_of(review: ReviewAnswer) -> str:
    """Return the list of a review; what is outstanding whichever status it has is to do.

    While reminders are paused (SEMANTICS 24, as in palliative care) nobody is called, and nobody is lost.
    """
    if review.paused:
        return "paused"
    lists = {_LIST_OF.get(cast(StatusWord, status), "") for status in review.possible or (review.status,)}
    return "to do" if lists == {"to do"} else _LIST_OF[review.status]


def _completing(result: RulesetResult, review: str) -> list[Prompt]:
    """Return the prompts that offer what completes a review, and not an invitation to it."""
    completes = set(result.ruleset.reviews[review].record)
    prompts = result.ruleset.prompts.values()
    return [each for each in prompts if each.review == review and completes.issuperset(each.record)]


def _has_left(evaluation: Evaluation) -> bool:
    """Say whether somebody surely is no longer registered, and did not come back."""
    record, today = evaluation.record, evaluation.moment.as_of
    left: Days | None = record.deregistered
    if left is None or left.last > today:
        return False
    return record.registered is None or record.registered.first <= left.first
