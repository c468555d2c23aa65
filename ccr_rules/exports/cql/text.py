"""CQL's literals, identifiers and comments: no text of a ruleset can leave the place where it is put."""

from collections.abc import Iterator
from datetime import date
from textwrap import wrap

WIDTH = 110

_ESCAPED = {"'": "\\'", '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def string(text: str) -> str:
    """Return a text as a CQL string literal."""
    return f"'{_escaped(text)}'"


def identifier(name: str) -> str:
    """Return a name as a quoted CQL identifier."""
    return f'"{_escaped(name)}"'


def day(value: date) -> str:
    """Return a day as a CQL date literal."""
    return f"@{value.isoformat()}"


def comment(text: str) -> Iterator[str]:
    """Yield the lines of a comment; what could end a line, or is not seen on a screen, becomes a blank."""
    seen = "".join(each if each.isprintable() else " " for each in text)
    for line in wrap(seen, WIDTH - 3, break_long_words=False, break_on_hyphens=False):
        yield f"// {line}"


def _escaped(text: str) -> str:
    return "".join(_ESCAPED.get(each) or (each if each.isprintable() else _code(each)) for each in text)


def _code(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place]:02x}{units[place + 1]:02x}" for place in range(0, len(units), 2))
