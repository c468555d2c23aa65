"""A message that is ready to go, and its form as data: what a service or another program is given.

The form is our own (README.md). No supplier has published one that it could follow.
"""

import base64
import hashlib
from typing import Any, Final

import msgspec

from ccr_messages.catalogue import Kind
from ccr_rules.hosting import Document

SCHEMA: Final = "ccr-rules-message/1"


class Question(msgspec.Struct, frozen=True):
    """A question to be answered before the review: from 0 (no concern) to 10, or in words."""

    id: str
    text: str
    type: str


class Message(msgspec.Struct, frozen=True):
    """A message: its key, to whom it goes, the text, and what goes with it.

    The key is made from all that the message is made from: the same request gives the same key, by which a
    service or a folder knows that it has it already. `mobile` is in international form, None if not known.
    A letter has `documents`; a text message is its text.
    """

    key: str
    kind: Kind
    form: str
    language: str
    text: str
    mobile: str | None = None
    postal: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    documents: tuple[Document, ...] = ()


def key_of(*parts: Any) -> str:
    """Return a key of 26 small letters and digits; from it nothing can be read back."""
    digest = hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).digest()
    return base64.b32encode(digest).decode()[:26].lower()


def payload_of(message: Message, documents: bool = True) -> bytes:
    """Return a message as JSON; without `documents`, only their names: they stand as files beside it."""
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "key": message.key,
        "kind": message.kind,
        "form": message.form,
        "language": message.language,
        "to": _to(message),
        "text": message.text,
    }
    if message.questions:
        content["questions"] = message.questions
    if message.documents:
        content["documents"] = [_document(each, documents) for each in message.documents]
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def _to(message: Message) -> dict[str, Any]:
    if message.kind == "letter":
        return {"postal": message.postal}
    return {"mobile": message.mobile} if message.mobile else {}


def _document(document: Document, with_content: bool) -> dict[str, Any]:
    named = {"name": document.name, "media_type": document.media_type}
    return named | ({"content": base64.b64encode(document.content).decode()} if with_content else {})
