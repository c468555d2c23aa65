"""Lines as rows. A row that is out of order is told, and takes no other with it.

A missing quotation mark would swallow what follows it. So where a row over several lines does not come out
right, its first line alone is refused, and reading goes on with the next.
"""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ccr_gp_exports.lines import UNREADABLE, Line

MOST_LINES: Final = 100
"""How many lines a row may have: comments have line breaks in them."""

QUOTES: Final = "it is not CSV: a quotation mark is missing or out of place"
CHARACTERS: Final = "it holds bytes that are no characters; export it as UTF-8"


class Row(NamedTuple):
    """A row: the line on which it begins, its cells, and what is wrong with it, if anything is.

    There are no cells where nobody knows which is which.
    """

    line: int
    cells: Sequence[str]
    fault: str = ""


def rows_of(lines: Iterator[Line], delimiter: str, width: int) -> Iterator[Row]:
    """Yield the rows under a header with so many headings; empty ones are left out."""
    waiting: deque[Line] = deque()
    while (first := _next(waiting, lines)) is not None:
        row = _row(first, waiting, lines, delimiter, width)
        if not row.cells or any(map(str.strip, row.cells)):
            yield row


def cells_of(text: str, delimiter: str) -> list[str] | None:
    """Return the cells of a row, or None if it is no CSV."""
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return None


def _next(waiting: deque[Line], lines: Iterator[Line]) -> Line | None:
    return waiting.popleft() if waiting else next(lines, None)


def _row(first: Line, waiting: deque[Line], lines: Iterator[Line], delimiter: str, width: int) -> Row:
    text, is_open, more = first.text, first.text.count('"') % 2, list[Line]()
    while is_open and len(more) < MOST_LINES and (line := _next(waiting, lines)) is not None:
        more.append(line)
        is_open ^= line.text.count('"') % 2
    if more:
        text = "\n".join([text, *(line.text for line in more)])
    cells = _fitted(cells_of(text, delimiter), width)
    if cells is None or (more and len(cells) != width):
        waiting.extendleft(reversed(more))
        return Row(first.number, (), QUOTES)
    return Row(first.number, cells, _fault(cells, width, text))


def _fitted(cells: list[str] | None, width: int) -> list[str] | None:
    """Return cells without empty ones behind the last heading: some systems end each line with a comma."""
    if cells is not None and len(cells) > width and not any(map(str.strip, cells[width:])):
        return cells[:width]
    return cells


def _fault(cells: Sequence[str], width: int, text: str) -> str:
    if len(cells) != width:
        return f"it has {len(cells)} cells under {width} headings"
    return CHARACTERS if UNREADABLE in text or "\0" in text else ""
