"""One card per person: the prompts of all rulesets merged, the most urgent first.

The same review prompted by several rulesets is one line; the earliest due day leads, and each
ruleset keeps its own words and its own day.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from ccr_rules.dates import CALENDAR_END
from ccr_rules.evaluation.answers import CardAnswer, PromptAnswer, ReviewAnswer, Severity
from ccr_rules.language.english.phrases import listed

SUMMARY_LENGTH = 139
"""CDS Hooks asks for fewer than 140 characters."""

_URGENCY = {"overdue": 0, "due soon": 1, "open": 2}
_SEVERITIES: tuple[Severity, ...] = ("info", "warning", "critical")


class Shown(msgspec.Struct, frozen=True):
    """A prompt that is shown, with the review it is about."""

    prompt: PromptAnswer
    review: ReviewAnswer | None

    @property
    def urgency(self) -> tuple[int, date]:
        """Return what the card is ordered by: overdue before due soon before open, then the due day."""
        if self.review is None:
            return (len(_URGENCY), CALENDAR_END)
        due = self.review.due.first if self.review.due else CALENDAR_END
        return (_URGENCY.get(self.review.status, len(_URGENCY)), due)


class CardParts(msgspec.Struct, frozen=True):
    """What may stand on a card; `unclear` are titles of reviews, `drafts` references of rulesets."""

    shown: Sequence[Shown]
    paused: Sequence[ReviewAnswer]
    unclear: Sequence[str]
    drafts: Sequence[str]


def make_card(parts: CardParts) -> CardAnswer | None:
    """Return the card, or None where there is nothing that a clinician should see."""
    groups = merge(parts.shown)
    lines = [_line(group) for group in groups]
    lines += _paused_lines(parts.paused)
    lines += _quiet_line(parts.unclear)
    if not lines:
        return None
    if parts.drafts:
        lines.append(f"Draft, not clinically approved: {', '.join(parts.drafts)}.")
    summary = groups[0][0].prompt.summary if groups else lines[0]
    more = f" (+{len(groups) - 1} more)" if len(groups) > 1 else ""
    return CardAnswer(_shorten(summary, more), _severity(parts.shown), lines, bool(parts.drafts))


def _severity(shown: Iterable[Shown]) -> Severity:
    severities = [each.prompt.severity for each in shown]
    return max(severities, key=_SEVERITIES.index) if severities else "info"


def merge(shown: Iterable[Shown]) -> list[list[Shown]]:
    """Group prompts by review, the most urgent first in each group and among the groups."""
    groups: dict[str, list[Shown]] = {}
    for each in sorted(shown, key=lambda one: one.urgency):
        prompt = each.prompt
        groups.setdefault(prompt.review or f"{prompt.ruleset}/{prompt.id}", []).append(each)
    return list(groups.values())


def _line(group: Sequence[Shown]) -> str:
    several = len({each.prompt.ruleset for each in group}) > 1
    said = [
        f"{each.prompt.summary} ({each.prompt.ruleset})" if several else each.prompt.summary for each in group
    ]
    return "; ".join(dict.fromkeys(said))


def _paused_lines(paused: Iterable[ReviewAnswer]) -> list[str]:
    lines = (f"{each.title}: {each.says}; reminders paused: {each.paused}" for each in paused)
    return list(dict.fromkeys(lines))


def _quiet_line(unclear: Sequence[str]) -> list[str]:
    """Say in one line what could not be told about somebody known to have cancer."""
    titles = list(dict.fromkeys(unclear))
    return [f"Cannot be told from this record: {listed(titles)}."] if titles else []


def _shorten(summary: str, more: str) -> str:
    room = SUMMARY_LENGTH - len(more)
    if len(summary) <= room:
        return summary + more
    return summary[: room - 1].rstrip() + "…" + more
