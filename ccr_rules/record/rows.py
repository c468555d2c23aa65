"""Entries as rows, in which what repeats from patient to patient stands once."""

from ccr_rules.record.entry import Days, Entry, Said

Row = tuple[str, Said, Days | None, Days | None]
"""The reference of an entry, what it says, and its clinical and recorded days."""


def row_of(entry: Entry) -> Row:
    """Return an entry as a row."""
    return entry.reference, entry.said, entry.clinical, entry.recorded


def entry_of(row: Row) -> Entry:
    """Return the entry of a row."""
    reference, said, clinical, recorded = row
    return Entry(
        reference,
        said.kind,
        said.codings,
        said.text,
        clinical,
        recorded,
        said.episode,
        said.state,
        said.certain,
    )
