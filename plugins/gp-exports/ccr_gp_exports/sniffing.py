"""Whether a source may be a table at all: JSON and XML are told by their first bytes."""

import codecs
from typing import Final

_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OTHERS: Final = (b"{", b"[", b"<", b"")
_START: Final = 64


def may_be_export(raw: bytes) -> bool:
    """Say whether the first bytes can be those of a table."""
    start = raw[:_START]
    for mark in _MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").strip()[:1] not in _OTHERS
