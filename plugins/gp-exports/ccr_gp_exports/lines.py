"""The bytes of an export as lines of text: UTF-8, UTF-16, or what Windows writes.

A line that is not UTF-8 is read as Windows-1252, by itself: one bad byte spoils no other line. What has no
character in that either becomes `UNREADABLE`.
"""

import codecs
from collections.abc import Iterator
from io import BytesIO
from typing import Final, NamedTuple

UNREADABLE: Final = "\ufffd"
_START: Final = 1 << 12


class Line(NamedTuple):
    """A line of the file, without its end; the first is number 1."""

    number: int
    text: str


def lines_of(raw: bytes) -> Iterator[Line]:
    """Yield the lines of an export."""
    content = _plain(raw)
    for number, line in enumerate(BytesIO(content), 1):
        yield Line(number, _decoded(line.rstrip(b"\r\n")))


def _plain(raw: bytes) -> bytes:
    """Return the bytes without a mark, and not in UTF-16, with lines that end in a line feed."""
    if raw.startswith(codecs.BOM_UTF8):
        raw = raw[len(codecs.BOM_UTF8) :]
    elif raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
    elif raw[1:2] == b"\0" or raw[:1] == b"\0":
        raw = raw.decode("utf-16-le" if raw[1:2] == b"\0" else "utf-16-be", "replace").encode(
            "utf-8", "replace"
        )
    start = raw[:_START]
    return raw.replace(b"\r", b"\n") if b"\r" in start and b"\n" not in start else raw


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")
