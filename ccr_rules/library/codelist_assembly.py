"""A codelist, put together from what was read of it, with its digest."""

import hashlib
import json
from dataclasses import asdict

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.codelists.release import ReleaseRecord
from ccr_rules.language.nodes import ListNode, MapNode, Node
from ccr_rules.library.codelist_metadata import Metadata
from ccr_rules.library.codelist_rows import Rows


def assemble(
    name: str, release: str, root: MapNode, metadata: Metadata, rows: Rows, record: ReleaseRecord | None
) -> Codelist:
    """Return the list. What is known of an imported release goes before what the list says of its own."""
    return Codelist(
        name=name,
        release=release,
        digest=_digest(root, rows, record),
        title=metadata.title,
        category=metadata.category,
        found_in=metadata.found_in,
        found_in_because=metadata.found_in_because,
        also_in=metadata.also_in,
        codes=rows.codes,
        terms=rows.terms,
        complete=record.complete if record else metadata.complete,
        membership_note=record.membership_note if record else metadata.membership_note,
        refset=metadata.refset,
        sources=metadata.sources,
        licence=metadata.licence,
        note=metadata.note,
        classes=metadata.classes,
        looks_like=metadata.looks_like,
        unless=metadata.unless,
        excludes=metadata.excludes,
        hazards=metadata.hazards,
        imported=record,
    )


def _digest(root: MapNode, rows: Rows, record: ReleaseRecord | None) -> str:
    """Return the digest of all that a list says, whatever its line ends, quotes and order of keys."""
    said = asdict(record) if record else _said(rows)
    content = json.dumps([_plain(root), said], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(content.encode()).hexdigest()


def _said(rows: Rows) -> list[list[str | None]]:
    return [
        [entry.code, entry.term, entry.class_, entry.status, entry.note]
        for entry in (*rows.codes.values(), *rows.terms.values())
    ]


def _plain(node: Node) -> object:
    if isinstance(node, MapNode):
        return {key: _plain(pair.value) for key, pair in node.pairs.items()}
    return [_plain(item) for item in node.items] if isinstance(node, ListNode) else node.text
