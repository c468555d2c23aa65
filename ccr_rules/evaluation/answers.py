"""The answer: its keys and words are a public contract, and its JSON Schema is made from these types.

Days are ISO dates. `possible` lists the answers that the record allows where it does not settle one.
"""

from datetime import date
from typing import Any, Literal

import msgspec

from ccr_rules.schemas import schema_of

Completeness = Literal["complete", "partial", "unavailable"]
Severity = Literal["info", "warning", "critical"]
StatusWord = Literal[
    "not applicable",
    "upcoming",
    "open",
    "due soon",
    "overdue",
    "lapsed",
    "done",
    "done late",
    "declined",
    "cannot tell",
]


class RulesetUsed(msgspec.Struct, frozen=True):
    """A ruleset that took part. `in_force` False: its indicators are computed, it prompts nothing."""

    id: str
    version: str
    title: str
    status: Literal["draft", "active", "retired"]
    in_force: bool
    digest: str
    codelists: dict[str, str]


class QuarantinedResource(msgspec.Struct, frozen=True):
    """A resource that could not be read; answers it might have changed say `cannot tell`."""

    reference: str
    place: str
    reason: str


class RecordUsed(msgspec.Struct, frozen=True):
    """What was read: kinds completely supplied, kinds that were not and why, and what was assumed."""

    patient: str
    supplied: list[str]
    incomplete: dict[str, str]
    assumed: list[str]
    quarantined: list[QuarantinedResource]


class DayRange(msgspec.Struct, frozen=True):
    """The first and last day on which something can lie."""

    first: date
    last: date


class DateAnswer(msgspec.Struct, frozen=True):
    """A named date; `first` and `last` are null when it is absent."""

    presence: Literal["absent", "maybe", "present"]
    first: date | None
    last: date | None
    evidence: list[str]


class PossibleOutcome(msgspec.Struct, frozen=True):
    """One outcome that the rows of an indicator allow."""

    denominator: Literal["included", "excluded", "excepted", "not applicable"]
    reason: str | None


class IndicatorAnswer(msgspec.Struct, frozen=True):
    """Whether somebody is in an indicator, counts in it, and meets it."""

    id: str
    ruleset: str
    title: str
    population: Literal["in", "out", "undetermined"]
    denominator: Literal["included", "excluded", "excepted", "undetermined", "not applicable"]
    reason: str | None
    numerator: Literal["met", "not met", "undetermined", "not applicable"]
    possible: list[PossibleOutcome] | None
    achievable_until: date | None
    because: list[str]


class ReviewAnswer(msgspec.Struct, frozen=True):
    """A review: where it stands, in the contract's word and in the screen's (`says`).

    `days_left` counts to the due day while the review runs and that day is known; it is negative
    when the day has passed. `paused` is the reason while reminders are stopped.
    """

    id: str
    ruleset: str
    title: str
    status: StatusWord
    says: str
    possible: list[str] | None
    opens: DayRange | None
    due: DayRange | None
    days_left: int | None
    done_on: DayRange | None
    paused: str | None
    evidence: list[str]
    because: list[str]


class ItemAnswer(msgspec.Struct, frozen=True):
    """Something shown as received or not seen, never as due."""

    id: str
    ruleset: str
    title: str
    state: Literal["seen", "not seen", "cannot tell"]
    when: DayRange | None
    evidence: list[str]


class Code(msgspec.Struct, frozen=True):
    """A code in a system, with its term."""

    system: str
    code: str
    display: str


class Suggestion(msgspec.Struct, frozen=True):
    """What to record. `code` is null where no verified code is known: `text` then names the term."""

    label: str
    code: Code | None
    text: str


class DeclineOption(msgspec.Struct, frozen=True):
    """A reason for not acting now, and for how long it holds, in words."""

    code: str
    display: str
    holds: str


class PromptAnswer(msgspec.Struct, frozen=True):
    """A prompt that is shown."""

    id: str
    ruleset: str
    review: str | None
    severity: Severity
    summary: str
    detail: str
    because: list[str]
    suggestions: list[Suggestion]
    decline: list[DeclineOption]


class HeldAnswer(msgspec.Struct, frozen=True):
    """A prompt that would be shown but is not; `until` null: no day is known.

    It was snoozed or declined by a clinician, or is withheld by a plugin of the host, which `reason` names.
    """

    id: str
    ruleset: str
    kind: Literal["snoozed", "declined", "withheld"]
    until: date | None
    reason: str


class CardAnswer(msgspec.Struct, frozen=True):
    """The one card of a consultation; `summary` has at most 139 characters."""

    summary: str
    severity: Severity
    lines: list[str]
    draft: bool


class SuggestedCode(msgspec.Struct, frozen=True):
    """A verified code that some prompt suggests; `for_` (in JSON `for`) is its codelist."""

    system: str
    code: str
    display: str
    for_: str = msgspec.field(name="for")


class UnsettledAnswer(msgspec.Struct, frozen=True):
    """An answer that the record does not settle, and what would settle it."""

    id: str
    ruleset: str
    needs: list[str]


class NotComputableAnswer(msgspec.Struct, frozen=True):
    """A rule that is stated but never evaluated to a guess; `says` names what it would need."""

    id: str
    ruleset: str
    title: str
    says: str


class FindingAnswer(msgspec.Struct, frozen=True):
    """Something about the record's data that somebody should look at."""

    id: str
    severity: Severity
    message: str
    evidence: list[str]
    ruleset: str | None


class PaymentAnswer(msgspec.Struct, frozen=True):
    """What a scheme pays for this person."""

    id: str
    ruleset: str
    amount: str
    currency: str
    per: str
    because: list[str]


class PluginFault(msgspec.Struct, frozen=True):
    """A plugin that failed; the rest of the answer stands."""

    plugin: str
    hook: str
    fault: str


class EvaluationAnswer(msgspec.Struct, frozen=True):
    """Everything that is said about one person as of one day."""

    as_of: date
    known_on: date
    decision: str
    completeness: Completeness
    headline: str
    rulesets: list[RulesetUsed]
    record: RecordUsed
    dates: dict[str, DateAnswer]
    indicators: list[IndicatorAnswer]
    reviews: list[ReviewAnswer]
    items: list[ItemAnswer]
    prompts: list[PromptAnswer]
    held: list[HeldAnswer]
    card: CardAnswer | None
    suggested_codes: list[SuggestedCode]
    unsettled: list[UnsettledAnswer]
    not_computable: list[NotComputableAnswer]
    findings: list[FindingAnswer]
    payments: list[PaymentAnswer]
    plugin_faults: list[PluginFault]


def answer_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the answer."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ccr-rules evaluation",
        **schema_of(EvaluationAnswer),
    }
