"""Where output goes: results to stdout, everything else to stderr, colours to a terminal only."""

import io
import shutil
import sys
from typing import TYPE_CHECKING, TextIO

from ccr_rules.errors import UsageError

if TYPE_CHECKING:
    from ccr_rules.cli.layout import Page

NARROWEST = 60
WIDEST = 110
PIPED = 100
"""Lines longer than WIDEST are hard to read; what is not a terminal gets PIPED columns."""


def prepare_streams() -> None:
    """Write UTF-8 into pipes and files, and never fail on a character that a terminal lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def is_terminal() -> bool:
    """Say whether somebody reads stdout as it is written."""
    return sys.stdout.isatty()


def page_width() -> int:
    """Return how many columns to write: those of the terminal, or of COLUMNS, within bounds."""
    columns = shutil.get_terminal_size(fallback=(PIPED, 24)).columns
    return max(NARROWEST, min(columns, WIDEST))


def write(text: str) -> None:
    """Write a result to stdout, as it is."""
    sys.stdout.write(text)


def write_content(content: bytes, media_type: str) -> None:
    """Write a document to stdout. Raises UsageError for what is no text, where that is a terminal."""
    if media_type.startswith("text/") or media_type.endswith(("json", "xml")):
        write(content.decode())
    elif is_terminal():
        raise UsageError(f"this is {media_type}, which no terminal shows; name a file with --out")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)


def note(message: str) -> None:
    """Write a line for the person at the terminal to stderr."""
    from ccr_rules.cli.layout import printable

    lines = (printable(line) for line in message.split("\n"))
    sys.stderr.write("\n".join(lines) + "\n")


def show(page: "Page", stream: TextIO | None = None) -> None:
    """Write a page to stdout; styles are dropped where that is no terminal, or NO_COLOR is set."""
    from rich.console import Console

    out = stream or sys.stdout
    console = Console(file=out, width=page.width, markup=False, highlight=False, emoji=False, soft_wrap=True)
    for line in page.lines:
        console.print(line)
