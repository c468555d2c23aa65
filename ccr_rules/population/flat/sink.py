"""Where the rows of tables go: as resources to the buckets of their patients, or to what was refused."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from ccr_rules.population.attribute_file import attribute_rows
from ccr_rules.population.flat.resources import Json
from ccr_rules.population.flat.row import RowRefused
from ccr_rules.population.plan import Piece, Plan
from ccr_rules.population.scattered import BEFORE_PARTS, Scattered
from ccr_rules.population.sorting import Sorter
from ccr_rules.population.sources import SourceFile
from ccr_rules.population.spill import Spill, write_spill
from ccr_rules.population.work import Work

MOST_KNOWN: Final = 200_000
"""How many patients are remembered with their buckets."""

_encode: Final = msgspec.json.Encoder().encode


class Sink:
    """Takes the rows of one table."""

    def __init__(self, spill: Spill, sorter: Sorter, found: Scattered) -> None:
        self.sorter = sorter
        self._spill, self._found = spill, found
        self._ways: dict[str, tuple[list[bytes], bytes]] = {}
        self._passed_over: Counter[str] = Counter()

    def put(self, patient: str, resource: Json, line: int) -> None:
        """Take a resource of a patient. Raises OSError."""
        way = self._ways.get(patient)
        if way is None:
            if len(self._ways) == MOST_KNOWN:
                self._ways.clear()
            way = self._ways[patient] = self.sorter.way(patient)
        bucket, start = way
        unit = b"%b%d\t%b\n" % (start, line, _encode(resource))
        bucket.append(unit)
        self.sorter.counts[resource["resourceType"]] += 1
        self._spill.waits(len(unit))

    def refuse(self, refused: RowRefused, line: int) -> None:
        """Take note of a row that was refused."""
        if refused.patient:
            self.sorter.refuse_of(refused.patient, line, refused.kind, refused.reason)
        else:
            self.sorter.refuse(line, refused.kind, refused.reason)

    def pass_over(self, what: str) -> None:
        """Count a row that is not read."""
        self._passed_over[what] += 1

    def attributes(self, source: SourceFile) -> None:
        """Take a file of attributes. Raises UsageError if it cannot be used."""
        for patient, line, told in attribute_rows(Path(source.path), source.packing):
            self.sorter.attributes(patient, line, told)

    def close(self, lines: int) -> None:
        """Say what was found, on how many lines."""
        found = self._found
        found.lines.append(lines)
        found.resources = dict(Counter(found.resources) + self.sorter.counts)
        found.not_read = dict(Counter(found.not_read) + self._passed_over)


def scatter_tables(work: Work, plan: Plan, chunk: int, read: Callable[[Piece, Sink], int]) -> Scattered:
    """Spill the tables of a chunk: `read` is given each piece and the sink for it, and returns its lines.

    Raises:
        CcrError: if a table cannot be read.
        OSError: if the spill cannot be written.
    """
    found = Scattered()

    def fill(spill: Spill) -> Scattered:
        for number, piece in enumerate(plan.chunks[chunk]):
            source = piece.source
            sorter = Sorter(spill, found, parts=plan.parts, chunk=chunk, piece=number, source=source)
            sink = Sink(spill, sorter, found)
            sink.close(read(piece, sink))
        return found

    write_spill(work.spill(chunk), plan.parts + BEFORE_PARTS, fill)
    return found
