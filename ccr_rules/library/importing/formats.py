"""Which format a source has, and reading it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from ccr_rules.codelists.codelist import Refset
from ccr_rules.errors import UsageError
from ccr_rules.language.ast import Place
from ccr_rules.library.importing.files import SourceFile, first_line, source_files
from ccr_rules.library.importing.reading import Format, Reading
from ccr_rules.library.importing.report import ImportReport
from ccr_rules.library.importing.rf2 import Rf2Files, describe, follow_history, kind_of, read_members
from ccr_rules.library.importing.tables import delimiter_of, header_of, read_clusters, read_table
from ccr_rules.library.importing.value_set import read_value_set

FORMATS: Final[tuple[Format, ...]] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be read. `format` None is told from the files; `refset` is the one wanted, if any.

    `descriptions` and `associations` are RF2 files, or folders or zip files with some, that go with it.
    """

    path: Path
    format: Format | None = None
    refset: Refset | None = None
    descriptions: tuple[Path, ...] = ()
    associations: tuple[Path, ...] = ()
    encoding: str = "utf-8"


_TOLD: Final[tuple[Format, ...]] = ("rf2", "pcd", "valueset", "tsv", "csv")
"""The formats that a file tells by itself; where a folder holds several, the first of these is meant."""


def read_source(source: Source) -> Reading:
    """Read a source. Raises RulesetError with all that is wrong with it, UsageError if it is not there."""
    report = ImportReport(str(source.path))
    files = source_files(source.path, report)
    told = {file.name: _told(file, report) for file in files}
    format_ = source.format or _first_told(told.values())
    fitting = [file for file in files if told[file.name] == format_] or files
    reading, rf2 = Reading(format_), Rf2Files()
    if format_ == "rf2":
        rf2.add(fitting, report)
        _members(rf2, source, reading, report)
    elif format_ == "pcd":
        _clusters(fitting, source, reading, report)
    elif format_ == "valueset":
        read_value_set(_only(fitting, source), reading, report)
    else:
        read_table(_only(fitting, source), source.encoding, format_ != "opencodelists", reading, report)
    if not reading.entries:
        report.settle()
        report.refuse("empty", "nothing in it belongs to this list", Place(str(source.path), 1, 1))
    _complement(rf2, source, reading, report)
    report.settle()
    return reading


def _first_told(told: Iterable[Format]) -> Format:
    found = set(told)
    return next(each for each in _TOLD if each in found)


def _told(file: SourceFile, report: ImportReport) -> Format:
    """Return the format of one file, by its name and first line."""
    if file.base.lower().endswith(".json"):
        return "valueset"
    if kind_of(file, report):
        return "rf2"
    text = first_line(file, report).decode("utf-8", "replace").removeprefix("\ufeff").strip()
    delimiter = delimiter_of(text)
    header = header_of([cell.strip('"') for cell in text.split(delimiter)])
    if header and "cluster" in header.columns:
        return "pcd"
    return "tsv" if delimiter == "\t" else "csv"


def _members(rf2: Rf2Files, source: Source, reading: Reading, report: ImportReport) -> None:
    if not rf2.refsets:
        others = ", ".join(rf2.not_snapshots)
        found = f"; {others} is no Snapshot" if others else ""
        message, hint = f"no Simple reference set in it{found}", "name the Snapshot of the release"
        report.refuse("wrong-shape", message, Place(str(source.path), 1, 1), hint=hint)
    reading.refset = _wanted(source).id
    read_members(rf2, reading.refset, reading, report)


def _clusters(files: list[SourceFile], source: Source, reading: Reading, report: ImportReport) -> None:
    wanted = _wanted(source)
    reading.refset = wanted.id
    for file in files:
        read_clusters(file, source.encoding, wanted, reading, report)


def _wanted(source: Source) -> Refset:
    if source.refset is None:
        raise UsageError("this list names no reference set; say which with --refset")
    return source.refset


def _only(files: list[SourceFile], source: Source) -> SourceFile:
    if len(files) > 1:
        raise UsageError(f"{source.path}: {len(files)} files in it could be meant; name one of them")
    return files[0]


def _complement(rf2: Rf2Files, source: Source, reading: Reading, report: ImportReport) -> None:
    """Add what RF2 files say beside the source: replacements of inactive members, states and terms."""
    for path in source.associations:
        rf2.add(source_files(path, report), report)
    follow_history(rf2, reading, report)
    for path in source.descriptions:
        rf2.add(source_files(path, report), report)
    describe(rf2, reading, report)
