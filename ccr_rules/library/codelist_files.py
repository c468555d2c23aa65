"""Codelists on disk: `<name>/codelist.yaml` and one `<release>.csv` for each release.

All of what is wrong is collected and raised together, each problem with file and line.
"""

from datetime import date

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.errors import RulesetError
from ccr_rules.language.ast import Place
from ccr_rules.language.nodes import MapNode
from ccr_rules.language.report import Report, nearest
from ccr_rules.language.yaml_text import read_yaml
from ccr_rules.library.codelist_assembly import assemble
from ccr_rules.library.codelist_metadata import Metadata, read_metadata
from ccr_rules.library.codelist_releases import check_digest, read_releases
from ccr_rules.library.codelist_rows import read_rows, trusted_rows
from ccr_rules.library.codelist_text import METADATA_FILE, CodelistText, Folders, metadata_of


def read_codelist(text: CodelistText) -> Codelist:
    """Read a codelist of one release. Raises RulesetError, which holds all that is wrong."""
    report = Report()
    codelist = _read(text, report)
    if codelist is None:
        raise _unusable(text.name, report)
    return codelist


def load_metadata(folders: Folders) -> Metadata:
    """Read what a list is, without a release of it. Raises RulesetError, which holds all that is wrong."""
    report = Report()
    name = folders[-1].name
    read = _metadata(name, metadata_of(folders), report)
    if read is None or report.has_errors:
        raise _unusable(name, report)
    return read[1]


def _unusable(name: str, report: Report) -> RulesetError:
    return RulesetError(f"codelist {name} cannot be used", report.problems())


def _read(text: CodelistText, report: Report) -> Codelist | None:
    read = _metadata(text.name, text.metadata, report)
    _check_days(text, report)
    if text.release is None:
        _no_release(text, report)
        return None
    if read is None:
        return None
    root, metadata = read
    file = f"{text.name}/{text.release.day}.csv"
    csv = _decoded(text.release.csv, file, report)
    record = read_releases(text.name, text.release.records, text.release.beside, report).get(text.release.day)
    if record:
        check_digest(record, csv, Place(file, 1, 1), report)
    rows = trusted_rows(csv, metadata.classes) if record and not report.has_errors else None
    rows = rows or read_rows(csv, file, metadata.classes, report)
    if not (rows.codes or rows.terms or metadata.looks_like or report.has_errors):
        report.add("empty", "a list with neither entries nor patterns", Place(file, 1, 1))
    if report.has_errors:
        return None
    return assemble(text.name, text.release.day, root, metadata, rows, record)


def _metadata(name: str, text: bytes | None, report: Report) -> tuple[MapNode, Metadata] | None:
    file = f"{name}/{METADATA_FILE}"
    if text is None:
        hint = "a codelist needs its metadata"
        report.add("missing-key", f"there is no {METADATA_FILE}", Place(file, 1, 1), hint=hint)
        return None
    root = read_yaml(text, file, report)
    return (root, read_metadata(root, name, report)) if root else None


def _check_days(text: CodelistText, report: Report) -> None:
    for name in text.releases:
        if not is_day(name):
            hint = "as 2026-11-21.csv"
            at = Place(text.name, 1, 1)
            report.add("bad-date", "a release is named by its day", at, found=f"{name}.csv", hint=hint)


def _no_release(text: CodelistText, report: Report) -> None:
    wanted = text.wanted or ""
    message = f"there is no release {wanted}" if wanted else "there is no release"
    hint = nearest(wanted, text.releases)
    report.add("unknown-codelist", message, Place(text.name, 1, 1), found=wanted, hint=hint)


def is_day(name: str) -> bool:
    """Say whether a text is a day as releases are named by."""
    try:
        return date.fromisoformat(name).isoformat() == name
    except ValueError:
        return False


def _decoded(data: bytes, file: str, report: Report) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report.add("not-utf8", "the file is not UTF-8", Place(file, line, 1), hint="save it as UTF-8")
        return ""
