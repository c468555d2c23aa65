"""Pages: wrapping, sections, rows, and characters that must not reach a terminal."""

import pytest

from ccr_rules.cli.layout import Page, printable, wrap


def lines(page: Page) -> list[str]:
    return [line.plain for line in page.lines]


def test_text_is_broken_at_blanks_by_the_columns_it_takes() -> None:
    assert wrap("one two three", 7) == ["one two", "three"]
    assert wrap("診療 記録 診療", 9) == ["診療 記録", "診療"]
    assert wrap("indivisible", 4) == ["indivisible"]
    assert wrap("", 4) == [""]


@pytest.mark.parametrize("character", ["\x1b", "\x07", "\r", "\x9b", "\u202e", "\u2066", "\u2028", "\x00"])
def test_no_character_moves_the_cursor_or_turns_the_text(character: str) -> None:
    assert printable(f"a{character}b") == "a\ufffdb"


def test_other_characters_stay_as_they_are() -> None:
    assert printable("Ünïcödé 診療 👩\u200d⚕") == "Ünïcödé 診療 👩\u200d⚕"
    assert printable("a\tb\nc") == "a b c"


def test_a_title_has_its_right_part_at_the_margin_or_on_its_own_line() -> None:
    page = Page(20)
    page.title("left", "right")
    page.title("a rather long left", "right")
    page.title("alone")
    assert lines(page) == ["left           right", "a rather long left", "right", "alone"]


def test_a_gap_is_never_the_first_line_nor_doubled() -> None:
    page = Page(20)
    page.gap()
    page.say("a")
    page.gap()
    page.gap()
    assert lines(page) == ["a", ""]


def test_a_section_has_its_label_beside_the_first_item() -> None:
    page = Page(30)
    page.section("Label", ["one item that is long", "two"])
    page.section("None", [])
    assert lines(page) == ["  Label      one item that is", "               long", "             two"]


def test_rows_are_aligned_where_they_fit() -> None:
    page = Page(40)
    page.rows("Rows", [("a", "bb", ""), ("aaa", "b", "c")], ["bold", ""])
    page.rows("", [("x", "y")])
    page.rows("None", [])
    assert lines(page) == ["  Rows       a    bb", "             aaa  b   c", "x  y"]


def test_rows_become_two_lines_where_they_do_not_fit() -> None:
    page = Page(26)
    page.rows("Rows", [("a title", "status", "", "day")])
    assert lines(page) == ["  Rows       a title", "               status, day"]
