"""The files of one export, the page first."""

import json

import msgspec

from ccr_build_sheets.html import page
from ccr_build_sheets.model import Book
from ccr_build_sheets.tables import codes_csv
from ccr_rules.hosting import Document


def documents(book: Book) -> tuple[Document, ...]:
    """Return the page, the JSON and the codes."""
    stem = f"{book.form}-{book.ruleset.id}-{book.ruleset.version}"
    return (
        Document(f"{stem}.html", "text/html", page(book).encode()),
        Document(f"{stem}.json", "application/json", book_json(book).encode()),
        Document(f"{stem}-codes.csv", "text/csv", codes_csv(book).encode()),
    )


def book_json(book: Book) -> str:
    """Return the sheets as JSON, in the order of `Book`."""
    return json.dumps(msgspec.to_builtins(book), indent=2, ensure_ascii=False) + "\n"
