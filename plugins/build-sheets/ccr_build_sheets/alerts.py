"""A sheet for each prompt: when it shows, what it says, what it offers, how it is declined."""

from collections.abc import Iterator, Mapping
from typing import Final

from ccr_build_sheets.codes import CodeWriter
from ccr_build_sheets.logic import LogicWriter
from ccr_build_sheets.marks import Marks
from ccr_build_sheets.model import Alert, Decline, Priority
from ccr_build_sheets.proving import Proof
from ccr_build_sheets.texts import TextWriter, length_note
from ccr_rules.dates import display
from ccr_rules.language.english.phrases import grounds_in_words, listed
from ccr_rules.language.ruleset import DeclineReason, Prompt, Ruleset, Severity

PRIORITIES: Final[Mapping[Severity, Priority]] = {"info": "low", "warning": "medium", "critical": "high"}
"""Ours: the three severities are the three priorities, in their order."""

EVERYBODY: Final = (
    "The ruleset limits an alert to no job: show it to nurses, care coordinators and GPs alike, unless "
    "those who sign decide otherwise."
)


class AlertWriter:
    """Writes the alerts of one ruleset."""

    def __init__(self, ruleset: Ruleset, marks: Marks, logic: LogicWriter, codes: CodeWriter) -> None:
        self._ruleset = ruleset
        self._marks = marks
        self._logic = logic
        self._codes = codes
        self._texts = TextWriter(ruleset, marks)

    def alerts(self, proofs: Mapping[str, Proof]) -> Iterator[Alert]:
        """Yield the sheet of each prompt; `proofs` are by sheet."""
        for prompt in self._ruleset.prompts.values():
            yield self._alert(prompt, proofs[self._marks.alerts[prompt.id]])

    def _alert(self, prompt: Prompt, proof: Proof) -> Alert:
        review = self._ruleset.reviews.get(prompt.review or "")
        text = self._texts.text(prompt.summary)
        reasons = (self._ruleset.decline_reasons[code] for code in prompt.decline)
        return Alert(
            sheet=self._marks.alerts[prompt.id],
            id=prompt.id,
            review=review.title if review else "",
            severity=prompt.severity,
            priority=PRIORITIES[prompt.severity],
            logic=self._logic.logic(prompt.when),
            paused=self._logic.logic(review.pause) if review and review.pause else None,
            always=tuple(self._always()),
            text=text,
            detail=self._texts.text(prompt.detail) if prompt.detail else "",
            plain=self._plain(prompt),
            filled=self._texts.filled(prompt.summary, prompt.detail),
            length=length_note(text),
            offers=self._codes.offers(prompt.record),
            declines=tuple(_decline(reason) for reason in reasons),
            staff=(*self._staff(prompt), EVERYBODY),
            grounds=grounds_in_words(prompt.grounds),
            proof=proof,
        )

    def _plain(self, prompt: Prompt) -> str:
        """Return the text for a system that fills nothing in; nothing where nothing is filled in."""
        if not self._texts.filled(prompt.summary, prompt.detail):
            return ""
        texts = (template for template in (prompt.summary, prompt.detail) if template)
        return " / ".join(self._texts.in_words(template) for template in texts)

    def _always(self) -> Iterator[str]:
        yield "The person is alive."
        first, last = self._ruleset.in_force_from, self._ruleset.in_force_to
        if last is None:
            since = f"The day is {display(first)} or later."
            yield f"{since} No last day is set: ask for a new version from time to time."
        else:
            yield f"The day is from {display(first)} to {display(last)}: switch the alert off after that."

    def _staff(self, prompt: Prompt) -> Iterator[str]:
        for step in self._ruleset.process.values():
            if step.review == prompt.review and step.phase == "during":
                yield f"In the review, {listed(f'the {actor}' for actor in step.who)} {step.title}."


def _decline(reason: DeclineReason) -> Decline:
    holds = "until the record changes" if reason.holds is None else f"for {reason.holds}"
    return Decline(reason.code, reason.display, holds, grounds_in_words(reason.grounds))
