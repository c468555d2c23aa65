"""A worklist as a page to print: one table, no scripts, nothing from elsewhere."""

from collections.abc import Sequence
from html import escape
from typing import Final

from ccr_gp_exports.csv_file import Cell

_STYLE: Final = (
    "body{font-family:Arial,sans-serif;font-size:10pt;margin:1.5cm}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #4c6272;padding:3pt;text-align:left;vertical-align:top}"
    "thead{display:table-header-group}tr{break-inside:avoid}"
    "@page{size:A4 landscape;margin:1.5cm}@media print{body{margin:0}}"
)


def page(columns: Sequence[str], rows: Sequence[Sequence[Cell]], days: Sequence[str]) -> bytes:
    """Return the page; `days` are those of the evaluations."""
    title = f"Cancer care reviews: whom to call ({', '.join(days)})"
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "\n".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head><meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style></head>\n<body>\n<h1>{escape(title)}</h1>\n"
        "<p>A reminder and recording aid. Check each record before anybody is called. "
        "Contains identifiable data: keep it as the practice keeps such lists.</p>\n"
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</body>\n</html>\n"
    ).encode()


def _text(cell: Cell) -> str:
    return escape("" if cell is None else str(cell))
