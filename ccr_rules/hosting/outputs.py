"""What plugins give back beside records: documents, links, deliveries, and prompts that they withhold."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ccr_rules.record.entry import Coding

ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*\Z"
"""A pattern ends in \\Z: before a last line feed there is a $ too."""

Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=ONE_LINE)]
"""Text on one line."""

Name = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z")]
"""Small letters, digits and single hyphens."""

Address = Annotated[str, Meta(max_length=2000, pattern=r"^(https://[^\s/]+|tel:\+?[0-9]+)\S*\Z")]
"""An https or tel address."""


class Form(msgspec.Struct, frozen=True):
    """A form that a plugin can write: of evaluations, of a ruleset, or of something to deliver.

    `name` is what a host asks for, `title` says what comes.
    """

    name: Name
    of: Literal["evaluations", "ruleset", "delivery"]
    title: Line


class Document(msgspec.Struct, frozen=True):
    """A file that was written: its name, media type (such as `text/csv`) and content."""

    name: Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z")]
    media_type: Annotated[str, Meta(pattern=r"^[a-z]+/[a-z0-9.+-]+\Z")]
    content: bytes


class Link(msgspec.Struct, frozen=True):
    """A link on the card."""

    label: Annotated[str, Meta(min_length=1, max_length=100, pattern=ONE_LINE)]
    url: Address


class Withheld(msgspec.Struct, frozen=True):
    """A prompt that is not shown this time, and why, in words for whoever asks where it went.

    `prompt` and `ruleset` are those of the prompt (`ruleset` as `ID@VERSION`).
    """

    prompt: Line
    ruleset: Line
    reason: Line


class ToRecord(msgspec.Struct, frozen=True):
    """What should be recorded once a delivery is made: a verified code of a codelist, or a term alone.

    Nothing is written by a plugin: the host records it, after somebody has confirmed it.
    """

    codelist: Name
    text: Line
    day: date
    coding: Coding | None = None


class Delivery(msgspec.Struct, frozen=True):
    """What came of a delivery that was asked for.

    `sent` says whether it has left the building; otherwise the documents are there to be printed or sent.
    `record` is what to record, `next_on` when the next one of its kind would be due.
    """

    documents: tuple[Document, ...] = ()
    sent: bool = False
    record: tuple[ToRecord, ...] = ()
    next_on: date | None = None
    notes: tuple[Line, ...] = ()


class Feedback(msgspec.Struct, frozen=True):
    """What a user did with a card or a prompt. It says nothing of the patient.

    `prompts` are `ID@RULESET`; `codes` those that the user took; `reason` a code of decline reasons.
    """

    outcome: Literal["accepted", "overridden", "snoozed", "declined", "attested"]
    at: datetime
    prompts: tuple[str, ...] = ()
    codes: tuple[Coding, ...] = ()
    reason: str = ""
    card: str = ""
