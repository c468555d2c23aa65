"""`releases.yaml`: what is known of the releases that were imported, beside their CSV files.

A release that stands in it is what was imported, or it is refused: its text has the digest written there, and
was checked line by line before it was written. One that does not stand in it is checked when it is read.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from ccr_rules.codelists.release import ReleaseRecord
from ccr_rules.language.ast import Place
from ccr_rules.language.fields import Fields, Keys, as_map
from ccr_rules.language.nodes import Node
from ccr_rules.language.report import Report
from ccr_rules.language.yaml_text import read_yaml
from ccr_rules.library.codelist_text import RELEASES_FILE

_REQUIRED: Final = ("source", "licence", "format", "files", "entries", "digest")
_OPTIONAL: Final = ("complete", "refset", "imported_on", "imported_by")
_TOP: Final = Keys(("releases",))
_RELEASE: Final = Keys(_REQUIRED, _OPTIONAL)
_ENTRIES: Final = re.compile(r"[0-9]{1,9}")
_HEAD: Final = """\
# Written by `ccr codelist import`: where each release here is from. The digest is that of its CSV, which
# is refused once it was changed; import it again instead.
releases:
"""


def read_releases(
    name: str, text: bytes | None, beside: Collection[str], report: Report
) -> dict[str, ReleaseRecord]:
    """Return what is known of the imported releases of a list, by their day.

    `text` is that of its `releases.yaml`, if it has one; `beside` are the releases that stand there.
    """
    root = None if text is None else read_yaml(text, f"{name}/{RELEASES_FILE}", report)
    node = None if root is None else Fields(root, f"`{RELEASES_FILE}`", _TOP, report).node("releases")
    releases = None if node is None else as_map(node, "`releases`", report)
    records: dict[str, ReleaseRecord] = {}
    for day, pair in releases.pairs.items() if releases else ():
        if day in beside:
            records[day] = _record(day, pair.value, report)
        else:
            hint = "bring the file back, or delete these lines"
            report.add("missing-key", f"there is no {day}.csv", pair.key.at, found=day, hint=hint)
    return records


def _record(day: str, node: Node, report: Report) -> ReleaseRecord:
    fields = Fields(node, f"the release {day}", _RELEASE, report)
    entries = fields.matched("entries", _ENTRIES, "a number of entries")
    return ReleaseRecord(
        source=fields.text("source"),
        licence=fields.text("licence"),
        format=fields.text("format"),
        files=tuple(item.text for item in fields.texts("files")),
        entries=int(entries) if _ENTRIES.fullmatch(entries) else 0,
        digest=fields.text("digest"),
        complete=fields.word("complete", ("true", "false"), "false") == "true",
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
