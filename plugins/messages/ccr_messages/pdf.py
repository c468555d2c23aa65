"""A letter as PDF: A4, for a window envelope, with its own font, tagged for screen readers.

The same letter gives the same bytes: the day of creation is the letter's own, and nothing is drawn by chance.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from fpdf import FPDF
from fpdf.enums import MethodReturnValue
from fpdf.fonts import TTFFont

from ccr_messages.letters import Letter
from ccr_messages.markup import Block
from ccr_messages.refusal import refused
from ccr_messages.settings import Font, Settings, Window
from ccr_messages.words import broken_freely

MARGIN: Final = 25.0
"""Left and right, in millimetres; top and bottom are 20."""

EDGE: Final = 20.0
BODY_STARTS: Final = 88.0
FOLDS: Final = (99.0, 198.0)
TOGETHER: Final = 6
"""So many lines of a paragraph are not divided between two pages."""

SMALL: Final = 10.0
"""Points of the practice's lines and of the address, which must fit into the window."""


class Look(NamedTuple):
    """How a letter is set: the size of its text in points, and what the envelope asks for."""

    points: float
    window: Window
    folding_marks: bool
    font: Font | None

    @classmethod
    def of(cls, settings: Settings, large_print: bool) -> "Look":
        """Return the look that settings ask for; large print is 18 points, otherwise 12."""
        return cls(18.0 if large_print else 12.0, settings.window, settings.folding_marks, settings.font)


def as_pdf(letter: Letter, made_on: date, look: Look) -> bytes:
    """Return a letter as PDF.

    Raises UsageError where the font lacks a letter, or where the address does not fit into the window.
    """
    page = _Page(letter, made_on, look)
    try:
        page.head()
        page.address()
        page.body()
        return bytes(page.output())
    finally:
        page.close_fonts()


