"""Tables of codes: CSV and TSV with a code and a term in each line, and the files of the primary care domain.

Columns are known by their names in the first line. A table of codes and terms may do without: then the first
column is the code and the second the term.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from ccr_rules.codelists.codelist import Refset
from ccr_rules.language.ast import Place
from ccr_rules.language.report import nearest
from ccr_rules.library.codelist_sctid import concept_id_fault
from ccr_rules.library.importing.files import SourceFile, text_lines
from ccr_rules.library.importing.reading import Reading, SourceEntry, check_code, clean
from ccr_rules.library.importing.report import ImportReport

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("code", "snomed_code", "snomedcode", "snomed_ct_code", "conceptid", "concept_id", "sctid", "id"),
    "term": (
        "term",
        "snomed_code_description",
        "conceptid_description",
        "description",
        "display",
        "name",
        "fsn",
    ),
    "class": ("class",),
    "cluster": ("cluster_id",),
    "refset": ("pcd_refset_id", "refset_id"),
    "member": ("active_in_refset",),
}
"""What each column may be called, in small letters with `_` for blanks; the first that is there counts."""

_OWN: Final = ("status", "note")
"""Columns of our own releases, which are not taken over: the new release says them anew."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where each column stands; `unread` are the names of those that nothing is taken from."""

    columns: Mapping[str, int]
    width: int
    unread: tuple[str, ...] = ()


def delimiter_of(line: str) -> str:
    """Return what sets the cells of a line apart."""
    return "\t" if "\t" in line else ","


def header_of(cells: Sequence[str]) -> Header | None:
    """Return where the columns stand, or None if this line names no code."""
    names = ["_".join(cell.strip().lower().replace("-", " ").split()) for cell in cells]
    columns = {
        meaning: names.index(known)
        for meaning, choices in NAMES.items()
        if (known := next((name for name in choices if name in names), None))
    }
    if "code" not in columns:
        return None
    unread = (
        cell for place, cell in enumerate(cells) if place not in columns.values() and names[place] not in _OWN
    )
    return Header(columns, len(cells), tuple(unread))


def read_table(file: SourceFile, encoding: str, strict: bool, reading: Reading, report: ImportReport) -> None:
    """Add the codes of a table; where `strict`, a column that nothing is taken from is a slip."""
    lines = _lines(file, encoding, report)
    at, first = next(lines, (Place(file.name, 1, 1), []))
    header = header_of(first)
    if header is None and first and concept_id_fault(clean(first[0])) is None:
        header = Header({"code": 0, "term": 1}, len(first))
        lines = chain([(at, first)], lines)
    if header is None or "term" not in header.columns or header.width < 2:
        hint = "name the columns code and term in the first line"
        report.refuse("wrong-shape", "no column of codes and of terms", at, found=",".join(first), hint=hint)
    _unread(header, at, file, strict, reading, report)
    entries = _Entries(header, reading, report)
    for at, cells in lines:
        if entries.fits(cells, at):
            entries.add(cells, at)
    reading.files.append(file.base)


def read_clusters(
    file: SourceFile, encoding: str, wanted: Refset, reading: Reading, report: ImportReport
) -> None:
    """Add the codes that a file of the primary care domain has in a reference set or cluster."""
    lines = _lines(file, encoding, report)
    at, first = next(lines, (Place(file.name, 1, 1), []))
    header = header_of(first)
    if header is None or not {"cluster", "term"} <= set(header.columns):
        hint = "it needs the columns Cluster_ID, SNOMED_code and SNOMED_code_description"
        report.refuse("wrong-shape", "no file of clusters", at, found=",".join(first), hint=hint)
    by, value = ("refset", wanted.id) if "refset" in header.columns else ("cluster", wanted.cluster)
    entries = _Entries(header, reading, report, again=True)
    for at, cells in lines:
        fits = entries.fits(cells, at) and entries.cell(cells, by) == value
        if fits and entries.cell(cells, "member") in ("", "1"):
            entries.add(cells, at)
    reading.files.append(file.base)


def _lines(file: SourceFile, encoding: str, report: ImportReport) -> Iterator[tuple[Place, list[str]]]:
    texts = text_lines(file, encoding, report)
    first = next(texts, "")
    reader = csv.reader(chain([first], texts), delimiter=delimiter_of(first), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cells):
                yield Place(file.name, line, 1), cells
            line = reader.line_num + 1
    except csv.Error as error:
        report.refuse("bad-value", f"not readable as a table: {error}", Place(file.name, line, 1))


def _unread(
    header: Header, at: Place, file: SourceFile, strict: bool, reading: Reading, report: ImportReport
) -> None:
    if strict:
        for name in header.unread:
            near = nearest(name.lower(), ("code", "term", "class", *_OWN))
            hint = f"{near}; or delete it, or say --format opencodelists"
            report.add("unknown-key", f"unknown column `{name}`", at, found=name, hint=hint)
    elif header.unread:
        reading.remarks.append(f"columns of {file.base} that were not read: {', '.join(header.unread)}")


class _Entries:
    """Makes entries of lines. The same code twice is a slip, unless it may stand there `again`."""

    def __init__(self, header: Header, reading: Reading, report: ImportReport, again: bool = False) -> None:
        self._header = header
        self._reading = reading
        self._report = report
        self._again = again
        self._seen = {entry.code: entry.at.line for entry in reading.entries}

    def fits(self, cells: list[str], at: Place) -> bool:
        width = self._header.width
        if len(cells) != width:
            message = f"{len(cells)} cells instead of {width}"
            hint = "is the file cut off here?"
            self._report.add("wrong-shape", message, at, found=",".join(cells), hint=hint)
        return len(cells) == width

    def cell(self, cells: list[str], column: str) -> str:
        place = self._header.columns.get(column)
        return "" if place is None else clean(cells[place])

    def add(self, cells: list[str], at: Place) -> None:
        code = self.cell(cells, "code")
        if code in self._seen:
            if not self._again:
                hint = f"the first is in line {self._seen[code]}"
                self._report.add("duplicate-id", f"`{code}` stands here twice", at, found=code, hint=hint)
        elif check_code(code, at, self._report):
            self._seen[code] = at.line
            term, class_ = self.cell(cells, "term"), self.cell(cells, "class")
            self._reading.entries.append(SourceEntry(code, term, at, class_))
