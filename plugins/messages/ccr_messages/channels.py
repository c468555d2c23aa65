"""Ways for a message to leave. Which one is taken is set up by the practice or said in the request."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple, Protocol

from ccr_messages.message import Message, payload_of
from ccr_messages.refusal import refused
from ccr_messages.settings import Settings


class Receipt(NamedTuple):
    """What a channel knows: whether the message has surely left, and one line about it."""

    sent: bool
    note: str


class Channel(Protocol):
    """A way for a message to leave.

    `send` hands a message over once: the same key is never handed over twice. It returns what is known; it
    raises UsageError where the message surely did not leave, and PluginFailed where nobody knows.
    """

    needs_number: bool
    """Whether a text message needs a mobile number to go this way."""

    def send(self, message: Message) -> Receipt:
        """Hand a message over."""
        ...


class Print:
    """Nothing leaves: the documents are there, to be printed or copied."""

    needs_number = False

    def send(self, message: Message) -> Receipt:
        """Say so."""
        return Receipt(False, "Not sent: print it, or send it from the practice's own system")


class Outbox:
    """A folder from which another program takes messages: `KEY/message.json` and the documents beside it."""

    needs_number = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: Message) -> Receipt:
        """Put the message there, all of it at once. Raises UsageError where it lies there already."""
        target = self.folder / message.key
        try:
            draft = Path(tempfile.mkdtemp(prefix=".", dir=self.folder))
        except OSError as fault:
            raise refused(f"the outbox cannot be written to ({type(fault).__name__})") from None
        try:
            _write(draft / "message.json", payload_of(message, documents=False))
            for document in message.documents:
                _write(draft / document.name, document.content)
            draft.rename(target)
        except OSError as fault:
            shutil.rmtree(draft, ignore_errors=True)
            if target.exists():
                raise refused(f"this very message lies in the outbox already ({message.key})") from None
            raise refused(f"the outbox cannot be written to ({type(fault).__name__})") from None
        return Receipt(
            False, f"In the outbox as {message.key}; whether it has left, the outbox does not tell"
        )


def _write(file: Path, content: bytes) -> None:
    with file.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def channel_of(settings: Settings, asked: str) -> Channel:
    """Return the channel that is asked for, or else the one that is set up. Raises UsageError."""
    name = asked or settings.channel
    if name == "print":
        return Print()
    if name == "outbox" and settings.outbox:
        return Outbox(Path(settings.outbox))
    if name == "http" and settings.http is not None:
        from ccr_messages.http import Service  # noqa: PLC0415 - only a practice with a service needs httpx

        return Service(settings.http)
    if name in ("outbox", "http"):
        raise refused(
            f"option channel: {name} is not set up; set {'outbox' if name == 'outbox' else 'http.url'}"
        )
    raise refused("option channel: there is no such channel; there are print, outbox and http")
