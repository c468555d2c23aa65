"""Tables and code in Markdown."""

from collections.abc import Iterable


def code(word: str) -> str:
    """Return a word as code."""
    return f"`{word}`"


def codes(words: Iterable[str]) -> list[str]:
    """Return words as code, each."""
    return [code(word) for word in words]


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table."""
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)
