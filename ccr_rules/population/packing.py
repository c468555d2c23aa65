"""Reading files as they are, or packed with gzip or Zstandard; faults name the file and the place."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, Literal

import zstandard

from ccr_rules.errors import RecordError, UsageError

Packing = Literal["", "gz", "zst"]

BLOCK: Final = 4 << 20
_EXPANDS: Final = 16
"""How many times larger FHIR becomes when it is unpacked, or so."""


def packing_of(file: Path) -> Packing:
    """Return how a file is packed, by its suffix."""
    suffix = file.suffix.lower()
    return "gz" if suffix == ".gz" else "zst" if suffix == ".zst" else ""


def plain_name(file: Path) -> str:
    """Return a file's name in small letters, without the suffix of its packing."""
    return (file.stem if packing_of(file) else file.name).lower()


def is_parquet(file: Path) -> bool:
    """Say whether a file is Parquet, by its name."""
    return plain_name(file).endswith(".parquet")


@contextmanager
def opened(file: Path) -> Iterator[BinaryIO]:
    """Open a file for reading. Raises UsageError, with the system's reason, if it cannot be read."""
    try:
        with file.open("rb") as stream:
            yield stream
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror or error}; name a readable file") from None


def blocks(file: Path, packing: Packing, size: int = BLOCK) -> Iterator[bytes]:
    """Yield what a file holds, unpacked, in blocks of about a size.

    Raises:
        UsageError: if it cannot be read.
        RecordError: if it is damaged or cut off.
    """
    with opened(file) as stream:
        try:
            yield from _UNPACKERS[packing](stream, size)
        except (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError):
            raise RecordError(
                f"{file}: damaged or cut off near byte {stream.tell():,}, cannot be unpacked; fetch it again"
            ) from None


def _as_it_is(stream: BinaryIO, size: int) -> Iterator[bytes]:
    while block := stream.read(size):
        yield block


def _gunzipped(stream: BinaryIO, size: int) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=stream) as unpacked:
        while block := unpacked.read(size):
            yield block


def _from_zstandard(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """Unpack frame after frame: the library's own reader takes a frame that is cut off for its end."""
    size = max(1, size // _EXPANDS)
    packed = stream.read(size)
    while packed:
        frame = zstandard.ZstdDecompressor().decompressobj()
        while not frame.eof:
            if not packed:
                raise EOFError
            if block := frame.decompress(packed):
                yield block
            packed = stream.read(size)
        packed = frame.unused_data + packed


_UNPACKERS = {"": _as_it_is, "gz": _gunzipped, "zst": _from_zstandard}


def first_bytes(file: Path, packing: Packing, count: int) -> bytes:
    """Return the first bytes of what a file holds, refusing what cannot be UTF-8.

    Raises:
        UsageError: if it cannot be read, or is encoded otherwise.
        RecordError: if it is damaged.
    """
    start = next(blocks(file, packing, count), b"")[:count]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in start[:4]:
        raise UsageError(f"{file}: encoded as UTF-16 or UTF-32; write it as UTF-8")
    return start
