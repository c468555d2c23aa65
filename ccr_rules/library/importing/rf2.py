"""SNOMED CT releases in RF2: the members of a reference set, with their terms, states and replacements.

Snapshot files only, told by their first lines (SNOMED CT Release File Specification: 4.2 components, 5.2.1
reference sets). They are read as streams, and what is kept is about the members of one reference set, so that
memory does not grow with the release.
"""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from ccr_rules.language.ast import Place
from ccr_rules.library.importing.files import SourceFile, byte_lines, decoded, first_line
from ccr_rules.library.importing.reading import Reading, SourceEntry, check_code, clean
from ccr_rules.library.importing.report import ImportReport

_KINDS: Final = {
    "id effectiveTime active moduleId refsetId referencedComponentId": "refsets",
    "id effectiveTime active moduleId refsetId referencedComponentId targetComponentId": "associations",
    "id effectiveTime active moduleId definitionStatusId": "concepts",
    "id effectiveTime active moduleId conceptId languageCode typeId term caseSignificanceId": "descriptions",
}
_NOT_SNAPSHOT: Final = re.compile(r"(?:Full|Delta)(?=[-_])")

ASSOCIATIONS: Final = {b"900000000000527005": "SAME AS", b"900000000000526001": "REPLACED BY"}
"""The historical associations that name one concept of the same meaning (SNOMED CT Release File
Specification, 5.2.5.1 Historical Association Reference Sets). The others name several, or similar ones."""

FULLY_SPECIFIED: Final = b"900000000000003001"
"""The type of a fully specified name (the same, 4.2.2 Description File)."""

_ACTIVE: Final = b"1"


@dataclass(slots=True)
class Rf2Files:
    """The snapshot files of a release by what they hold, and the names of those that are no snapshots."""

    refsets: list[SourceFile] = field(default_factory=list)
    associations: list[SourceFile] = field(default_factory=list)
    concepts: list[SourceFile] = field(default_factory=list)
    descriptions: list[SourceFile] = field(default_factory=list)
    not_snapshots: list[str] = field(default_factory=list)

    def add(self, files: Iterable[SourceFile], report: ImportReport) -> None:
        """Put files where they belong; what is not RF2 is left alone."""
        for file in files:
            kind = kind_of(file, report)
            if kind and _NOT_SNAPSHOT.search(file.base):
                self.not_snapshots.append(file.base)
            elif kind:
                getattr(self, kind).append(file)


def kind_of(file: SourceFile, report: ImportReport) -> str | None:
    """Return what an RF2 file holds, by its first line, or None if it is of no kind that is read here."""
    line = first_line(file, report).removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n")
    return _KINDS.get(" ".join(line.decode("utf-8", "replace").split("\t")))


def read_members(files: Rf2Files, refset: str, reading: Reading, report: ImportReport) -> None:
    """Add the active members of a reference set, in the order of the files."""
    wanted, members, others = refset.encode(), dict[bytes, int](), set[bytes]()
    seen: set[str] = set()
    for file in files.refsets:
        for line, cells in _rows(file, 6, report):
            if cells[4] != wanted:
                others.add(cells[4])
                continue
            at = Place(file.name, line, 1)
            first = members.setdefault(cells[0], line)
            if first != line:
                hint = (
                    f"the first is in line {first}; only a Snapshot says what holds now, not a Full release"
                )
                report.refuse("duplicate-id", "a member stands here twice", at, hint=hint)
            code = decoded(cells[5], at, report)
            if cells[2] == _ACTIVE and code not in seen and check_code(code, at, report):
                seen.add(code)
                reading.entries.append(SourceEntry(code, "", at))
        reading.files.append(file.base)
    if not members:
        message = f"the reference set {refset} is not among the {len(others)} of these files"
        at = Place(files.refsets[0].name, 1, 1)
        report.refuse("unknown-codelist", message, at, found=refset, hint="name another with --refset")


def follow_history(files: Rf2Files, reading: Reading, report: ImportReport) -> None:
    """Add what replaced the entries that are no longer in use, and what replaced that in its turn."""
    known = {entry.code.encode(): entry for entry in reading.entries}
    fresh = known
    while fresh and files.associations:
        found: dict[bytes, SourceEntry] = {}
        for at, old, new, how in list(_associations(files, fresh, report)):
            entry = known[old]
            entry.active = False
            target = known.get(new) or found.setdefault(new, SourceEntry(new.decode(), "", at, member=False))
            entry.replaced_by.append(f"{how} {target.code}")
            target.replaces.append(f"{how} for {entry.code}")
        known |= found
        reading.entries += found.values()
        fresh = found


def _associations(
    files: Rf2Files, wanted: Container[bytes], report: ImportReport
) -> Iterator[tuple[Place, bytes, bytes, str]]:
    for file in files.associations:
        for line, cells in _rows(file, 7, report):
            if cells[5] in wanted and cells[4] in ASSOCIATIONS and cells[2] == _ACTIVE:
                at = Place(file.name, line, 1)
                if check_code(decoded(cells[6], at, report), at, report):
                    yield at, cells[5], cells[6], ASSOCIATIONS[cells[4]]


def describe(files: Rf2Files, reading: Reading, report: ImportReport) -> None:
    """Say of each entry whether its concept is in use, and name those without a term."""
    entries = {entry.code.encode(): entry for entry in reading.entries}
    for file in files.concepts:
        for _, cells in _rows(file, 5, report):
            if cells[0] in entries and entries[cells[0]].active is None:
                entries[cells[0]].active = cells[2] == _ACTIVE
    unnamed = {code: entry for code, entry in entries.items() if not entry.term}
    newest: dict[bytes, bytes] = {}
    for file in files.descriptions:
        for line, cells in _rows(file, 9, report):
            entry = unnamed.get(cells[4])
            is_name = cells[6] == FULLY_SPECIFIED and cells[2] == _ACTIVE and cells[5] == b"en"
            if entry and is_name and cells[1] >= newest.get(cells[4], b""):
                newest[cells[4]] = cells[1]
                entry.term = clean(decoded(cells[7], Place(file.name, line, 1), report))


def _rows(file: SourceFile, width: int, report: ImportReport) -> Iterator[tuple[int, list[bytes]]]:
    """Yield the lines of an RF2 file after the first, in cells."""
    for number, line in byte_lines(file, report):
        cells = line.rstrip(b"\r\n").split(b"\t")
        if len(cells) != width or line[-1:] != b"\n":
            message = f"{len(cells)} cells of {width}, or no end of the line"
            hint = "the file is cut off or was changed: fetch it again"
            report.refuse("wrong-shape", message, Place(file.name, number, 1), hint=hint)
        if number > 1:
            yield number, cells
