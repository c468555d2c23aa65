"""Spill files: what one task found, sorted into buckets, for the tasks that gather each bucket.

A spill file holds packed frames of lines, and at its end an index: where the frames of each bucket stand.
It takes its name only when it is whole, so that a file that is there need not be made again.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

import msgspec
import zstandard

from ccr_rules.population.parts import replacing

MAGIC: Final = b"ccr-spill-1\n"
MOST_WAITING: Final = 24 << 20
"""How many bytes wait in memory before they are written."""

_LEVEL: Final = 1
_TAIL: Final = len(MAGIC) + 8

T = TypeVar("T")


class _Index(msgspec.Struct):
    frames: list[list[tuple[int, int]]]
    told: msgspec.Raw


class Spill:
    """Gathers lines by bucket and writes them to a file."""

    def __init__(self, stream: BinaryIO, buckets: int) -> None:
        self.buckets: list[list[bytes]] = [[] for _ in range(buckets)]
        self._frames: list[list[tuple[int, int]]] = [[] for _ in range(buckets)]
        self._stream = stream
        self._waiting = 0
        self._packer = zstandard.ZstdCompressor(level=_LEVEL)

    def waits(self, size: int) -> None:
        """Say how many bytes were added; when many wait, they are written. Raises OSError."""
        self._waiting += size
        if self._waiting > MOST_WAITING:
            self.flush()
            self._waiting = 0

    def flush(self) -> None:
        """Write what waits. Raises OSError if that cannot be done."""
        for bucket, frames in zip(self.buckets, self._frames, strict=True):
            if bucket:
                frame = self._packer.compress(b"".join(bucket))
                frames.append((self._stream.tell(), len(frame)))
                self._stream.write(frame)
                bucket.clear()

    def close(self, told: Any) -> None:
        """Write what waits, the index, and what the task has to tell. Raises OSError."""
        self.flush()
        index = msgspec.json.encode(_Index(self._frames, msgspec.Raw(msgspec.json.encode(told))))
        self._stream.write(index + len(index).to_bytes(8, "big") + MAGIC)


def write_spill(path: Path, buckets: int, fill: Any) -> None:
    """Write a spill file: `fill` is called with the Spill and returns what the task has to tell.

    Raises:
        OSError: if it cannot be written.
    """
    with replacing(path, lasting=False) as unfinished, unfinished.open("wb") as stream:
        spill = Spill(stream, buckets)
        spill.close(fill(spill))


def is_whole(path: Path) -> bool:
    """Say whether a spill file is there and whole."""
    try:
        with path.open("rb") as stream:
            stream.seek(-len(MAGIC), 2)
            return stream.read() == MAGIC
    except OSError:
        return False


def told(path: Path, shape: type[T]) -> T:
    """Return what the task that wrote a spill file had to tell."""
    with path.open("rb") as stream:
        return msgspec.json.decode(_index(stream).told, type=shape)


def lines_of_bucket(path: Path, bucket: int) -> Iterator[bytes]:
    """Yield the text of each frame of a bucket: whole lines, each with its line end."""
    with path.open("rb") as stream:
        frames = _index(stream).frames[bucket]
        unpacker = zstandard.ZstdDecompressor()
        for start, size in frames:
            stream.seek(start)
            yield unpacker.decompress(stream.read(size))


def _index(stream: BinaryIO) -> _Index:
    end = stream.seek(-_TAIL, 2)
    size = int.from_bytes(stream.read(8), "big")
    stream.seek(end - size)
    return msgspec.json.decode(stream.read(size), type=_Index)
