"""From answers to entries of the record: what was done or declined, under verified codes or terms alone."""

from collections.abc import Iterator
from typing import Final

from ccr_rules.record.entry import Days, Entry, EntryState
from ccr_rules.record.fhir_dates import days_of
from ccr_templates.answers import Fault, code_of
from ccr_templates.library import date_of
from ccr_templates.recording import KIND, Recorded
from ccr_templates.responses import Read

_OUTCOMES: Final[dict[str, EntryState]] = {"held": "done", "declined": "declined"}


class Told:
    """What one response tells: `entries`, and all `faults`, those of its answers among them."""

    def __init__(self, response: Read) -> None:
        self._response = response
        self._values = response.answers.values
        self._without_day: set[str] = {each.link_id for each in response.answers.faults}
        self.faults = list(response.answers.faults)
        self._check_days()
        self.entries = (*self._outcomes(), *self._recorded())

    def _check_days(self) -> None:
        """A conversation cannot have been held after it was written down."""
        authored = self._response.authored
        for outcome in self._response.form.outcomes:
            link_id = date_of(outcome)
            days = self._day(link_id)
            if authored is not None and days is not None and days.first > authored.last:
                self._fault(link_id, "it is after the day on which the response was written")
                self._without_day.add(link_id)

    def _fault(self, link_id: str, reason: str) -> None:
        self.faults.append(Fault(self._response.place, f"{link_id}: {reason}", link_id))

    def _day(self, link_id: str) -> Days | None:
        given = self._values.get(link_id)
        return days_of(given) if isinstance(given, str) else None

    def _outcomes(self) -> Iterator[Entry]:
        for link_id, recorded in self._response.form.outcomes.items():
            state = _OUTCOMES.get(code_of(self._values.get(link_id, "")))
            for each in recorded if state else ():
                if each.term:
                    yield from self._entry(each, state or "done", link_id)
                else:
                    self._fault(link_id, f"nothing verified is known to record it as ({each.codelist})")

    def _recorded(self) -> Iterator[Entry]:
        for link_id, recorded in self._response.form.recorded.items():
            for each in recorded:
                if self._values.get(each.link_id) is True:
                    yield from self._entry(each, "done", link_id)
                elif code_of(self._values.get(link_id, "")) == "declined":
                    yield from self._entry(each, "declined", link_id)

    def _entry(self, recorded: Recorded, state: EntryState, question: str) -> Iterator[Entry]:
        """Yield the entry of an answer.

        What was done in a conversation was done on its day. Where that day was said and could not be read,
        there is no entry: a wrong day could make a review done late, or in time.
        """
        authored = clinical = self._response.authored
        held_on = date_of(question)
        if state == "done" and held_on:
            if held_on in self._without_day:
                return
            clinical = self._day(held_on) or authored
        yield Entry(
            reference=self._response.reference,
            kind=KIND,
            codings=recorded.codings,
            text=recorded.term,
            clinical=clinical,
            recorded=authored,
            state=state,
        )
