"""What an ingest is going to do: which stretches of which files are read, and into how many parts they go.

It follows from the sources and options alone: not from the number of processes, nor from the machine.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from ccr_rules.population.packing import is_parquet
from ccr_rules.population.sources import SourceFile
from ccr_rules.record.profiles import HostProfile
from ccr_rules.record.versions import Version

STRETCH: Final = 16 << 20
"""How many bytes of a file are read at a time."""

STRETCHES_OF_CHUNK: Final = 4
CHUNKS_WANTED: Final = 32
"""A chunk is what one task reads: several stretches, but for small sources, that there are enough tasks."""

MOST_FILES: Final = 1000

BYTES_OF_PART: Final = 32 << 20
"""How many bytes of FHIR go into a part, or so: it is gathered in memory."""

EXPANDS: Final = {"": 1, "gz": 12, "zst": 12}
OF_TABLES: Final = 4
OF_PARQUET: Final = 20
"""How much larger sources are as FHIR, or so."""

P = TypeVar("P", bound="Plan")


class Piece(msgspec.Struct, frozen=True):
    """A stretch of a source, by its number; of a packed file, or of one document, all of it."""

    source: int
    start: int
    end: int


class AnyPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What every plan has: who ingests what, in which tasks, and into how many parts.

    `profile` is a host profile, or the name of one, `supplied` the kinds that the sources are said to hold
    completely.
    """

    made_by: str
    sources: tuple[SourceFile, ...]
    chunks: tuple[tuple[Piece, ...], ...]
    parts: int
    profile: HostProfile | str | None = None
    supplied: tuple[str, ...] | None = None


class Plan(AnyPlan, frozen=True, kw_only=True):
    """The whole of an ingest of FHIR; see `ingest` for `strict` and `version`."""

    strict: bool = False
    version: Version = "auto"


def plan_of(made_by: str, sources: tuple[SourceFile, ...], options: Mapping[str, Any], shape: type[P]) -> P:
    """Return the plan for some sources; `options` are fields of its `shape`."""
    size = sum(map(_size, sources))
    parts = max(1, -(-size // BYTES_OF_PART))
    length = max(STRETCH, min(STRETCH * STRETCHES_OF_CHUNK, size // CHUNKS_WANTED))
    chunks = tuple(_chunks(sources, length))
    return shape(made_by=made_by, sources=sources, chunks=chunks, parts=parts, **options)


def _size(source: SourceFile) -> int:
    """Return how many bytes of FHIR a source is, or so."""
    if source.form in ("attributes", "concepts"):
        return 0
    if source.form in ("lines", "document"):
        return source.bytes * EXPANDS[source.packing]
    larger = OF_PARQUET if is_parquet(Path(source.path)) else OF_TABLES * EXPANDS[source.packing]
    return source.bytes * larger


def _chunks(sources: Iterable[SourceFile], most: int) -> Iterator[tuple[Piece, ...]]:
    """Yield chunks: a large file gives several, small files share one."""
    waiting: list[Piece] = []
    size = 0
    for number, source in enumerate(sources):
        for piece in _pieces(number, source):
            length = piece.end - piece.start
            if waiting and (size + length > most or len(waiting) == MOST_FILES):
                yield tuple(waiting)
                waiting, size = [], 0
            waiting.append(piece)
            size += length
    yield tuple(waiting)


def _pieces(number: int, source: SourceFile) -> Iterator[Piece]:
    in_lines = source.form in ("lines", "entries", "omop") and not is_parquet(Path(source.path))
    if in_lines and not source.packing:
        starts = range(0, max(source.bytes, 1), STRETCH)
        yield from (Piece(number, start, min(start + STRETCH, source.bytes)) for start in starts)
    else:
        yield Piece(number, 0, source.bytes)
