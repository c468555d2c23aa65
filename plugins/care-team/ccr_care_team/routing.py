"""Which prompts are not for whoever is looking. In doubt a prompt is shown."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from ccr_care_team.contact import role_of
from ccr_care_team.settings import Settings, is_listed
from ccr_rules.evaluation.answers import PromptAnswer, ReviewAnswer
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting import Context, Withheld


def name_of(prompt: PromptAnswer) -> str:
    """Return the name by which a host tells of a prompt: `PROMPT@RULESET-ID@VERSION`."""
    return f"{prompt.id}@{prompt.ruleset}"


def withheld(settings: Settings, evaluation: Evaluation, context: Context) -> list[Withheld]:
    """Return the prompts that are not shown this time, each with the reason.

    Nothing is withheld from a user whose role is not known.
    """
    role = role_of(settings, context.host)
    if not role:
        return []
    found = []
    for prompt in evaluation.prompts:
        reason = _reason(settings, role, prompt, context.host)
        if reason and not _must_be_shown(prompt, evaluation, settings.overdue_days):
            found.append(Withheld(prompt.id, prompt.ruleset, reason))
    return found


def _reason(settings: Settings, role: str, prompt: PromptAnswer, host: Mapping[str, Any]) -> str:
    ruleset_id = prompt.ruleset.partition("@")[0]
    if is_listed(settings, role, prompt.id, ruleset_id):
        return f"this practice has set it up that the role {role} does not act on it"
    times = _times_shown(host.get(settings.keys.shown), name_of(prompt))
    if settings.most_shown and times >= settings.most_shown:
        return f"shown to this user in this consultation already, {times} times"
    return ""


def _times_shown(shown: Any, name: str) -> int:
    """Return how often the host says that it showed a prompt; anything but a whole number says nothing."""
    times = shown.get(name) if isinstance(shown, Mapping) else None
    return times if isinstance(times, int) and not isinstance(times, bool) else 0


def _must_be_shown(prompt: PromptAnswer, evaluation: Evaluation, overdue_days: int) -> bool:
    """Say whether a prompt is shown to everybody: it is critical, or its review is, or may be, too late."""
    if prompt.severity == "critical":
        return True
    if prompt.review is None:
        return False
    review = _review(prompt, evaluation)
    return review is None or _may_be_late(review, evaluation.moment.as_of, overdue_days)


def _review(prompt: PromptAnswer, evaluation: Evaluation) -> ReviewAnswer | None:
    results = (each for each in evaluation.results if each.ruleset.reference == prompt.ruleset)
    return next((result.review(prompt.review) for result in results), None)


def _may_be_late(review: ReviewAnswer, today: date, overdue_days: int) -> bool:
    """Say whether the due day is, or may be, more than so many days ago; so too where it is not known."""
    return review.due is None or today - review.due.first > timedelta(days=overdue_days)
