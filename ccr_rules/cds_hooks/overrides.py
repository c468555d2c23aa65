"""Why a card may be set aside, and what follows from each reason: which prompts are held, and until when."""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

import msgspec

from ccr_rules.cds_hooks.messages import Coding
from ccr_rules.dates import shift_day
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.language.ruleset import DeclineReason
from ccr_rules.record.responses import Response

SYSTEM: Final = "https://ccr-rules.example/decline-reason"
"""The system of the reasons, which are words of the rulesets; nothing answers there."""


class _Way(NamedTuple):
    reason: DeclineReason
    ruleset: str
    prompt: str
    review: str


def reasons(evaluation: Evaluation) -> tuple[Coding, ...]:
    """Return the reasons of all prompts on the card, each once, with how long it holds."""
    found: dict[str, Coding] = {}
    for way in _ways(evaluation):
        reason = way.reason
        holds = "until the record changes" if reason.holds is None else f"for {reason.holds}"
        found.setdefault(reason.code, Coding(reason.code, SYSTEM, f"{reason.display} (quiet {holds})"))
    return tuple(found.values())


def consequences(evaluation: Evaluation) -> dict[str, tuple[Response, ...]]:
    """Return for each reason the responses that it amounts to, to be passed in at the next evaluation.

    A reason holds up to and including its last day, counted from the day of the evaluation.
    """
    found: dict[str, list[Response]] = {}
    for way in _ways(evaluation):
        held = Response(
            kind="declined",
            prompt=way.prompt,
            ruleset=way.ruleset,
            until=_until(way.reason, evaluation.moment.as_of),
            reason=way.reason.code,
        )
        found.setdefault(way.reason.code, []).append(held)
    return {code: tuple(several) for code, several in found.items()}


def _until(reason: DeclineReason, day: date) -> date | None:
    return None if reason.holds is None else shift_day(day, reason.holds)


def _ways(evaluation: Evaluation) -> Iterator[_Way]:
    rulesets = {result.ruleset.reference: result.ruleset for result in evaluation.results}
    for shown in evaluation.prompts:
        ruleset = rulesets[shown.ruleset]
        prompt = ruleset.prompts[shown.id]
        for code in prompt.decline:
            yield _Way(ruleset.decline_reasons[code], ruleset.id, prompt.id, prompt.review or "")


class KeptCard(msgspec.Struct, frozen=True):
    """What must be known of a card when feedback comes: its suggestions, and what each reason amounts to.

    `suggestions` maps the UUID of each to its label.
    """

    uuid: str
    suggestions: dict[str, str]
    reasons: dict[str, tuple[Response, ...]]
