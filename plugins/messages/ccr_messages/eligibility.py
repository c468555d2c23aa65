"""Whether somebody may be invited now, and to which review. Whoever may not is refused, with the reason.

An invitation too many can hurt: somebody who has died, is in palliative care, or has said no. So every doubt
refuses here, while the review itself stays on the screens.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from ccr_messages.refusal import refused
from ccr_rules import Evaluation
from ccr_rules.evaluation.answers import ReviewAnswer
from ccr_rules.evaluation.ruleset_result import RulesetResult
from ccr_rules.language.ruleset import Review
from ccr_rules.truth import FALSE, TRUE

OUTSTANDING: Final = frozenset({"open", "due soon", "overdue"})

_WHY: Final = {
    "not applicable": "it does not apply to this person",
    "upcoming": "it has not opened yet",
    "lapsed": "its time has passed, and nobody is chased after that",
    "done": "it is done",
    "done late": "it is done",
    "declined": "it was declined",
    "cannot tell": "the record does not settle where it stands; the evaluation's `unsettled` says what would",
}


class Chosen(NamedTuple):
    """The review that somebody is invited to: what its ruleset says, and its answer for this person."""

    result: RulesetResult
    answer: ReviewAnswer

    @property
    def review(self) -> Review:
        """The review as its ruleset has it."""
        return self.result.ruleset.reviews[self.answer.id]


def choose(evaluation: Evaluation, wanted: str, ruleset: str) -> Chosen:
    """Return the review to invite to.

    `wanted` is the id of a review, or "" where one alone is outstanding; `ruleset` an id (`ID` or
    `ID@VERSION`), or "" for those in force. Raises UsageError where nobody should be invited, or where it
    cannot be told.
    """
    if evaluation.opinion is not None and evaluation.opinion.differences:
        raise refused("two evaluators decide differently about this record; report it, and decide by hand")
    in_force = [result for result in evaluation.results if result.in_force]
    for result in in_force:
        _check_paused(result)
    there = [Chosen(result, answer) for result in in_force for answer in result.reviews]
    asked = [each for each in there if ruleset in ("", *_names(each.result))]
    chosen = _asked_for(asked, wanted) if wanted else _alone(asked)
    for each in chosen:
        _check(evaluation, each)
    return chosen[0]


def _names(result: RulesetResult) -> tuple[str, str]:
    return result.ruleset.id, result.ruleset.reference


def _check_paused(result: RulesetResult) -> None:
    paused = [id_ for id_, state in result.run.reviews.items() if state.paused is TRUE]
    if paused:
        raise refused(
            f"invitations are paused, since {result.ruleset.reference} pauses {paused[0]} (palliative care, "
            "for instance); the review can still be held and recorded"
        )


def _asked_for(there: Sequence[Chosen], wanted: str) -> list[Chosen]:
    named = [each for each in there if each.answer.id == wanted]
    if not named:
        known = ", ".join(sorted({each.answer.id for each in there})) or "none"
        raise refused(f"there is no such review in the rulesets in force; there are: {known}")
    return [each for each in named if each.answer.status != "not applicable"] or named


def _alone(there: Sequence[Chosen]) -> list[Chosen]:
    outstanding = [each for each in there if _stands(each.answer) <= OUTSTANDING]
    names = sorted({each.answer.id for each in outstanding})
    if not names:
        said = "; ".join(f"{each.answer.id}: {_WHY[each.answer.status]}" for each in there)
        raise refused(f"no review is outstanding ({said or 'no ruleset in force has one'})")
    if len(names) > 1:
        raise refused(
            f"more than one review is outstanding; say which with the option review: {', '.join(names)}"
        )
    return _asked_for(there, names[0])


def _stands(answer: ReviewAnswer) -> set[str]:
    """Return the words of where a review may stand: one, or all that the record allows."""
    return set(answer.possible or [answer.status])


def _check(evaluation: Evaluation, chosen: Chosen) -> None:
    answer, ruleset = chosen.answer, chosen.result.ruleset
    if not _stands(answer) <= OUTSTANDING:
        raise refused(f"{answer.id} of {ruleset.reference}: {_WHY[answer.status]}")
    if chosen.result.run.reviews[answer.id].paused is not FALSE:
        raise refused(f"{answer.id} of {ruleset.reference}: it cannot be told whether invitations are paused")
    today = evaluation.moment.as_of
    prompts = [each.id for each in ruleset.prompts.values() if each.review == answer.id] or [answer.id]
    for response in evaluation.responses:
        declined = response.kind == "declined"
        if declined and any(response.holds(ruleset.id, each, answer.id, today) for each in prompts):
            raise refused(f"{answer.id} of {ruleset.reference}: a clinician put it off, and that still holds")
