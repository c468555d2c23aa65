"""From a request to a delivery: first whether it may be made, then the message, and last the channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from ccr_messages.addresses import place_of
from ccr_messages.catalogue import FORMS, Made
from ccr_messages.channels import channel_of
from ccr_messages.contact import Speech, speech_of
from ccr_messages.eligibility import Chosen, choose
from ccr_messages.fields import Told, fields_of
from ccr_messages.invitations import check_turn, earlier, to_record
from ccr_messages.letters import Letter, as_text
from ccr_messages.markup import blocks_of, plain_of
from ccr_messages.message import Message, key_of, payload_of
from ccr_messages.options import Options, read_options
from ccr_messages.person import check_person
from ccr_messages.refusal import refused
from ccr_messages.settings import Settings, time_set
from ccr_messages.telling import notes_about
from ccr_messages.templates import Rendered, Templates
from ccr_messages.texting import length_note, number_for, questions_of
from ccr_messages.waiting import Wait, wait_of
from ccr_rules import Evaluation
from ccr_rules.hosting import Delivery, Document, ToRecord

LAST = 3


class Ready(NamedTuple):
    """What goes to the channel, what whoever asked gets, and what they should know."""

    message: Message
    documents: tuple[Document, ...]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes deliveries with the settings and templates of a practice."""

    settings: Settings
    templates: Templates

    def make(
        self, evaluation: Evaluation, form: str, patient: Mapping[str, Any], options: Mapping[str, Any]
    ) -> Delivery:
        """Make a delivery that was asked for.

        Raises UsageError where nobody should get it or something is missing (nothing was sent then), and
        PluginFailed where a service leaves open whether it was sent.
        """
        made, asked = FORMS[form], read_options(options)
        channel = channel_of(self.settings, asked.channel)
        check_person(evaluation, patient)
        chosen = choose(evaluation, asked.review or self.settings.review, asked.ruleset)
        told, records, wait = self._turn(made, evaluation, chosen, patient, asked)
        speech = speech_of(patient)
        rendered = self._rendered(told, speech, asked)
        is_letter = made.kind == "letter"
        ready = (
            self._letter(told, rendered, asked)
            if is_letter
            else self._text(told, rendered, asked, channel.needs_number)
        )
        receipt = channel.send(ready.message)
        notes = [receipt.note, *ready.notes, *notes_about(made, chosen, speech, rendered, asked.language)]
        return Delivery(
            documents=ready.documents,
            sent=receipt.sent,
            record=records,
            next_on=wait and wait.after(evaluation.moment.as_of),
            notes=(*notes, wait.note) if wait else tuple(notes),
        )

    def _turn(
        self, made: Made, evaluation: Evaluation, chosen: Chosen, patient: Mapping[str, Any], asked: Options
    ) -> tuple[Told, tuple[ToRecord, ...], Wait | None]:
        """Return what fields are made from, what to record, and how long the next invitation waits, if any.

        Raises UsageError where it is not the turn of this invitation.
        """
        number = made.number
        if not number:
            return Told(made, evaluation, chosen, patient, ()), (), None
        before = earlier(evaluation, chosen, asked.since, asked.invited)
        check_turn(number, before, self._wait(evaluation, number), evaluation.moment.as_of)
        told = Told(made, evaluation, chosen, patient, before.days)
        records = (to_record(evaluation, chosen, number, made.kind),)
        return told, records, self._wait(evaluation, number + 1) if number < LAST else None

    def _wait(self, evaluation: Evaluation, number: int) -> Wait:
        """Return how long to wait before an invitation of this number."""
        name = "third_after" if number == LAST else "second_after"
        return wait_of(evaluation, time_set(self.settings, name))

    def _rendered(self, told: Told, speech: Speech, asked: Options) -> Rendered:
        wanted = asked.language or speech.language or self.settings.language
        fields = fields_of(told, self.settings, asked)
        return self.templates.render(told.made.name, fields, wanted, self.settings.language)

    # --- the message ---------------------------------------------------------------------------

    def _text(self, told: Told, rendered: Rendered, asked: Options, needs_number: bool) -> Ready:
        name, text = told.made.name, plain_of(rendered.text)
        number = number_for(told, asked.mobile, needs_number)
        note = length_note(text, self.settings)
        questions = questions_of(told) if told.made.kind == "questionnaire" else ()
        message = _message(told, rendered.language, text, mobile=number, questions=questions)
        documents = [Document(f"{name}.txt", "text/plain", f"{text}\n".encode())]
        if questions:
            documents.append(Document(f"{name}.json", "application/json", payload_of(message)))
        return Ready(message, tuple(documents), [note])

    def _letter(self, told: Told, rendered: Rendered, asked: Options) -> Ready:
        from ccr_messages.pdf import Look, as_pdf  # noqa: PLC0415 - no text message needs fpdf2

        today, name = told.evaluation.moment.as_of, told.made.name
        place, fields = place_of(told.patient, today), fields_of(told, self.settings, asked)
        letter = Letter(
            practice=self._practice(),
            to=(fields["name"], *place.lines),
            day=fields["today"],
            blocks=tuple(blocks_of(rendered.text)),
            title=f"Letter from {self.settings.practice.name}",
            language=rendered.language,
        )
        large = self.settings.large_print if asked.large_print is None else asked.large_print
        pdf, text = as_pdf(letter, today, Look.of(self.settings, large)), as_text(letter)
        documents = (
            Document(f"{name}.pdf", "application/pdf", pdf),
            Document(f"{name}.txt", "text/plain", text.encode()),
        )
        message = _message(told, rendered.language, text, postal=letter.to)
        notes = ["The address is one for a time"] if place.is_temporary else []
        return Ready(msgspec.structs.replace(message, documents=documents), documents, notes)

    def _practice(self) -> tuple[str, ...]:
        practice = self.settings.practice
        if not practice.name or not practice.address:
            raise refused("a letter needs practice.name and practice.address in the settings")
        return tuple(filter(None, (practice.name, *practice.address, practice.phone, practice.website)))


def _message(told: Told, language: str, text: str, **more: Any) -> Message:
    """Return a message; its key is made from all that it says, and to whom."""
    made = told.made
    key = key_of(told.evaluation.decision, made.name, language, text, more)
    return Message(key, made.kind, made.name, language, text, **more)
