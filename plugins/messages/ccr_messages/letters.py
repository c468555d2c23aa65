"""A letter as plain text, for screen readers, for translation, and for systems that take no PDF."""

import textwrap
from collections.abc import Iterator
from typing import NamedTuple

from ccr_messages.markup import Block

WIDTH = 72


class Letter(NamedTuple):
    """A letter before it is set: who writes, to whom, when, and what, in a language (BCP 47)."""

    practice: tuple[str, ...]
    to: tuple[str, ...]
    day: str
    blocks: tuple[Block, ...]
    title: str
    language: str


def as_text(letter: Letter) -> str:
    """Return a letter as text, at most 72 characters to a line."""
    parts = ["\n".join(letter.practice), "\n".join(letter.to), letter.day]
    parts += ["\n".join(_wrapped(block)) for block in letter.blocks]
    return "\n\n".join(parts) + "\n"


def _wrapped(block: Block) -> Iterator[str]:
    first, later = ("- ", "  ") if block.kind == "item" else ("", "")
    for line in block.lines:
        text = line.upper() if block.kind == "heading" else line
        yield from textwrap.wrap(
            text,
            WIDTH,
            initial_indent=first,
            subsequent_indent=later,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
        first = later
