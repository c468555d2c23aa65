"""Lines of a file: of a stretch of bytes, so that several processes share a file, or of a packed stream."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from ccr_rules.errors import RecordError
from ccr_rules.population.packing import BLOCK, Packing, blocks, opened

LONGEST_LINE: Final = 64 << 20


def lines_of_stretch(file: Path, start: int, end: int) -> list[bytes]:
    """Return the lines that begin in a stretch of a file, without their line ends.

    Raises:
        UsageError: if the file cannot be read.
        RecordError: if a line is too long to be read.
    """
    with opened(file) as stream:
        if start:
            stream.seek(start - 1)
            _line(stream, file)
            start = stream.tell()
        if start >= end:
            return []
        lines = stream.read(end - start).split(b"\n")
        if lines[-1]:
            lines[-1] += _line(stream, file).removesuffix(b"\n")
        else:
            lines.pop()
    return lines


def _line(stream: BinaryIO, file: Path) -> bytes:
    begun = stream.tell()
    line = stream.readline(LONGEST_LINE)
    if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
        raise _too_long(file, begun)
    return line


def _too_long(file: Path, offset: int) -> RecordError:
    return RecordError(
        f"{file}: a line of more than {LONGEST_LINE:,} bytes near byte {offset:,}; write one resource or "
        f"Bundle on each line"
    )


def lines_of_stream(file: Path, packing: Packing) -> Iterator[list[bytes]]:
    """Yield the lines of a packed file, many at a time; see `lines_of_stretch`."""
    yield from _split(file, blocks(file, packing))


def lines_between(file: Path, start: int, end: int) -> Iterator[list[bytes]]:
    """Yield the lines of a stretch that ends where a line does, many at a time; see `lines_of_stretch`."""
    yield from _split(file, _bytes_between(file, start, end))


def _bytes_between(file: Path, start: int, end: int) -> Iterator[bytes]:
    with opened(file) as stream:
        stream.seek(start)
        while block := stream.read(min(BLOCK, end - stream.tell())):
            yield block


def _split(file: Path, unpacked: Iterable[bytes]) -> Iterator[list[bytes]]:
    rest, at = b"", 0
    for block in unpacked:
        *lines, rest = (rest + block).split(b"\n")
        if lines:
            yield lines
        if len(rest) > LONGEST_LINE:
            raise _too_long(file, at)
        at += len(block)
    if rest:
        yield [rest]
