"""Rows of CSV as text, of a file or a stretch of it; a row that is out of order is told, the rest goes on."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from ccr_rules.errors import UsageError
from ccr_rules.population.lines import lines_between, lines_of_stream
from ccr_rules.population.packing import first_bytes, packing_of

_START: Final = 16
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class Format(NamedTuple):
    """How a CSV file is written; `quotes` False takes quotation marks for what they are, characters."""

    delimiter: str = ","
    encoding: str = "utf-8"
    header_line: int = 1
    quotes: bool = True


class Row(NamedTuple):
    """A row: the line on which it begins (of Parquet its number), its cells, and what is wrong with it.

    There are no cells where nobody knows which is which. `lines` is how many lines it has.
    """

    line: int
    cells: Sequence[str]
    fault: str = ""
    lines: int = 1


class Stretch(NamedTuple):
    """A stretch of a file: from the row that begins at a byte to that at another one."""

    start: int
    end: int


def reader_of(lines: Iterable[str], written: Format) -> Any:
    """Return a reader of rows."""
    if written.quotes:
        return csv.reader(lines, delimiter=written.delimiter, strict=True)
    return csv.reader(lines, delimiter=written.delimiter, quoting=csv.QUOTE_NONE)


def header_of(file: Path, written: Format) -> list[str]:
    """Return the names of the columns.

    Raises:
        UsageError: if the file cannot be read, or has no such line.
        RecordError: if it is damaged.
    """
    first_bytes(file, packing_of(file), _START)
    row = next(CsvRows(file, written, ()).raw(), None)
    if row is None or row.fault:
        raise UsageError(f"{file}: no line {written.header_line} that names the columns; see `header_line`")
    return [cell.strip() for cell in row.cells]


class CsvRows:
    """The rows of a CSV file, or of a stretch of it, each with the cells of some columns, by their places.

    `seen` is how many lines were read; `line` of each Row counts from the begin of the stretch.
    """

    def __init__(
        self, file: Path, written: Format, columns: Sequence[int], stretch: Stretch | None = None
    ) -> None:
        self._file, self._written, self._columns, self._stretch = file, written, columns, stretch
        self._has_header = stretch is None or stretch.start == 0
        self.seen = 0

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows. Raises UsageError or RecordError if the file cannot be read."""
        width = len(header_of(self._file, self._written))
        rows = self.raw()
        if self._has_header:
            next(rows)
        for row in rows:
            cells = row.cells
            if row.fault:
                yield row
            elif len(cells) == width:
                chosen = [cells[place].strip() for place in self._columns]
                yield Row(row.line, chosen, _undecoded(chosen))
            elif cells:
                over = f", over {row.lines} lines: is a quotation mark missing?" if row.lines > 1 else ""
                yield Row(row.line, (), f"{len(cells)} cells under {width} columns{over}")

    def raw(self) -> Iterator[Row]:
        """Yield the header and all rows behind it, with all of their cells."""
        reader = reader_of(self._text(), self._written)
        before = self._written.header_line - 1 if self._has_header else 0
        while True:
            done = reader.line_num
            try:
                cells, says = next(reader), ""
            except StopIteration:
                return
            except csv.Error as fault:
                cells, says = [], f"it is not CSV: {fault}"
            yield Row(before + done + 1, cells, says, reader.line_num - done)

    def _text(self) -> Iterator[str]:
        """Yield the lines, from the header on where there is one."""
        first = self._written.header_line if self._has_header else 1
        for lines in self._lines():
            for raw in lines:
                self.seen += 1
                if self.seen >= first:
                    plain = raw.removeprefix(_BYTE_ORDER_MARK) if self.seen == 1 else raw
                    yield plain.decode(self._written.encoding, "surrogateescape").removesuffix("\r") + "\n"

    def _lines(self) -> Iterator[list[bytes]]:
        if self._stretch is None:
            return lines_of_stream(self._file, packing_of(self._file))
        return lines_between(self._file, *self._stretch)


def _undecoded(cells: Sequence[str]) -> str:
    """Return a fault if a cell holds bytes that are no text in the encoding of the file."""
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return "it holds bytes that are no characters in the encoding of the file"
    return ""
