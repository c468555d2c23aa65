"""What could not be read: where it stands, of what kind it may be, and why; nothing of what it says."""

from collections.abc import Iterable

import msgspec


class Refused(msgspec.Struct, frozen=True):
    """Something that was left out.

    `place` is its file, line and path; `kind` the kind of resource it may be of (empty: any); `reason` why.
    Of what is not `attributed` nobody knows whose it is.
    """

    place: str
    kind: str
    reason: str
    attributed: bool


def within(place: str, path: str) -> str:
    """Return the place of something at a path in what stands at a place."""
    return f"{place}{'' if path[:1] in ('', '[') else '.'}{path}"


def as_lines(refused: Iterable[Refused]) -> bytes:
    """Return lines of NDJSON."""
    return b"".join(msgspec.json.encode(one) + b"\n" for one in refused)
