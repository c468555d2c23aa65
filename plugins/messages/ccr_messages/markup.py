"""The markup of a letter: `# heading`, `- list`, paragraphs between blank lines, `\\` at the end of a line.

A line that begins with a value (`VALUE`) is never a heading or a list.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Literal, NamedTuple

from ccr_messages.templates import VALUE


class Block(NamedTuple):
    """A heading, a list item or a paragraph; its lines are broken where the template breaks them."""

    kind: Literal["heading", "item", "paragraph"]
    lines: tuple[str, ...]


def blocks_of(text: str) -> list[Block]:
    """Return the blocks of a rendered template, without the signs before values."""
    lines = [line.strip(" ") for line in text.replace("\r", "").replace("\t", " ").split("\n")]
    paragraphs = (list(group) for filled, group in groupby(lines, key=bool) if filled)
    return [block for paragraph in paragraphs for block in _blocks(paragraph)]


def _blocks(lines: list[str]) -> Iterator[Block]:
    """Yield the blocks between two blank lines: a line that begins one ends the one before."""
    kind: Literal["heading", "item", "paragraph"] = "paragraph"
    gathered: list[str] = []
    for line in lines:
        begins: Literal["heading", "item"] | None = (
            "heading" if line.startswith("# ") else "item" if line.startswith("- ") else None
        )
        if begins:
            if gathered:
                yield _block(kind, gathered)
            kind, gathered = begins, [line[2:]]
        else:
            gathered.append(line)
    yield _block(kind, gathered)


def _block(kind: Literal["heading", "item", "paragraph"], lines: list[str]) -> Block:
    joined = " ".join(f"{line[:-1]}\n" if line.endswith("\\") else line for line in lines)
    plain = joined.replace(VALUE, "")
    return Block(kind, tuple(" ".join(filter(None, line.split(" "))) for line in plain.split("\n")))


def plain_of(text: str) -> str:
    """Return a rendered template as one line, for a text message."""
    return " ".join(text.replace(VALUE, "").split())
