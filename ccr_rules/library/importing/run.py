"""Importing a release into a library folder: read, draft, check, write."""

import re
from dataclasses import dataclass
from pathlib import Path

from ccr_rules.codelists.codelist import Codelist, Refset
from ccr_rules.codelists.release import ReleaseRecord
from ccr_rules.codelists.text import fold
from ccr_rules.errors import RulesetError, UsageError
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
    if not library.codelist_releases(name):
        return List(name, metadata, None)
    try:
        return List(name, metadata, library.codelist(name))
    except RulesetError:
        return List(name, metadata, None, broken=True)


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
    reading, made = _drafted(order, into)
    day = order.release or _day_of(reading, order.source.path)
    text = release_text(made.entries, into.metadata.classes, f"{order.name}/{day}.csv")
    record = ReleaseRecord(
        source=clean(order.said_source) or reading.files[0],
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


def _drafted(order: Order, into: List) -> tuple[Reading, Draft]:
    reading = read_source(order.source)
    vouched = bool(clean(order.said_source)) or reading.format in _PUBLISHED
    made = draft(reading, into, vouched=vouched, complete=order.complete, source=str(order.source.path))
    return reading, made


def unwritten_release(order: Order, into: List, label: str) -> Codelist:
    """Return what an import would be, without a day and without writing it, to compare it with a release."""
    _, made = _drafted(order, into)
    metadata = into.metadata
    return Codelist(
        name=order.name,
        release=label,
        digest="",
        title=metadata.title,
        category=metadata.category,
        found_in=metadata.found_in,
        codes={entry.code: entry for entry in made.entries if entry.code},
        terms={fold(entry.term): entry for entry in made.entries if not entry.code},
        classes=metadata.classes,
        hazards=metadata.hazards,
    )


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
