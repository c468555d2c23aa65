"""What a task of the first half finds, and how its spill file is divided."""

import zlib
from typing import Final

import msgspec

REFUSED: Final = 0
SHARED: Final = 1
BEFORE_PARTS: Final = 2
"""Buckets of a spill file: what was refused, what belongs to no patient, and then one for each part."""


class Scattered(msgspec.Struct):
    """The lines of each piece of a chunk, and counts for the data set.

    `kinds` are the types of the resources that each source has outside Bundles, and `patients` says whose
    they are, if they are all of one. `unattributed` are the kinds of what was refused, with a reason.
    """

    lines: list[int] = []
    kinds: dict[int, list[str]] = {}
    patients: dict[int, str | None] = {}
    resources: dict[str, int] = {}
    not_read: dict[str, int] = {}
    not_about_patients: int = 0
    unattributed: dict[str, str] = {}


def bucket_of(key: bytes, parts: int) -> int:
    """Return the bucket of a patient."""
    return BEFORE_PARTS + zlib.crc32(key) % parts
