"""The directory's file: what a row may hold, what becomes of a row or a file that cannot be used."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from ccr_directory.domains import DOMAINS
from ccr_directory.reading import read_directory, read_file
from ccr_directory.service import Service
from directory_files import GOOD, read, table
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules import UsageError
from ccr_rules.hosting import Link


def problem(**cells: str) -> str:
    """What is said of a row that differs from a good one; the good one beside it is kept."""
    rows = read(GOOD, GOOD | {"name": "Other"} | cells)
    assert [each.name for each in rows.services] == ["Walks"]
    (found,) = rows.problems
    assert (found.file, found.line) == ("services.csv", 3)
    assert str(found) == f"services.csv:3: {found.says}"
    return found.says


# --- rows that are read ---------------------------------------------------------------------------


def test_every_cell_of_a_row_is_read() -> None:
    (service,) = read(
        {
            "name": " Men's  evening ",
            "what": "Talk, with tea",
            "domains": "emotional; information;emotional",
            "area": "nr1 3; NR2 ;gb-wls",
            "url": "https://evening.example.org/a?b=c#d",
            "phone": "+44 (0)1632 960-001",
            "cancer_types": "prostate-cancer",
            "languages": "cy;en",
            "from_age": "18",
            "last_checked": "2024-02-29",
            "checked_in": "a call",
        }
    ).services
    assert service == Service(
        "Men's  evening",
        "Talk, with tea",
        ("emotional", "information"),
        ("NR1 3", "NR2", "GB-WLS"),
        "https://evening.example.org/a?b=c#d",
        "+44 (0)1632 960-001",
        ("prostate-cancer",),
        ("cy", "en"),
        18,
        date(2024, 2, 29),
        "a call",
    )
    assert service.telephone == "tel:+4401632960001"


def test_only_the_headings_that_are_needed_have_to_be_there_in_any_order_and_with_a_mark_of_excel() -> None:
    content = b"\xef\xbb\xbf" + table(GOOD, headings=("area", "url", "what", "name", "domains"))
    assert read_directory(content, "x").services == read(GOOD).services


def test_empty_lines_are_no_rows() -> None:
    content = table(GOOD) + b"\r\n,,,,,,,,,,\r\n" + table(GOOD | {"name": "B"}).split(b"\r\n", 1)[1]
    assert [each.name for each in read_directory(content, "x").services] == ["Walks", "B"]


def test_a_link_leads_to_the_page_or_else_to_the_telephone() -> None:
    assert Service("A", "w", DOMAINS, ("NR",), "https://a.example.org", "01632 960001").link(None) == Link(
        "A", "https://a.example.org"
    )
    assert Service("A", "w", DOMAINS, ("NR",), "", "01632 960001").link(None) == Link("A", "tel:01632960001")


def test_a_row_that_is_unverified_has_no_address() -> None:
    row = GOOD | {"url": "", "checked_in": "unverified: only its name was heard"}
    assert [each.address for each in read(row).services] == [""]
    assert "leave `url` and `phone` empty" in problem(checked_in="unverified: heard")


# --- rows that are left out -----------------------------------------------------------------------

REFUSED = [
    ("name", "", "`name` is empty"),
    ("name", "x" * 71, "at most 70"),
    ("name", "two\nlines", "line break"),
    ("what", "", "`what` is empty"),
    ("what", "bell \x07", "control character"),
    ("domains", "", "physical, emotional"),
    ("domains", "phisical", "did you mean `physical`?"),
    ("domains", "physical,emotional", "`domains` has"),
    ("area", "", "write national"),
    ("area", "NRI", "`area` has NRI"),
    ("area", "ZZ1", "no nation, area, district or sector"),
    ("area", "NR1 3AB", "no nation, area, district or sector"),
    ("area", "Norwich", "no nation, area, district or sector"),
    ("area", "12", "write national, GB-ENG, NR, NR1 or NR1 3"),
    ("area", "NR1,NR2", "no nation, area, district or sector"),
    ("area", "GB", "no nation, area, district or sector"),
    ("area", "national;NR1", "leave the others out"),
    ("url", "http://walks.example.org", "not a safe address"),
    ("url", "HTTPS://walks.example.org", "not a safe address"),
    ("url", "javascript:alert(1)", "not a safe address"),
    ("url", "walks.example.org", "not a safe address"),
    ("url", "https://localhost", "not a safe address"),
    ("url", "https://a.example.org:port", "is not an address"),
    ("url", "https://[a", "is not an address"),
    ("url", "https://me@a.example.org", "no place there"),
    ("url", "https://a.example.org/a b", "no place there"),
    ("url", 'https://a.example.org/"><script>', "no place there"),
    ("url", "https://a.example.org/" + "x" * 500, "no place there"),
    ("url", "", "neither `url` nor `phone`"),
    ("phone", "ask Jane", "is not a number"),
    ("phone", "01632 960001 ext 2", "is not a number"),
    ("phone", "12", "is not a number"),
    ("phone", "٠١٦٣٢", "is not a number"),
    ("cancer_types", "Prostate", "names of codelists"),
    ("languages", "Polish", "codes such as"),
    ("from_age", "adult", "whole years"),
    ("from_age", "-1", "whole years"),
    ("last_checked", "29/02/2024", "write it as 2026-11-21"),
    ("last_checked", "2023-02-29", "write it as 2026-11-21"),
    ("last_checked", "20240229", "write it as 2026-11-21"),
]


@pytest.mark.parametrize(("heading", "cell", "says"), REFUSED)
def test_a_row_with_a_cell_that_cannot_be_used_is_left_out_and_told(
    heading: str, cell: str, says: str
) -> None:
    assert says in problem(**{heading: cell})


def test_a_row_with_a_cell_too_many_is_left_out_since_its_cells_have_moved() -> None:
    rows = read_directory(b"name,what,domains,area,phone\nA,b,physical,NR1,01632 960001\nB,c,d,e,f,g\n", "x")
    assert "6 cells" in rows.problems[0].says
    assert len(rows.services) == 1


def test_the_same_service_stands_there_once() -> None:
    assert "the same as line 2" in problem(name="WALKS")
    assert not read(GOOD, GOOD | {"area": "NR2"}).problems


def test_a_broken_quotation_costs_no_other_row() -> None:
    content = table(GOOD) + b'"A"b,x\r\n' + table(GOOD | {"name": "C"}).split(b"\r\n", 1)[1]
    rows = read_directory(content, "x")
    assert [each.name for each in rows.services] == ["Walks", "C"]
    assert "it is not CSV" in rows.problems[0].says


def test_a_quotation_that_never_ends_is_told() -> None:
    rows = read_directory(table(GOOD) + b'"never ends,\r\n', "x")
    assert len(rows.services) == 1
    assert "quotation marks" in rows.problems[0].says


@given(st.lists(st.lists(st.text(max_size=12), max_size=12), max_size=6))
def test_whatever_stands_in_rows_each_is_read_or_told(cells: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows(cells)
    rows = read_directory(table(GOOD) + text.getvalue().encode("utf-8", "ignore"), "x")
    assert rows.services[0].name == "Walks"
    assert len(rows.services) + len(rows.problems) <= 1 + sum(len(text_) for text_ in text.getvalue())


# --- files that are refused -----------------------------------------------------------------------

UNUSABLE = [
    (b"", "no row that can be used; add services to it"),
    (b"name,what,domains,area\n", "no row that can be used"),
    (b"name,what,domain,area\n", "there is no heading `domain`; did you mean `domains`?"),
    (b"name,what,domains,area,name\n", "`name` stands there twice"),
    (b"name,what,domains\n", "the heading `area` is missing"),
    (b"name;what;domains;area\n", "there is no heading `name;what;domains;area`"),
    ("name,what,domains,area\nCaf\u00e9".encode("latin-1"), "save it as CSV UTF-8"),
]


@pytest.mark.parametrize(("content", "says"), UNUSABLE)
def test_a_file_that_cannot_be_used_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_directory(content, "services.csv")
    assert says in caught.value.message
    assert "services.csv" in caught.value.message


def test_a_file_in_which_no_row_can_be_used_says_why() -> None:
    with pytest.raises(UsageError) as caught:
        read(*[GOOD | {"area": "nowhere"}] * 7)
    assert caught.value.message.count("services.csv:") == 1 + 5
    assert "and 2 more" in caught.value.message


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_file(tmp_path / "services.csv")