class _Page(FPDF):
    """A letter while it is set."""

    def __init__(self, letter: Letter, made_on: date, look: Look) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self.letter, self.look = letter, look
        self.set_creation_date(datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC))
        self.set_lang(letter.language)
        self.set_title(letter.title)
        self.set_display_mode("default")
        self.set_margins(MARGIN, EDGE, MARGIN)
        self.set_auto_page_break(auto=False)
        self._load_fonts(look.font)
        self.add_page()

    def _load_fonts(self, own: Font | None) -> None:
        if own:
            self.add_font("letter", "", Path(own.regular))
            self.add_font("letter", "B", Path(own.bold))
        else:
            for style, name in (("", "Lato-Regular.ttf"), ("B", "Lato-Bold.ttf")):
                with as_file(files("fontpkg_lato").joinpath("files", name)) as file:
                    self.add_font("letter", style, file)
        self.set_font("letter", "", SMALL)

    def close_fonts(self) -> None:
        """Close the files of the fonts."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):  # pragma: no branch - no letter uses a font that every reader has
                font.close()

    # --- what every letter has -----------------------------------------------------------------

    def footer(self) -> None:
        """Write the number on every page but the first, and the folding marks on that."""
        if self.page > 1:
            self._font(SMALL)
            self.set_xy(MARGIN, -12)
            self.cell(w=0, text=str(self.page), align="C")
        elif self.look.folding_marks:
            for height in FOLDS:
                self.line(4, height, 9, height)

    def head(self) -> None:
        """Write the practice at the upper right, well away from the window."""
        left = self.look.window.left + self.look.window.width + 10
        for number, line in enumerate(self.letter.practice):
            self._font(SMALL, bold=number == 0)
            self._fitting(line, self.w - EDGE - left)
            with self._tagged("P"):
                self._line_at(left, 14 + number * _height(SMALL), line)

    def address(self) -> None:
        """Write name and address inside the window, and nothing else there."""
        window, height = self.look.window, _height(SMALL)
        self._font(SMALL)
        if len(self.letter.to) * height > window.height:
            raise refused("the address has more lines than fit into the window of the envelope")
        for line in self.letter.to:
            self._fitting(line, window.width)
        with self._tagged("P"):
            for number, line in enumerate(self.letter.to):
                self._line_at(window.left, window.top + number * height, f"{line} ")

    def body(self) -> None:
        """Write the day, and then block by block, as many pages as it takes."""
        self.set_y(max(BODY_STARTS, self.look.window.top + self.look.window.height + 7))
        blocks = [Block("paragraph", (self.letter.day,)), *self.letter.blocks]
        for block, following in pairwise(blocks[:-1]):
            self._block(block)
            if block.kind == "item" and following.kind != "item":
                self.y += 0.4 * _height(self.look.points)
        lines = sum(len(self._lines(block)) for block in blocks[-2:])
        if lines > self._room():  # nobody signs alone on a page
            self._next_page()
        for block in blocks[-2:]:
            self._block(block)

    # --- blocks --------------------------------------------------------------------------------

    def _block(self, block: Block) -> None:
        points, lines = self.look.points, self._lines(block)
        tag = {"heading": "H1", "item": "LI", "paragraph": "P"}[block.kind]
        for some in self._by_page(lines):
            self._font(points, bold=block.kind == "heading")
            with self._tagged(tag):
                for line in some:
                    if block.kind == "item" and line is lines[0]:
                        self._line_at(MARGIN, self.y, "• ")
                    self._line_at(MARGIN + self._indent(block), self.y, line)
                    self.y += _height(points)
        self.y += _height(points) * (0.2 if block.kind == "item" else 0.6)

    def _indent(self, block: Block) -> float:
        return self.look.points * 0.5 if block.kind == "item" else 0.0

    def _lines(self, block: Block) -> list[str]:
        """Return the lines that a block takes in the width of the page; all but the last end with a space.

        Those who listen to the letter would otherwise hear the last word and the next as one.
        """
        self._font(self.look.points, bold=block.kind == "heading")
        width = self.epw - self._indent(block)
        lines = [part for line in block.lines for part in self._broken(line, width)]
        return [f"{line} " for line in lines[:-1]] + lines[-1:]

    def _broken(self, line: str, width: float) -> list[str]:
        """Return a line as the lines that it takes in a width."""
        self._printable(line)
        lines: Any = self.multi_cell(
            width, text=line, align="L", dry_run=True, output=MethodReturnValue.LINES
        )
        return list(lines)

    def _by_page(self, lines: list[str]) -> Iterator[list[str]]:
        """Yield lines page by page, each page begun as it is needed; a few lines stay together."""
        if self._room() < len(lines) and (len(lines) <= TOGETHER or not self._room()):
            self._next_page()
        while lines:
            room = self._room()
            yield lines[:room]
            lines = lines[room:]
            if lines:
                self._next_page()

    def _room(self) -> int:
        """Return how many lines still fit on this page."""
        return max(0, int((self.h - EDGE - self.y) / _height(self.look.points)))

    def _next_page(self) -> None:
        self.add_page()
        self.set_y(EDGE)

    # --- lines ---------------------------------------------------------------------------------

    def _font(self, points: float, bold: bool = False) -> None:
        self.set_font("letter", "B" if bold else "", points)

    def _line_at(self, left: float, top: float, line: str) -> None:
        self._printable(line)
        self.set_xy(left, top)
        self.cell(text=broken_freely(line))
        self.set_xy(left, top)

    def _fitting(self, line: str, width: float) -> None:
        self._printable(line)
        if self.get_string_width(line) > width:
            raise refused("a line of the address, or of the practice's own, is wider than there is room for")

    def _printable(self, line: str) -> None:
        """Raise UsageError where the font lacks a letter: a box in its place would be somebody's name."""
        known = self.current_font.cmap  # type: ignore[union-attr]
        if any(ord(each) not in known for each in line):
            raise refused(
                "the font lacks letters of this message; set font.regular and font.bold to one that has them"
            )

    @contextmanager
    def _tagged(self, tag: str) -> Iterator[None]:
        """Tag what is written meanwhile on a page as a heading, list item or paragraph (PDF 1.7, 14.7)."""
        number = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=f"/{tag}", mcid=number)
        self._out(f"/{tag} <</MCID {number}>> BDC")
        yield
        self._out("EMC")


def _height(points: float) -> float:
    """Return the height of a line in millimetres."""
    return points * 0.3528 * 1.3
