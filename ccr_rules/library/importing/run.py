"""Importing a release into a library folder: read, draft, check, write."""

import re
from dataclasses import dataclass
from pathlib import Path

from ccr_rules.codelists.codelist import Codelist, Refset
from ccr_rules.codelists.release import ReleaseRecord
from ccr_rules.errors import UsageError
from ccr_rules.library.codelist_files import is_day, load_metadata
from ccr_rules.library.codelist_releases import text_digest
from ccr_rules.library.importing.draft import Draft, List, draft
from ccr_rules.library.importing.formats import Source, read_source
from ccr_rules.library.importing.reading import Reading, clean
from ccr_rules.library.importing.writing import release_text, write_release
from ccr_rules.library.library import CODELISTS, Library

_DAY = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_PUBLISHED = ("rf2", "pcd", "opencodelists", "valueset")
"""Formats in which lists are published; a plain table could be anybody's, until its importer says whose."""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks to be imported, and what they say of it; `imported_on` is a day, or nothing."""

    name: str
    source: Source
    release: str = ""
    said_source: str = ""
    licence: str = ""
    complete: bool = False
    imported_on: str = ""
    imported_by: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A release ready to be written, with all that is told of it."""

    into: List
    day: str
    reading: Reading
    draft: Draft
    record: ReleaseRecord
    text: str


def open_list(library: Library, name: str) -> List:
    """Return a list of a library into which to import. Raises UsageError if there is no such list."""
    metadata = load_metadata(library.codelist_folders(name))
    before: Codelist | None = library.codelist(name) if library.codelist_releases(name) else None
    return List(name, metadata, before)


def wanted_refset(into: List, refset: str) -> Refset | None:
    """Return the reference set to take: the one named, else that of the list."""
    own = into.metadata.refset
    return own if not refset or (own and own.id == refset) else Refset(refset, refset)


def prepare_import(order: Order, into: List) -> Prepared:
    """Read a source and make a release of it. Raises UsageError or RulesetError, with all that is wrong."""
    if order.release and not is_day(order.release):
        raise UsageError(
            f"--release {order.release} is not a day; write it as YYYY-MM-DD, such as 2026-11-21"
        )
    reading = read_source(order.source)
    day = order.release or _day_of(reading, order.source.path)
    said = clean(order.said_source)
    made = draft(
        reading,
        into,
        vouched=bool(said) or reading.format in _PUBLISHED,
        complete=order.complete,
        source=str(order.source.path),
    )
    text = release_text(made.entries, into.metadata.classes, f"{order.name}/{day}.csv")
    record = ReleaseRecord(
        source=said or reading.files[0],
        licence=clean(order.licence) or into.metadata.licence,
        format=reading.format,
        files=tuple(clean(name) for name in reading.files),
        entries=len(made.entries),
        digest=text_digest(text),
        complete=order.complete,
        refset=reading.refset,
        imported_on=order.imported_on,
        imported_by=clean(order.imported_by),
    )
    return Prepared(into, day, reading, made, record, text)


def keep_import(prepared: Prepared, out: Path, replace: bool) -> bool:
    """Write a prepared release into a library folder; False if it is there already, as it is."""
    folder = lists_folder(out) / prepared.into.name
    return write_release(folder, prepared.day, prepared.text, prepared.record, replace)


def lists_folder(out: Path) -> Path:
    """Return the folder of codelists of a library folder, which may also be named itself."""
    return out if out.resolve().name == CODELISTS else out / CODELISTS


def _day_of(reading: Reading, path: Path) -> str:
    """Return the day that stands in the name of a file that was read, or of the source."""
    for name in (*reading.files, path.name):
        for found in _DAY.finditer(name):
            day = "-".join(found.groups())
            if is_day(day):
                return day
    raise UsageError(f"{path}: no day in its name; say of which day it is with --release YYYY-MM-DD")
