"""`releases.yaml`: what is known of the releases that were imported, beside their CSV files.

A release that stands in it is what was imported, or it is refused: its text has the digest written there, and
was checked line by line before it was written. One that does not stand in it is checked when it is read.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from typing import Final

from ccr_rules.codelists.release import ReleaseRecord
from ccr_rules.language.ast import Place
from ccr_rules.language.nodes import MapNode
from ccr_rules.language.report import Report
from ccr_rules.language.yaml_text import read_yaml
from ccr_rules.library.codelist_fields import Fields, wrong_shape

RELEASES_FILE: Final = "releases.yaml"
_REQUIRED: Final = ("source", "licence", "format", "files", "entries", "digest")
_OPTIONAL: Final = ("complete", "refset", "imported_on", "imported_by")
_HEAD: Final = """\
# Written by `ccr codelist import`: where each release here is from. The digest is that of its CSV, which
# is refused once it was changed; import it again instead.
releases:
"""


def read_releases(directory: Traversable, report: Report) -> dict[str, ReleaseRecord]:
    """Return what is known of the imported releases of a folder, by their day."""
    file, source = f"{directory.name}/{RELEASES_FILE}", directory / RELEASES_FILE
    root = read_yaml(source.read_bytes(), file, report) if source.is_file() else None
    releases = Fields(root, report, ("releases",), ("releases",)).map("releases") if root else None
    records: dict[str, ReleaseRecord] = {}
    for day, pair in releases.pairs.items() if releases else ():
        if not isinstance(pair.value, MapNode):
            wrong_shape(pair.value, "a map", report)
        elif not (directory / f"{day}.csv").is_file():
            hint = "bring the file back, or delete these lines"
            report.add("missing-key", f"there is no {day}.csv", pair.key.at, found=day, hint=hint)
        else:
            records[day] = _record(pair.value, report)
    return records


def _record(node: MapNode, report: Report) -> ReleaseRecord:
    fields = Fields(node, report, (*_REQUIRED, *_OPTIONAL), _REQUIRED)
    entries = fields.text("entries")
    if not entries.isdecimal():
        report.add("bad-value", "not a number of entries", fields.at("entries"), found=entries)
    return ReleaseRecord(
        source=fields.text("source"),
        licence=fields.text("licence"),
        format=fields.text("format"),
        files=tuple(item.text for item in fields.texts("files")),
        entries=int(entries) if entries.isdecimal() else 0,
        digest=fields.text("digest"),
        complete=fields.word("complete", ("true", "false")) == "true",
        refset=fields.text("refset"),
        imported_on=fields.text("imported_on"),
        imported_by=fields.text("imported_by"),
    )


def check_digest(record: ReleaseRecord, text: str, at: Place, report: Report) -> None:
    """Report a release whose text is not the one that was imported."""
    if text_digest(text) != record.digest:
        hint = "import it again, or delete its lines in releases.yaml and so make it your own"
        report.add("bad-value", "the file was changed after it was imported", at, hint=hint)


def text_digest(text: str) -> str:
    """Return the digest of the text of a release, whatever its line ends."""
    return "sha256:" + hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def releases_text(records: Mapping[str, ReleaseRecord]) -> str:
    """Return the text of a `releases.yaml`, the oldest release first."""
    return _HEAD + "".join(line for day in sorted(records) for line in _lines(day, records[day]))


def _lines(day: str, record: ReleaseRecord) -> Iterator[str]:
    yield f"  {day}:\n"
    for key in (*_REQUIRED, *_OPTIONAL):
        value = getattr(record, key)
        if value is not False and value != "":
            yield f"    {key}: {json.dumps(value, ensure_ascii=False)}\n"
