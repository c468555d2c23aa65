"""Tables as rows of text: CSV in any packing, or Parquet; a fault of a row is told with the row.

Every cell is text, also one that Parquet holds as a number or a day, and without blanks at its ends.
"""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ccr_rules.errors import UsageError
from ccr_rules.population.lines import lines_of_stream
from ccr_rules.population.packing import Packing, first_bytes, opened, packing_of, plain_name

BATCH: Final = 10_000
"""How many rows of Parquet are held at a time."""

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


def is_parquet(file: Path) -> bool:
    """Say whether a file is Parquet, by its name."""
    return plain_name(file).endswith(".parquet")


def columns_of(file: Path, written: Format) -> list[str]:
    """Return the names of a table's columns.

    Raises:
        UsageError: if the file cannot be read.
        RecordError: if it is damaged.
    """
    if is_parquet(file):
        with _parquet(file) as table:
            return [str(name) for name in table.schema_arrow.names]
    first_bytes(file, packing_of(file), _START)
    row = next(_read(file, packing_of(file), written), None)
    if row is None or row.fault:
        raise UsageError(f"{file}: no line {written.header_line} that names the columns; see `header_line`")
    return [cell.strip() for cell in row.cells]


def rows_of(file: Path, written: Format, columns: Sequence[int]) -> Iterator[Row]:
    """Yield the rows of a table, each with the cells of some columns, by their places.

    Raises:
        UsageError: if the file cannot be read.
        RecordError: if it is damaged.
    """
    yield from _of_parquet(file, columns) if is_parquet(file) else _of_csv(file, written, columns)


def _of_csv(file: Path, written: Format, columns: Sequence[int]) -> Iterator[Row]:
    rows = _read(file, packing_of(file), written)
    width = len(next(rows, Row(0, ())).cells)
    for row in rows:
        cells = row.cells
        if row.fault:
            yield row
        elif len(cells) == width:
            chosen = [cells[place].strip() for place in columns]
            yield Row(row.line, chosen, _undecoded(chosen))
        elif cells:
            over = f", over {row.lines} lines: is a quotation mark missing?" if row.lines > 1 else ""
            yield Row(row.line, (), f"{len(cells)} cells under {width} columns{over}")


def _undecoded(cells: Sequence[str]) -> str:
    """Return a fault if a cell holds bytes that are no text in the encoding of the file."""
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return "it holds bytes that are no characters in the encoding of the file"
    return ""


def _read(file: Path, packing: Packing, written: Format) -> Iterator[Row]:
    """Yield the header and all rows behind it; one that is no CSV is told, and reading goes on."""
    lines = _text(file, packing, written)
    if written.quotes:
        reader = csv.reader(lines, delimiter=written.delimiter, strict=True)
    else:
        reader = csv.reader(lines, delimiter=written.delimiter, quoting=csv.QUOTE_NONE)
    before = written.header_line - 1
    while True:
        done = reader.line_num
        try:
            cells, says = next(reader), ""
        except StopIteration:
            return
        except csv.Error as fault:
            cells, says = [], f"it is not CSV: {fault}"
        yield Row(before + done + 1, cells, says, reader.line_num - done)


def _text(file: Path, packing: Packing, written: Format) -> Iterator[str]:
    """Yield the lines from the header on."""
    number = 0
    for lines in lines_of_stream(file, packing):
        for raw in lines:
            number += 1
            if number >= written.header_line:
                plain = raw.removeprefix(_BYTE_ORDER_MARK) if number == 1 else raw
                yield plain.decode(written.encoding, "surrogateescape").removesuffix("\r") + "\n"


@contextmanager
def _parquet(file: Path) -> Iterator[pq.ParquetFile]:
    with opened(file) as stream:
        try:
            with pq.ParquetFile(stream) as table:
                yield table
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError):
            raise UsageError(
                f"{file}: not Parquet, damaged, or with something else than plain values; write it again"
            ) from None


def _of_parquet(file: Path, columns: Sequence[int]) -> Iterator[Row]:
    number = 0
    with _parquet(file) as table:
        names = table.schema_arrow.names
        for batch in table.iter_batches(BATCH, columns=[names[place] for place in columns]):
            texts = [_texts(batch.column(names[place])) for place in columns]
            for cells in zip(*texts, strict=True):
                number += 1
                yield Row(number, cells)


def _texts(column: pa.Array) -> list[str]:
    text = pc.fill_null(pc.cast(column, pa.string()), "")
    return [str(each) for each in pc.utf8_trim_whitespace(text).to_pylist()]
