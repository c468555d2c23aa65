"""Reading a release of a codelist: its CSV lines, checked one by one."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, cast, get_args

from ccr_rules.codelists.codelist import CodelistEntry, EntryStatus
from ccr_rules.codelists.text import fold
from ccr_rules.language.ast import Place
from ccr_rules.language.fields import one_of
from ccr_rules.language.nodes import TextNode
from ccr_rules.language.report import Report
from ccr_rules.library.codelist_sctid import concept_id_fault

COLUMNS: Final = ("code", "term", "class", "status", "note")
_STATUSES: Final[tuple[EntryStatus, ...]] = get_args(EntryStatus)


@dataclass(slots=True)
class Rows:
    """The entries of a release: by code, and by folded term where there is no code."""

    codes: dict[str, CodelistEntry] = field(default_factory=dict)
    terms: dict[str, CodelistEntry] = field(default_factory=dict)


def read_rows(text: str, file: str, classes: tuple[str, ...], report: Report) -> Rows:
    """Read the CSV text of a release. Where the list has `classes`, each entry has one of them."""
    rows = Rows()
    lines = _lines(text, file, report)
    at, header = next(lines, (Place(file, 1, 1), []))
    if tuple(header) != COLUMNS:
        report.add(
            "wrong-shape", f"the columns are {','.join(header)}", at, hint=f"they must be {','.join(COLUMNS)}"
        )
        return rows
    for at, cells in lines:
        entry = _entry(cells, at, classes, report)
        if entry:
            _keep(entry, at, rows, report)
    return rows


def trusted_rows(text: str, classes: tuple[str, ...]) -> Rows | None:
    """Read the text of a release that was checked before it was written, many times quicker than `read_rows`.

    None if it uses words that this list does not have, so that `read_rows` can say which and where.
    """
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    next(reader)
    entries = [
        CodelistEntry(code, term, class_ or None, cast("EntryStatus", status), note)
        for code, term, class_, status, note in reader
    ]
    known = not classes or {entry.class_ for entry in entries} <= set(classes)
    if not known or not {entry.status for entry in entries} <= set(_STATUSES):
        return None
    return Rows(
        {entry.code: entry for entry in entries if entry.code},
        {fold(entry.term): entry for entry in entries if not entry.code},
    )


def _lines(text: str, file: str, report: Report) -> Iterator[tuple[Place, list[str]]]:
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    line = 1
    try:
        for cells in reader:
            yield Place(file, line, 1), cells
            line = reader.line_num + 1
    except csv.Error as error:
        report.add("bad-value", f"not readable as CSV: {error}", Place(file, reader.line_num, 1))


def _entry(cells: list[str], at: Place, classes: tuple[str, ...], report: Report) -> CodelistEntry | None:
    if len(cells) != len(COLUMNS):
        report.add("wrong-shape", f"{len(cells)} cells instead of {len(COLUMNS)}", at, found=",".join(cells))
        return None
    if any(cell != cell.strip() for cell in cells):
        report.add(
            "bad-value", "a cell begins or ends with a space", at, found=",".join(cells), hint="delete it"
        )
        return None
    code, term, class_, status, note = cells
    usable = (
        _code_fits(code, at, report) & _term_fits(term, at, report) & _class_fits(class_, classes, at, report)
    )
    known = next((word for word in _STATUSES if word == status), None)
    if known is None:
        one_of(TextNode(status, at), _STATUSES, "`status` of an entry", report)
    return CodelistEntry(code, term, class_ or None, known, note) if usable and known else None


def _code_fits(code: str, at: Place, report: Report) -> bool:
    fault = concept_id_fault(code) if code else None
    if fault:
        report.add("bad-value", fault, at, found=code, hint="look it up in its source; never guess one")
    return fault is None


def _term_fits(term: str, at: Place, report: Report) -> bool:
    if not fold(term):
        report.add("empty", "an entry without a term", at, hint="write the official term")
    return bool(fold(term))


def _class_fits(class_: str, classes: tuple[str, ...], at: Place, report: Report) -> bool:
    if not classes and class_:
        report.add(
            "unknown-word", "this list has no classes", at, found=class_, hint="name them under `classes`"
        )
        return False
    return not classes or one_of(TextNode(class_, at), classes, "`class` of an entry", report) is not None


def _keep(entry: CodelistEntry, at: Place, rows: Rows, report: Report) -> None:
    kept, key = (rows.codes, entry.code) if entry.code else (rows.terms, fold(entry.term))
    if key in kept:
        report.add("duplicate-id", f"`{key}` stands in this release twice", at, found=key, hint="delete one")
        return
    kept[key] = entry
