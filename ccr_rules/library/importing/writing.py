"""Writing an imported release: its CSV and its lines in `releases.yaml`, whole or not at all."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from ccr_rules.codelists.codelist import CodelistEntry
from ccr_rules.codelists.release import ReleaseRecord
from ccr_rules.errors import RulesetError, UsageError
from ccr_rules.language.report import Report
from ccr_rules.library.codelist_releases import read_releases, releases_text
from ccr_rules.library.codelist_rows import COLUMNS, read_rows
from ccr_rules.library.codelist_text import RELEASES_FILE, ListFolder
from ccr_rules.library.replacing import replace_file


def release_text(entries: Iterable[CodelistEntry], classes: tuple[str, ...], file: str) -> str:
    """Return the CSV of a release, read back and checked. Raises RulesetError if it cannot be used."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([entry.code, entry.term, entry.class_ or "", entry.status, entry.note])
    report = Report()
    read_rows(text.getvalue(), file, classes, report)
    if report.has_errors:
        raise RulesetError(f"{file} would not be usable, and was not written", report.problems())
    return text.getvalue()


def write_release(folder: Path, day: str, text: str, record: ReleaseRecord, replace: bool) -> bool:
    """Keep a release beside the others; False if it is there already, as it is.

    The CSV goes first: a release without its lines in `releases.yaml` is only checked when it is read. Raises
    UsageError if the release is there with other content, unless it is to `replace` that.
    """
    path = folder / f"{day}.csv"
    report = Report()
    here = ListFolder(folder) if folder.is_dir() else None
    records = read_releases(folder.name, here.read(RELEASES_FILE), here.releases, report) if here else {}
    if report.has_errors:
        raise RulesetError(f"{folder / RELEASES_FILE} cannot be used", report.problems())
    if path.is_file() and not replace:
        if day in records and records[day].digest == record.digest:
            return False
        raise UsageError(
            f"{path} is there already with other content; say --replace, or name another --release"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        told = releases_text({**records, day: record})
        for file, content in ((path, text), (folder / RELEASES_FILE, told)):
            replace_file(file, content.encode(), mode=0o644, durable=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror}; name another with --out") from None
    return True
