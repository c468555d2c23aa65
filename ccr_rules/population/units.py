"""How one thing stands in a spill file: its patient's key, a flag, its place, the JSON as it was written."""

from typing import Final, NamedTuple

LINE: Final = b"."
WHOLE: Final = b"B"
SHARE: Final = b"S"
ATTRIBUTES: Final = b"A"
REFUSED: Final = b"R"
"""A resource on a line; a whole Bundle or the like, of one patient; a patient's share of one; attributes;
what was refused of a patient."""

CONTAINERS: Final = frozenset({"Bundle", "Parameters", "OperationOutcome"})
FOLLOWED: Final = frozenset({"Medication", "Practitioner", "PractitionerRole", "Organization"})
"""Types to which a patient's resources refer."""

SHARED: Final = frozenset({"Medication", "Organization"})
"""Those that are kept for everybody where they stand outside a Bundle of one patient."""


class Unit(NamedTuple):
    """One thing of a patient: its flag, its piece and line there (0: the whole file), and the JSON."""

    flag: bytes
    piece: int
    line: int
    raw: bytes


def start_of(key: bytes, flag: bytes, piece: int) -> bytes:
    """Return how the line of a unit begins, up to its line number."""
    return b"%b\t%b%d:" % (key, flag, piece)


def unit_of(place: bytes, raw: bytes) -> Unit:
    """Return the unit that stands behind a key: its flag and place, and the JSON."""
    piece, _, line = place[1:].partition(b":")
    return Unit(place[:1], int(piece), int(line), raw)


def split(text: bytes) -> Unit:
    """Return the unit that stands behind a key."""
    place, _, raw = text.partition(b"\t")
    return unit_of(place, raw)


def on_one_line(raw: bytes) -> bytes:
    """Return JSON without line ends: they can stand between its parts only, and mean nothing there."""
    if b"\n" in raw or b"\r" in raw:
        return raw.replace(b"\r", b" ").replace(b"\n", b" ")
    return raw
