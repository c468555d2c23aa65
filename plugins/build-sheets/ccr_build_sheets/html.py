"""The sheets as one HTML page: nothing is fetched, everything is escaped, and it prints."""

from datetime import date
from importlib.resources import files

from ccr_build_sheets.model import Book
from ccr_rules.dates import display

_PAGES = files("ccr_build_sheets") / "pages"


def page(book: Book) -> str:
    """Return the page."""
    from jinja2 import DictLoader, Environment, StrictUndefined  # noqa: PLC0415 - only where a page is written
    from markupsafe import Markup  # noqa: PLC0415

    names = ("book.html.j2", "parts.html.j2")
    environment = Environment(
        autoescape=True,
        loader=DictLoader({name: (_PAGES / name).read_text(encoding="utf-8") for name in names}),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["day"] = day
    style = (_PAGES / "style.css").read_text(encoding="utf-8")
    template = environment.get_template("book.html.j2")
    # Our own style sheet and an escaped CSS string: neither holds a text of a ruleset as it stands.
    return template.render(book=book, style=Markup(style), running=Markup(css_string(running(book))))  # noqa: S704


def running(book: Book) -> str:
    """Return what stands at the foot of every printed page."""
    about = book.ruleset
    return f"{about.reference} · {about.status.upper()} · {book.system.name} · {about.digest}"


def day(text: str) -> str:
    """Return a day `2026-01-01` as it is shown: `01-Jan-2026`."""
    return display(date.fromisoformat(text))


def css_string(text: str) -> str:
    """Return a text as a CSS string in which every character but letters, digits and blanks is escaped."""
    inside = "".join(each if each.isascii() and each.isalnum() else f"\\{ord(each):x} " for each in text)
    return f'"{inside}"'
