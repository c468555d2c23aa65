"""The records that a command names: files, folders, or `-` for stdin."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import typer

from ccr_rules.cli.output import note
from ccr_rules.errors import CcrError, RecordError, UsageError
from ccr_rules.hosting import Source as HostSource
from ccr_rules.hosting import Split

STDIN = "-"
SUFFIXES = (".json", ".ndjson")
NOT_A_RECORD = "expected.json"
"""What the example stories expect stands beside their records."""


class Record(NamedTuple):
    """One record, and the name by which messages call it."""

    name: str
    source: HostSource


@dataclass(frozen=True, slots=True)
class Source:
    """Where one patient's record is: a file, or stdin where `path` is None."""

    name: str
    path: Path | None

    def read(self) -> bytes:
        """Return the record's bytes. Raises UsageError if the file cannot be read."""
        if self.path is None:
            return sys.stdin.buffer.read()
        return read_file(self.path)


def sources(names: list[str]) -> list[Source]:
    """Return the records named; a folder stands for the JSON and NDJSON files in it and below.

    Raises UsageError for what does not exist, and for a folder without records.
    """
    return [source for name in names for source in _sources(name)]


def _sources(name: str) -> Iterator[Source]:
    path = Path(name)
    if name == STDIN:
        yield Source("stdin", None)
    elif path.is_dir():
        found = sorted(file for file in path.rglob("*") if _is_record(file))
        if not found:
            raise UsageError(f"{name}: no {' or '.join(SUFFIXES)} file in this folder; name another")
        yield from (Source(str(file), file) for file in found)
    elif path.exists():
        yield Source(name, path)
    else:
        raise UsageError(f"{name}: no such file or folder; name a record, a folder of them, or - for stdin")


def _is_record(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and file.name != NOT_A_RECORD and file.is_file()


class Failures:
    """The records that could not be used: each is named on stderr as it comes, with the reason."""

    def __init__(self) -> None:
        self.codes: list[int] = []

    def add(self, name: str, error: CcrError) -> None:
        """Name one, and keep the exit code of its error."""
        note(f"ccr: {name}: {error.message}")
        self.codes.append(error.exit_code)

    def end(self) -> None:
        """End the command with the highest exit code, if there was any."""
        if self.codes:
            raise typer.Exit(max(self.codes))


def records_in(
    files: list[Source], split: Callable[[bytes, str], Split], failed: Callable[[str, CcrError], None]
) -> list[Record]:
    """Return the records in some files; of those of several people, the parts.

    `failed` hears of each file, or part of one, that cannot be used.
    """
    found: list[Record] = []
    for file in files:
        try:
            parts = split(file.read(), file.name)
        except RecordError as error:
            failed(file.name, error)
            continue
        if not (parts.sources or parts.faults):
            failed(file.name, RecordError("there is nobody's record in it; name a file that holds one"))
        for fault in parts.faults:
            failed(file.name, RecordError(f"{fault.place}: {fault.reason}"))
        alone = len(parts.sources) == 1
        for number, part in enumerate(parts.sources, 1):
            found.append(Record(file.name if alone else f"{file.name} ({number})", part))
    return found


def read_file(path: Path) -> bytes:
    """Return the bytes of a file. Raises UsageError, with the system's reason, if that cannot be done."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}; name a readable file") from None
