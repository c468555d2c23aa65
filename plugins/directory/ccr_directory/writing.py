"""A sheet as a page to print, and as plain text."""

from html import escape
from typing import Final

from ccr_directory.service import Service
from ccr_directory.sheet import Group, Sheet
from ccr_rules.hosting import Document

TITLE: Final = "Services that may help you"
_ASK: Final = "Ask the practice about it."
_STYLE: Final = (
    "body{font:12pt/1.4 Arial,sans-serif;max-width:42em;margin:2em auto;padding:0 1em;color:#212b32}"
    "h1{font-size:20pt}h2{font-size:14pt;margin:1.2em 0 .3em}"
    "li{margin:.4em 0}footer{font-size:9pt;margin-top:2em;border-top:1px solid #4c6272}"
    "section{break-inside:avoid}a{color:#005eb8}"
)


def to_html(sheet: Sheet) -> Document:
    """Return the page. It needs nothing from elsewhere, and everything in it is escaped."""
    groups = "\n".join(_section(group, sheet) for group in sheet.groups)
    notes = "\n".join(f"<p>{escape(note)}</p>" for note in sheet.notes)
    practice = "\n".join(f"<p>For the practice: {escape(note)}</p>" for note in sheet.practice_notes)
    page = f"""<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>{TITLE}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{TITLE}</h1>
{groups}
{notes}
</main>
<footer>
<p>As of {sheet.as_of:%d-%b-%Y}</p>
{practice}
</footer>
</body>
</html>
"""
    return Document("signposting-sheet.html", "text/html", page.encode())


def _section(group: Group, sheet: Sheet) -> str:
    items = "".join(f"<li>{_item(each, sheet)}</li>\n" for each in group.services)
    listed = f"<ul>\n{items}</ul>\n" if items else ""
    also = f"<p>See also: {escape(', '.join(group.also))}</p>\n" if group.also else ""
    return f"<section>\n<h2>{escape(group.title)}</h2>\n{listed}{also}</section>"


def _item(service: Service, sheet: Sheet) -> str:
    parts = [f"<strong>{escape(service.name)}</strong>: {escape(service.what)}"]
    if service.phone:
        parts.append(f'<br>Telephone <a href="{service.telephone}">{escape(service.phone)}</a>')
    if service.url:
        parts.append(f'<br><a href="{escape(service.url)}" rel="noreferrer">{escape(service.url)}</a>')
    parts += [f"<br>{escape(remark)}" for remark in _remarks(service, sheet)]
    return "".join(parts)


def to_text(sheet: Sheet) -> Document:
    """Return the sheet as plain text."""
    lines = [TITLE, ""]
    for group in sheet.groups:
        lines += [group.title, *(line for each in group.services for line in _lines(each, sheet))]
        lines += [f"  See also: {', '.join(group.also)}"] if group.also else []
        lines.append("")
    lines += [*sheet.notes, f"As of {sheet.as_of:%d-%b-%Y}"]
    lines += [f"For the practice: {note}" for note in sheet.practice_notes]
    return Document("signposting-sheet.txt", "text/plain", ("\n".join(lines) + "\n").encode())


def _lines(service: Service, sheet: Sheet) -> list[str]:
    ways = [f"Telephone {service.phone}"] if service.phone else []
    ways += [service.url] if service.url else []
    return [
        f"- {service.name}: {service.what}",
        *(f"  {line}" for line in (*ways, *_remarks(service, sheet))),
    ]


def _remarks(service: Service, sheet: Sheet) -> list[str]:
    remarks = [] if service.address else [_ASK]
    if service.is_stale(sheet.since):
        checked = service.checked
        remarks.append(f"{checked[:1].upper()}{checked[1:]}; it may have changed.")
    return remarks


WRITERS: Final = {"html": to_html, "text": to_text}
"""What writes a sheet, by the option `format`."""
