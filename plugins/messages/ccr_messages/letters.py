"""A letter as plain text, for screen readers, for translation, and for systems that take no PDF."""

import textwrap
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from ccr_messages.markup import Block
from ccr_messages.words import broken_freely

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
    for is_list, blocks in groupby(letter.blocks, key=lambda block: block.kind == "item"):
        written = ["\n".join(_wrapped(block)) for block in blocks]
        parts += ["\n".join(written)] if is_list else written
    return broken_freely("\n\n".join(parts)) + "\n"


def _wrapped(block: Block) -> Iterator[str]:
    first, later = ("- ", "  ") if block.kind == "item" else ("", "")
    for line in block.lines:
        yield from textwrap.wrap(
            line,
            WIDTH,
            initial_indent=first,
            subsequent_indent=later,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
        first = later
