"""What whoever asked for a message should know of it beside what it says."""

from collections.abc import Iterator
from typing import Final

from ccr_messages.catalogue import Made
from ccr_messages.contact import Speech
from ccr_messages.eligibility import Chosen
from ccr_messages.templates import Rendered

TOLD_FIRST: Final = (
    "Before it goes: make sure that the person has been told the diagnosis, and wants messages of this kind"
)
"""An entry may be made before the person was told; and no entry that is read says who wants no messages."""


def notes_about(made: Made, chosen: Chosen, speech: Speech, rendered: Rendered, asked: str) -> Iterator[str]:
    """Yield the notes; `asked` is the language that was asked for, or ""."""
    yield TOLD_FIRST
    if chosen.result.ruleset.status == "draft":
        yield f"The ruleset {chosen.result.ruleset.reference} is a draft that nobody has approved"
    if speech.needs_interpreter:
        yield "The record says that an interpreter is needed"
    wanted = asked or speech.language
    if wanted and wanted.partition("-")[0] != rendered.language.partition("-")[0]:
        yield f"There is no template in the language that is wanted, so it is in {rendered.language}"
    if not made.number:
        yield "No code for sending this is verified: record it in words"
    elif made.kind == "sms":
        yield "No code for an invitation by text message is verified: the code for any invitation is offered"
