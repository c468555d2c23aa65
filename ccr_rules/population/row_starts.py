"""Where rows of CSV begin, so that several processes share a file.

A line end may stand within a quoted cell. So a row is taken to begin where it and the next rows have as many
cells as the header, and none of these cells ends with a quotation mark, as what is left of a quoted one does.
Should a row begin elsewhere after all, its two halves are refused, and told.
"""

import csv
from pathlib import Path
from typing import Final

from ccr_rules.population.csv_rows import Format, Stretch, header_of, reader_of
from ccr_rules.population.packing import opened

WINDOW: Final = 1 << 20
LOOK_AHEAD: Final = 1 << 16
"""How many bytes are looked at behind a line end."""

ENOUGH: Final = 5
"""How many rows must fit."""


def row_stretch(file: Path, written: Format, start: int, end: int) -> Stretch:
    """Return the stretch of the rows that begin between two bytes; each row is in one stretch.

    Raises:
        UsageError: if the file cannot be read.
    """
    width = len(header_of(file, written))
    return Stretch(_row_start(file, written, width, start), _row_start(file, written, width, end))


def _row_start(file: Path, written: Format, width: int, offset: int) -> int:
    """Return where the first row begins that begins at a byte or behind it, or where the file ends."""
    if offset == 0:
        return 0
    with opened(file) as stream:
        at = offset - 1
        while True:
            stream.seek(at)
            text = stream.read(WINDOW + LOOK_AHEAD)
            place = text.find(b"\n", 0, WINDOW)
            while place >= 0:
                ahead = text[place + 1 : place + 1 + LOOK_AHEAD]
                if _fits(ahead, written, width):
                    return at + place + 1
                place = text.find(b"\n", place + 1, WINDOW)
            if len(text) <= WINDOW:
                return at + len(text)
            at += WINDOW


def _fits(ahead: bytes, written: Format, width: int) -> bool:
    """Say whether rows begin here: as many as must fit have the right width, or those that there are."""
    whole = len(ahead) < LOOK_AHEAD
    lines = ahead.split(b"\n")
    if not whole:
        lines.pop()
    texts = [line.decode(written.encoding, "surrogateescape").removesuffix("\r") + "\n" for line in lines]
    fitting = 0
    try:
        for row in reader_of(texts, written):
            if row and (len(row) != width or (written.quotes and any(cell.endswith('"') for cell in row))):
                return False
            fitting += bool(row)
            if fitting == ENOUGH:
                return True
    except csv.Error:
        return not whole and fitting > 0
    return whole or fitting > 0
