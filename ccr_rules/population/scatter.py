"""The first half of an ingest: each resource goes, as it was written, to the bucket of its patient.

Only so much of a line is decoded as tells its type and its patient. What names its patient in another way
than by a plain reference is decoded in full (`sorting`). Bundles stay whole where they are of one patient.
"""

from collections import Counter
from pathlib import Path
from typing import Final

import msgspec

from ccr_rules.errors import RecordError
from ccr_rules.population.attribute_file import attribute_rows
from ccr_rules.population.lines import lines_of_stream, lines_of_stretch
from ccr_rules.population.packing import blocks
from ccr_rules.population.plan import Plan
from ccr_rules.population.routing import OF_A_PATIENT, Head, plain_patient
from ccr_rules.population.scattered import BEFORE_PARTS, Scattered
from ccr_rules.population.sorting import Sorter
from ccr_rules.population.sources import SourceFile
from ccr_rules.population.spill import Spill, write_spill
from ccr_rules.population.work import Work
from ccr_rules.record.json_text import MAX_BYTES

MOST_KNOWN: Final = 200_000
"""How many patients are remembered with their buckets."""

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

Way = tuple[list[bytes], bytes]
"""Where the lines of a patient go, and how they begin there."""


def scatter(out: str, chunk: int) -> Scattered:
    """Read a chunk of the sources and spill it. Raises CcrError if a source cannot be read, OSError."""
    work = Work(Path(out))
    plan = work.plan(Plan)
    found = Scattered()

    def fill(spill: Spill) -> Scattered:
        for number in range(len(plan.chunks[chunk])):
            _Piece(plan, chunk, number, spill, found).read()
        return found

    write_spill(work.spill(chunk), plan.parts + BEFORE_PARTS, fill)
    return found


class _Piece:
    """The reading of one piece of a chunk."""

    def __init__(self, plan: Plan, chunk: int, number: int, spill: Spill, found: Scattered) -> None:
        self.piece = plan.chunks[chunk][number]
        self.source: SourceFile = plan.sources[self.piece.source]
        self.path = Path(self.source.path)
        self.spill = spill
        self.found = found
        self.sorter = Sorter(
            spill, found, parts=plan.parts, chunk=chunk, piece=number, source=self.piece.source
        )
        self.seen = 0
        self.known: dict[str | None, Way] = {}

    def read(self) -> None:
        """Read the piece."""
        if self.source.form == "attributes":
            for patient, line, told in attribute_rows(self.path, self.source.packing):
                self.sorter.attributes(patient, line, told)
        elif self.source.form == "document":
            self._document()
        elif self.source.packing:
            for lines in lines_of_stream(self.path, self.source.packing):
                self._lines(lines)
        else:
            self._lines(lines_of_stretch(self.path, self.piece.start, self.piece.end))
        self._tell()

    def _tell(self) -> None:
        counts, found = self.sorter.counts, self.found
        found.lines.append(self.seen)
        found.resources = dict(Counter(found.resources) + counts + self.sorter.counts_inside)
        if counts:
            known = set(found.kinds.get(self.piece.source, ()))
            found.kinds[self.piece.source] = sorted(known.union(counts))

    def _document(self) -> None:
        raw = b"".join(blocks(self.path, self.source.packing))
        if len(raw) > MAX_BYTES:
            raise RecordError(
                f"{self.path}: one JSON document of {len(raw):,} bytes, more than the {MAX_BYTES:,} that "
                f"are read at once; write it as NDJSON, a resource or Bundle on each line"
            )
        self.sorter.text(raw.removeprefix(_BYTE_ORDER_MARK), 0)
        self.spill.waits(len(raw))

    def _lines(self, lines: list[bytes]) -> None:
        """Send lines on their way; what is not quickly told is decoded in full."""
        if self.seen == 0 and self.piece.start == 0 and lines:
            lines[0] = lines[0].removeprefix(_BYTE_ORDER_MARK)
        decode, known, counts = _HEAD.decode, self.known, self.sorter.counts
        number = self.seen
        for line in lines:
            number += 1
            try:
                head = decode(line)
            except (ValueError, RecursionError):
                if line.strip():
                    self.sorter.text(line, number)
                continue
            kind = head.resource_type
            subject = head.subject or head.patient
            way = known.get(subject.reference) if subject else None
            if way is None or kind not in OF_A_PATIENT:
                way = self._new_way(head)
                if way is None:
                    self.sorter.text(line, number)
                    continue
            counts[kind] += 1
            bucket, start = way
            bucket.append(b"%b%d\t%b\n" % (start, number, line))
        self.seen = number
        self.spill.waits(sum(map(len, lines)))
        if len(known) > MOST_KNOWN:
            known.clear()

    def _new_way(self, head: Head) -> Way | None:
        """Return the bucket of a line and how it begins there, or None if that is not so simple."""
        kind, subject = head.resource_type, head.subject or head.patient
        if kind == "Patient":
            reference = f"Patient/{head.id}" if head.id else None
        else:
            reference = subject.reference if subject and kind in OF_A_PATIENT else None
        patient = plain_patient(reference)
        if patient is None:
            return None
        way = self.known[reference] = self.sorter.way(patient)
        return way


_HEAD: Final = msgspec.json.Decoder(Head)
