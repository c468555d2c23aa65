"""The files to ingest: FHIR as NDJSON, Bundles or other documents, packed or not, in folders or named.

Each folder that is named is one export, and so are the files named of one folder: what one export holds says
nothing of what another holds completely.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal

import msgspec

from ccr_rules.errors import UsageError
from ccr_rules.population.packing import Packing, first_bytes, packing_of, plain_name
from ccr_rules.record.json_text import MAX_BYTES

Form = Literal["lines", "document", "attributes", "entries", "patients", "omop", "concepts"]

SUFFIXES: Final = (".json", ".ndjson", ".jsonl")
NOT_A_RECORD: Final = "expected.json"
"""What the example stories expect stands beside their records."""

PEEK: Final = 1 << 16


class SourceFile(msgspec.Struct, frozen=True):
    """A file to be read: its name as named, where it is, its state, and how it is to be read."""

    name: str
    path: str
    bytes: int
    modified_ns: int
    form: Form
    packing: Packing
    export: int


def find_sources(names: Iterable[str], out: Path) -> tuple[SourceFile, ...]:
    """Return the files that are named, or that stand in the folders that are named, in order.

    Raises:
        UsageError: for what does not exist or cannot be read, for a folder without FHIR files, for a document
            too large to be read at once, and if `out` lies in a folder that is to be read.
    """
    exports: dict[Path, int] = {}
    found: dict[Path, SourceFile] = {}
    for name in names:
        path = Path(name)
        is_folder = path.is_dir()
        export = exports.setdefault((path if is_folder else path.parent).resolve(), len(exports))
        for file in _in_folder(path, out) if is_folder else (path,):
            found.setdefault(file.resolve(), _source(file, export))
    return tuple(found.values())


def _in_folder(folder: Path, out: Path) -> Iterator[Path]:
    check_outside(out, folder)
    files = [file for file in sorted(folder.rglob("*")) if _is_fhir(file)]
    if not files:
        raise UsageError(
            f"{folder}: no {', '.join(SUFFIXES)} file in this folder (.gz and .zst too); name another"
        )
    yield from files


def check_outside(out: Path, folder: Path) -> None:
    """Check that a data set does not lie in a folder that is to be read. Raises UsageError if it does."""
    if out.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{out}: lies inside the source {folder}; name a folder elsewhere for --out")


def _is_fhir(file: Path) -> bool:
    return plain_name(file).endswith(SUFFIXES) and file.name != NOT_A_RECORD and file.is_file()


def _source(file: Path, export: int) -> SourceFile:
    form: Form = "lines" if _is_lines(plain_name(file), _start(file)) else "document"
    source = described(file, form, export)
    if form == "document" and source.bytes > MAX_BYTES:
        raise UsageError(
            f"{file}: one JSON document of {source.bytes:,} bytes, more than the {MAX_BYTES:,} that are "
            f"read at once; write it as NDJSON, a resource or Bundle on each line"
        )
    return source


def _start(file: Path) -> bytes:
    return first_bytes(file, packing_of(file), PEEK).removeprefix(b"\xef\xbb\xbf")


def described(file: Path, form: Form, export: int = 0) -> SourceFile:
    """Return a file as a source. Raises UsageError if there is none."""
    try:
        state = file.stat()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}; name a file that is there") from None
    packing = packing_of(file)
    return SourceFile(file.as_posix(), str(file), state.st_size, state.st_mtime_ns, form, packing, export)


def _is_lines(name: str, start: bytes) -> bool:
    """Say whether a file holds a JSON value on each line, rather than one over many lines."""
    if name.endswith((".ndjson", ".jsonl")):
        return True
    first, _, rest = start.lstrip().partition(b"\n")
    if not rest.strip():
        return False
    try:
        msgspec.json.decode(first, type=dict)
    except (ValueError, RecursionError):
        return False
    return True
