"""A letter as PDF, read back: its text and tags, where it stands on the page, and that it stays the same."""

import logging
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from ccr_messages.letters import Letter
from ccr_messages.markup import Block
from ccr_messages.pdf import Look, as_pdf
from ccr_messages.settings import Settings
from messages_support import PATIENT, SETTINGS, changed, delivered, evaluated, pdf_of, text_of
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from ccr_rules import UsageError

LETTER = "invitation-letter-1"
POINTS_PER_MM = 72 / 25.4
Placed = list[tuple[float, float, str]]
"""From the left and from the top of the page, in millimetres, what stands there."""


def read(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def words(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def placed(reader: PdfReader, page: int = 0) -> Placed:
    found: Placed = []

    def note(text: str, _matrix: Any, matrix: list[float], *_: Any) -> None:
        if text.strip():
            found.append((matrix[4] / POINTS_PER_MM, 297 - matrix[5] / POINTS_PER_MM, text.strip()))

    reader.pages[page].extract_text(visitor_text=note)
    return found


def tags(reader: PdfReader) -> list[str]:
    root: Any = reader.trailer["/Root"]
    document = root["/StructTreeRoot"]["/K"]
    while isinstance(document, (list, IndirectObject)) or document.get("/S") is None:
        document = document.get_object() if isinstance(document, IndirectObject) else document[0]
    return [each.get_object()["/S"] for each in document["/K"]]


def a_letter(*blocks: Block, to: tuple[str, ...] = ("Ann Example", "1 Example Street")) -> Letter:
    return Letter(("Testtown Surgery", "Testtown"), to, "21 November 2026", blocks, "Letter", "en")


def set_as_pdf(letter: Letter, large: bool = False, **settings: Any) -> PdfReader:
    return read(as_pdf(letter, date(2026, 11, 21), Look.of(Settings(**settings), large)))


def test_the_pdf_says_what_the_text_says() -> None:
    made = delivered(LETTER)
    assert " ".join(text_of(made).replace("\n- ", "\n• ").split()) == words(read(pdf_of(made)))


def test_names_of_wales_and_poland_are_in_it() -> None:
    assert "Mrs Ŵendy Łucja Testpatient-Żółć" in words(read(pdf_of(delivered(LETTER))))


def test_the_same_request_gives_the_same_bytes() -> None:
    one, other = pdf_of(delivered(LETTER)), pdf_of(delivered(LETTER))
    assert one == other
    created = read(one).metadata
    assert created is not None
    assert created.creation_date is not None
    assert created.creation_date.date() == date(2026, 11, 21)
    assert created.title == "Letter from Testtown Surgery"


def test_it_fits_on_one_page_of_a4_and_its_font_comes_with_it() -> None:
    reader = read(pdf_of(delivered(LETTER)))
    assert len(reader.pages) == 1
    assert [round(float(each)) for each in reader.pages[0].mediabox[2:]] == [595, 842]
    resources: Any = reader.pages[0]["/Resources"]
    for font in resources["/Font"].values():
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/FontFile2" in descriptor


def test_it_is_tagged_in_the_order_of_reading_and_says_its_language() -> None:
    reader = read(pdf_of(delivered(LETTER)))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    found = tags(reader)
    assert found.count("/H1") == 1
    assert found.count("/LI") == 5
    assert found.index("/H1") < found.index("/LI")
    assert set(found) == {"/P", "/H1", "/LI"}


def test_only_name_and_address_show_in_the_window() -> None:
    reader = read(pdf_of(delivered(LETTER)))
    window = [text for left, top, text in placed(reader) if left < 106 and 48 <= top <= 81]
    assert window == ["Mrs Ŵendy Łucja Testpatient-Żółć", "1 Example Street", "Testtown", "ZZ99 3CZ"]
    others = [(left, top) for left, top, text in placed(reader) if text not in window]
    assert all(left > 112 or top > 88 for left, top in others)


def test_an_address_that_does_not_fit_into_the_window_is_refused() -> None:
    with pytest.raises(UsageError, match="more lines than fit"):
        set_as_pdf(a_letter(to=tuple("12345678")))
    with pytest.raises(UsageError, match="is wider than there is room"):
        set_as_pdf(a_letter(to=("An extraordinarily long name " * 4,)))


def test_large_print_is_large() -> None:
    reader = read(pdf_of(delivered(LETTER, large_print="yes")))
    assert len(reader.pages) == 2
    assert words(reader).endswith("Testtown Surgery 2")
    by_setting = pdf_of(delivered(LETTER, settings=changed(SETTINGS, large_print=True)))
    assert by_setting == pdf_of(delivered(LETTER, large_print=True))
    assert (
        pdf_of(delivered(LETTER, settings=changed(SETTINGS, large_print=True), large_print="no"))
        != by_setting
    )
    sizes: set[float] = set()
    reader.pages[0].extract_text(visitor_text=lambda _t, _c, _m, _f, size: sizes.add(size))
    assert 18 in sizes


def test_a_long_letter_goes_on_over_pages_and_nothing_is_lost() -> None:
    long = " ".join(f"word{number}" for number in range(2500))
    reader = set_as_pdf(
        a_letter(Block("paragraph", (long,)), Block("item", (long,)), Block("paragraph", ("End",)))
    )
    assert len(reader.pages) > 4
    found = words(reader)
    assert [found.count(f"word{number} ") for number in (0, 1234, 2499)] == [2, 2, 2]


def test_nobody_signs_alone_on_a_page() -> None:
    lines = Block("paragraph", tuple(f"line {number}" for number in range(33)))
    closing = (
        Block("paragraph", ("Yours sincerely,",)),
        Block("paragraph", ("Dr Alex Sample", "GP partner")),
    )
    reader = set_as_pdf(a_letter(lines, *closing))
    assert len(reader.pages) == 2
    assert "Yours sincerely" not in reader.pages[0].extract_text()
    assert "Yours sincerely" in reader.pages[1].extract_text()


def test_folding_marks_are_drawn_if_they_are_wanted() -> None:
    plain, marked = set_as_pdf(a_letter()), set_as_pdf(a_letter(), folding_marks=True)

    def drawn(reader: PdfReader) -> int:
        content = reader.pages[0].get_contents()
        return content.get_data().count(b" l S") if content is not None else 0

    assert (drawn(plain), drawn(marked)) == (0, 2)


def test_a_letter_that_the_font_lacks_is_refused_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    named = changed(PATIENT, name=[{"use": "official", "given": ["美玲"], "family": "Example"}])
    with caplog.at_level(logging.DEBUG), pytest.raises(UsageError, match=r"the font lacks letters") as caught:
        delivered(LETTER, evaluated(patient=named), patient=named)
    assert "美" not in caught.value.message
    assert not [
        each for each in caplog.records if "美" in each.getMessage() or "Example" in each.getMessage()
    ]


def test_a_font_of_one_s_own_is_used(tmp_path: Path) -> None:
    from importlib.resources import files

    lato = files("fontpkg_lato").joinpath("files")
    for name, style in (("own.ttf", "Lato-Light.ttf"), ("own-bold.ttf", "Lato-Black.ttf")):
        (tmp_path / name).write_bytes(lato.joinpath(style).read_bytes())
    font = {"regular": str(tmp_path / "own.ttf"), "bold": str(tmp_path / "own-bold.ttf")}
    made = pdf_of(delivered(LETTER, settings=changed(SETTINGS, font=font)))
    assert b"LatoLight" in made or b"Lato-Light" in made
    assert words(read(made)) == words(read(pdf_of(delivered(LETTER))))


def test_a_letter_needs_the_practice_s_own_lines() -> None:
    with pytest.raises(UsageError, match=r"a letter needs practice.name and practice.address"):
        delivered(LETTER, settings=changed(SETTINGS, practice={**SETTINGS["practice"], "address": []}))
