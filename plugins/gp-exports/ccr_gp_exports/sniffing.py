"""Whether a source may be a table at all: JSON and XML are told by their first bytes."""

import codecs
from typing import Final

from ccr_rules.record.json_text import Source as Content

_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OTHERS: Final = (b"{", b"[", b"<", b"")
_START: Final = 64


def may_be_export(content: Content) -> bool:
    """Say whether the first bytes can be those of a table."""
    if isinstance(content, str):
        start = content[:_START].encode("utf-8", "replace")
    elif isinstance(content, (bytes, bytearray, memoryview)):
        start = bytes(content[:_START])
    else:
        return False
    for mark in _MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").strip()[:1] not in _OTHERS
