"""What a host hands in: one record, or a file of many, in any format."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import msgspec

from ccr_rules.errors import RecordError
from ccr_rules.record.json_text import Source as Content
from ccr_rules.record.json_text import decode
from ccr_rules.record.patient import Quarantined
from ccr_rules.record.profiles import HostProfile
from ccr_rules.record.versions import Version


@dataclass(frozen=True)
class Source:
    """A record as a host has it, and what the host says about it.

    `content` is bytes, text, decoded JSON or a FHIR model. `name` is that of the file, where there is one.
    The other fields are those of `Engine.evaluate`: `patient` is whom it must be about, `supplied` the kinds
    that it holds completely.
    """

    content: Content
    name: str = ""
    patient: str | None = None
    profile: HostProfile | str | None = None
    supplied: tuple[str, ...] | None = None
    version: Version = "auto"
    strict: bool = False

    @cached_property
    def raw(self) -> bytes:
        """The content as bytes; of decoded JSON or a model, the JSON text."""
        content = self.content
        if isinstance(content, (bytes, bytearray, memoryview)):
            return bytes(content)
        if isinstance(content, str):
            return content.encode()
        if isinstance(content, (dict, list)):
            return msgspec.json.encode(content)
        return content.model_dump_json().encode()

    @cached_property
    def text(self) -> str:
        """The content as text. Raises RecordError if it is not UTF-8."""
        try:
            return self.raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise RecordError("the source is not UTF-8 text; export it as UTF-8") from None

    @cached_property
    def json(self) -> Any:
        """The content as plain values of its own, or None where it is not one JSON value."""
        if isinstance(self.content, (dict, list)):
            return msgspec.json.decode(self.raw)
        try:
            document = decode(self.content)
        except RecordError:
            return None
        return document.parts[0][0] if len(document.parts) == 1 and not document.faults else None

    def with_content(self, content: Content, patient: str | None = None) -> "Source":
        """Return a part of this source, about one patient."""
        return replace(self, content=content, patient=self.patient if patient is None else patient)


@dataclass(frozen=True, slots=True)
class Split:
    """The records in a source that holds those of several people, and what could not be told apart."""

    sources: tuple[Source, ...]
    faults: tuple[Quarantined, ...] = field(default=())

    @classmethod
    def of(cls, sources: Iterable[Source], faults: Iterable[Quarantined] = ()) -> "Split":
        """Return the parts of a source."""
        return cls(tuple(sources), tuple(faults))
