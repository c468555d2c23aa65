"""The files of a source: a file, those of a folder and below, or those of a zip file, read as streams.

Nothing is unpacked, and no file is held in memory: a release of SNOMED CT is gigabytes.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from ccr_rules.errors import UsageError
from ccr_rules.language.ast import Place
from ccr_rules.library.importing.report import ImportReport

SUFFIXES: Final = (".txt", ".csv", ".tsv", ".json")
LONGEST_HEADER: Final = 65_536
"""What has no line end for so long is no text of the kinds that are read here."""

_UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file; `name` is what messages call it, `base` its name without folders."""

    name: str
    base: str
    open: Callable[[], IO[bytes]]


def source_files(path: Path, report: ImportReport) -> list[SourceFile]:
    """Return the files of a source. Raises UsageError if there are none."""
    if path.is_dir():
        paths = sorted(each for each in path.rglob("*") if each.suffix.lower() in SUFFIXES and each.is_file())
        found = [_plain(each) for each in paths]
    elif not path.is_file():
        raise UsageError(f"{path}: no such file or folder; name what is to be imported")
    elif path.suffix.lower() == ".zip" or zipfile.is_zipfile(path):
        found = _zipped(path, report)
    else:
        return [_plain(path)]
    if not found:
        raise UsageError(f"{path}: no {', '.join(SUFFIXES)} file in it; name another")
    return found


def _plain(path: Path) -> SourceFile:
    return SourceFile(str(path), path.name, lambda: path.open("rb"))


def _zipped(path: Path, report: ImportReport) -> list[SourceFile]:
    try:
        archive = zipfile.ZipFile(path)
    except _UNREADABLE:
        hint = "it is cut off or no zip file: fetch it again"
        report.refuse("bad-value", "not readable as a zip file", Place(str(path), 1, 1), hint=hint)
    return [
        SourceFile(f"{path}/{info.filename}", Path(info.filename).name, _opener(archive, info))
        for info in archive.infolist()
        if Path(info.filename).suffix.lower() in SUFFIXES and not info.is_dir()
    ]


def _opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(info)


def first_line(file: SourceFile, report: ImportReport) -> bytes:
    """Return the first line of a file, by which its kind is told."""
    return next(_lines(file, report), b"")


def byte_lines(file: SourceFile, report: ImportReport) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file with their numbers, counted from 1."""
    return enumerate(_lines(file, report), start=1)


def text_lines(file: SourceFile, encoding: str, report: ImportReport) -> Iterator[str]:
    """Yield the lines of a file as text."""
    for number, line in byte_lines(file, report):
        yield decoded(line, Place(file.name, number, 1), report, encoding)


def decoded(line: bytes, at: Place, report: ImportReport, encoding: str = "utf-8") -> str:
    """Return a line as text; the mark with which Windows begins a UTF-8 file is left out."""
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError as error:
        found = f"byte 0x{line[error.start]:02x}"
        hint = "save it as UTF-8; or, if it was written on Windows, say --encoding cp1252"
        report.refuse("not-utf8", f"the file is not {encoding}", at, found=found, hint=hint)
    return text.removeprefix("\ufeff") if at.line == 1 else text


def whole(file: SourceFile, report: ImportReport) -> bytes:
    """Return all of a file."""
    return b"".join(_lines(file, report))


def _lines(file: SourceFile, report: ImportReport) -> Iterator[bytes]:
    number = 1
    try:
        with file.open() as stream:
            header = stream.readline(LONGEST_HEADER)
            if header.startswith(_UTF16):
                hint = "save it as UTF-8"
                report.refuse("not-utf8", "the file is UTF-16", Place(file.name, 1, 1), hint=hint)
            if header:
                yield header
            for line in stream:
                number += 1
                yield line
    except _UNREADABLE as error:
        at = Place(file.name, number, 1)
        hint = "the file is damaged, cut off or locked: fetch it again"
        report.refuse("bad-value", f"not readable to its end: {error}", at, hint=hint)
