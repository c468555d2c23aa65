"""The counts on disk: one file for each month, one line for each day that a process writes.

A line is written by one call that appends, and begins with the line end: so several processes can share a
folder, and a line that was cut off, when a process died or a disk was full, spoils no other. It is told, and
left as it is.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import msgspec
from msgspec import Meta

from ccr_care_team.counts import Counts, Key

_NAME: Final = "care-team-{month}.ndjson"


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line: a day, and what was counted on it since the line before."""

    day: date
    counts: tuple[tuple[Key, Annotated[int, Meta(ge=1)]], ...]


_DECODER: Final = msgspec.json.Decoder(_Line)


class Found(NamedTuple):
    """What stands in the files, and what of them cannot be read, as `FILE:LINE`."""

    counts: Counts
    unreadable: tuple[str, ...] = ()


def file_of(folder: Path, day: date) -> Path:
    """Return the file in which the counts of a day stand."""
    return folder / _NAME.format(month=day.isoformat()[:7])


def append(folder: Path, day: date, counts: Iterable[tuple[Key, int]]) -> None:
    """Write what was counted on a day. Raises OSError; then nothing of it is counted when it is read."""
    line = b"\n" + msgspec.json.encode(_Line(day, tuple(counts)))
    with file_of(folder, day).open("ab", buffering=0) as file:
        if file.write(line) != len(line):
            raise OSError("only part of a line could be written; is the disk full?")


def read(folder: Path, first: date, last: date) -> Found:
    """Return what was counted on some days, both ends included, and the lines that cannot be read."""
    counts, unreadable = Counts(), list[str]()
    earliest, latest = file_of(folder, first).name, file_of(folder, last).name
    for path in sorted(folder.glob(_NAME.format(month="*"))):
        if not earliest <= path.name <= latest:
            continue
        try:
            lines = path.read_bytes().split(b"\n")
        except OSError as error:
            unreadable.append(f"{path.name}: {error.strerror}")
            continue
        for number, text in enumerate(lines, start=1):
            line = _line(text)
            if line is None and text:
                unreadable.append(f"{path.name}:{number}")
            if line and first <= line.day <= last:
                counts.add(line.day, line.counts)
    return Found(counts, tuple(unreadable))


def _line(text: bytes) -> _Line | None:
    try:
        return _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
