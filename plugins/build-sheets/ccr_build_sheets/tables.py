"""The codes as CSV, for whoever enters them or checks them against the system's own list."""

import csv
from io import StringIO
from typing import Final

from ccr_build_sheets.model import Book

COLUMNS: Final = (
    "sheet",
    "codelist",
    "release",
    "code",
    "term",
    "class",
    "status",
    "use",
    "ruleset",
    "digest",
)
LOOK_UP: Final = "look up: no code is verified"


def codes_csv(book: Book) -> str:
    """Return a line for each code, and for each term whose code has to be looked up (its code is empty)."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    about = (book.ruleset.reference, book.ruleset.digest)
    for each in book.codelists:
        head = (each.sheet, each.codelist, each.release)
        for code in (*each.codes, *each.unverified):
            writer.writerow((*head, code.code, _cell(code.term), code.class_, code.status, code.use, *about))
        for term in each.terms:
            writer.writerow((*head, "", _cell(term), "", "term only", LOOK_UP, *about))
    return text.getvalue()


def _cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t" and text else text
