"""Text as GitHub Flavored Markdown in which it stands as it is: nothing in it becomes a link or a heading."""

import re
from collections.abc import Iterable
from typing import Final

_SPECIAL: Final = re.compile(r"[\\`*_\[\]<>#|~&!$]")
_NO_LINK: Final = re.compile(r"(?<=://)|(?<=www\.)|(?<=@)", re.IGNORECASE)
"""Where addresses that some clients turn into links are parted, by a character that takes no room."""

_WORD_JOINER: Final = "\u2060"
_BLOCK: Final = re.compile(r"^([-+=:]|\d+(?=[.)]))")
_NO_TEXT: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def escaped(text: str) -> str:
    """Return a text on one line, with every mark of Markdown in it meaning itself."""
    line = _NO_TEXT.sub(" ", text).strip()
    line = _NO_LINK.sub(_WORD_JOINER, line)
    line = _SPECIAL.sub(r"\\\g<0>", line)
    number = re.match(r"(\d+)([.)])", line)
    if number:
        return f"{number[1]}\\{number[2]}{line[number.end() :]}"
    return _BLOCK.sub(r"\\\1", line)


def bullets(lines: Iterable[str]) -> str:
    """Return a list of texts."""
    return "\n".join(f"- {escaped(line)}" for line in lines)


def section(title: str, lines: Iterable[str]) -> str:
    """Return a list under a title of ours, or nothing if it is empty."""
    told = bullets(line for line in lines if line)
    return f"**{title}**\n\n{told}" if told else ""
