"""Pages of text: wrapped lines, labelled sections and aligned rows, readable at 80 columns and at 110."""

import unicodedata
from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

LABEL = 13
"""The width of the column that holds the labels of sections."""

GAP = 2

Row = Sequence[str]


class Page:
    """Lines to be shown. Texts are given as they are; control characters never reach the terminal."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.lines: list[Text] = []

    def gap(self) -> None:
        """Leave a line empty, unless the page is empty or the line above already is."""
        if self.lines and self.lines[-1].plain:
            self.lines.append(Text())

    def say(self, text: str, style: str = "", indent: int = 0, hang: int = 0) -> None:
        """Add a paragraph; its further lines are indented by `hang` more."""
        for number, line in enumerate(wrap(text, self.width - indent, hang)):
            self.lines.append(Text(" " * (indent + (hang if number else 0)) + line, style))

    def title(self, left: str, right: str = "") -> None:
        """Add a heading with something at the right margin, on a line of its own where both do not fit."""
        left, right = printable(left), printable(right)
        room = self.width - cell_len(left) - cell_len(right)
        if right and room >= GAP:
            line = Text(left, "bold").append(" " * room).append(right, "not bold dim")
            self.lines.append(line)
            return
        self.say(left, "bold")
        if right:
            self.say(right, "dim")

    def section(self, label: str, items: Sequence[str], style: str = "") -> None:
        """Add items, each a paragraph, beside a label; nothing where there are none."""
        start = len(self.lines)
        for item in items:
            self.say(item, style, indent=LABEL, hang=GAP)
        self._label(label, start)

    def rows(self, label: str, rows: Sequence[Row], styles: Sequence[str] = ()) -> None:
        """Add rows with aligned columns, beside a label or, without one, from the margin.

        Where they do not fit, each row becomes two lines.
        """
        indent = LABEL if label else 0
        start = len(self.lines)
        cells = [[printable(cell) for cell in row] for row in rows]
        widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
        fits = indent + sum(widths) + GAP * (len(widths) - 1) <= self.width
        for number, row in enumerate(cells):
            style = styles[number] if styles else ""
            if fits:
                self.lines.append(_aligned(row, widths, indent, style))
            else:
                self.say(row[0], indent=indent, hang=GAP)
                self.say(", ".join(filter(None, row[1:])), style, indent=indent + GAP)
        self._label(label, start)

    def _label(self, label: str, start: int) -> None:
        if label and len(self.lines) > start:
            head = Text(f"  {label}".ljust(LABEL), "dim")
            self.lines[start] = head + self.lines[start][LABEL:]


def _aligned(row: Row, widths: Sequence[int], indent: int, style: str) -> Text:
    line = Text(" " * indent)
    for number, (cell, width) in enumerate(zip(row, widths, strict=True)):
        line.append(cell, style if number else "")
        line.append(" " * (width - cell_len(cell) + GAP))
    line.rstrip()
    return line


def wrap(text: str, width: int, hang: int = 0) -> list[str]:
    """Break a text into lines at its blanks, by the columns that its characters take.

    The lines after the first are shorter by `hang`.
    """
    lines: list[str] = []
    line = ""
    for word in printable(text).split():
        if line and cell_len(line) + 1 + cell_len(word) > width - (hang if lines else 0):
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def printable(text: str) -> str:
    """Return a text in which no character can move the cursor, change colours or turn the direction.

    What a record or a ruleset holds must not be able to write over what the page says.
    """
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in "\t\n":
        return " "
    unseen = unicodedata.category(character) in _UNSEEN or character in _TURNING
    return "\N{REPLACEMENT CHARACTER}" if unseen else character


_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, lone surrogates, and separators of lines and paragraphs."""

_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What changes the direction in which text is read."""
