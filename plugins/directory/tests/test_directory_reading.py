"""The directory's file: what a row may hold, what becomes of a row or a file that cannot be used."""

import csv
import io
import subprocess
import sys
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from ccr_directory.__main__ import main
from ccr_directory.directory import Directory
from ccr_directory.domains import CONCERNS, DOMAINS, TITLES
from ccr_directory.plugin import national_list
from ccr_directory.postcodes import NATIONAL
from ccr_directory.reading import HEADINGS, Rows, read_directory, read_file
from ccr_directory.regions import NATIONS
from ccr_directory.service import Service
from ccr_directory.settings import NAMES, read_settings
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules import Library, UsageError
from ccr_rules.hosting import Link, junk

EXAMPLE = Path(__file__).parents[1] / "examples" / "norwich.csv"
GOOD = {
    "name": "Walks",
    "what": "A slow walk",
    "domains": "physical",
    "area": "NR1",
    "url": "https://walks.example.org",
}


def table(*rows: dict[str, str], headings: tuple[str, ...] = HEADINGS) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, headings, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def read(*rows: dict[str, str]) -> Rows:
    return read_directory(table(*rows), "services.csv")


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


# --- the order in which they are found ------------------------------------------------------------


def service(name: str, *areas: str, checked: date | None = None) -> Service:
    return Service(name, "w", ("physical",), areas, f"https://{name}.example.org", last_checked=checked)


LADDER = ("NR1 3", "NR1", "NR", "GB-ENG", NATIONAL)


def found(services: list[Service], since: date | None = None) -> list[str]:
    return [each.name for each in Directory(services).find(LADDER, "physical", since)]


def test_the_nearest_comes_first_and_in_an_area_the_order_is_that_of_the_file() -> None:
    listed = [
        service("nation", "GB-ENG"),
        service("all", NATIONAL),
        service("area", "NR"),
        service("district-b", "NR1"),
        service("district-a", "NR1"),
        service("sector", "NR1 3"),
        service("elsewhere", "NR10", "IP"),
        service("twice", "NR", "NR1 3"),
    ]
    assert found(listed) == ["sector", "twice", "district-b", "district-a", "area", "nation", "all"]
    assert list(Directory(listed).find(LADDER, "emotional")) == []


def test_what_was_not_checked_since_a_day_comes_last_also_where_it_is_near() -> None:
    day = date(2026, 1, 1)
    listed = [
        service("before", "NR1", checked=date(2025, 12, 31)),
        service("never", "NR1 3"),
        service("on", NATIONAL, checked=day),
        service("after", "GB-ENG", checked=date(2026, 1, 2)),
    ]
    assert found(listed, day) == ["after", "on", "never", "before"]
    assert found(listed) == ["never", "before", "after", "on"]
    assert listed[0].link(day).label == "before (last checked 31-Dec-2025)"
    assert listed[1].link(day).label == "never (not known when checked)"
    assert listed[2].link(day).label == "on"
    assert listed[1].link(None).label == "never"


# --- what comes with the plugin -------------------------------------------------------------------


def test_every_row_that_comes_with_the_plugin_can_be_used_and_says_where_it_was_checked() -> None:
    rows = national_list()
    assert rows.problems == ()
    assert len(rows.services) == 12
    for each in rows.services:
        assert set(each.areas) <= {NATIONAL, *NATIONS}
        assert each.checked_in
        assert (each.address == "") == each.checked_in.startswith("unverified:")
        if each.address:
            assert junk.links([each.link(date.max)])


def test_every_domain_has_a_service_that_comes_with_the_plugin() -> None:
    assert {domain for each in national_list().services for domain in each.domains} == set(DOMAINS)


def test_the_longest_row_makes_a_link_that_a_card_takes() -> None:
    row = GOOD | {"name": "x" * 70, "url": "https://a.example.org/" + "x" * 478}
    (longest,) = read(row).services
    assert junk.links([longest.link(date.max)])


def test_the_domains_are_what_the_rulesets_ask_about() -> None:
    rulesets = Library.shipped().rulesets
    asked = {item.id for each in rulesets for review in each.reviews.values() for item in review.concerns}
    assert asked == set(CONCERNS)
    assert {"has-carer", "is-carer", "social-prescribing-referral", "palliative-care"} <= set(
        Library.shipped().codelist_names
    )
    assert tuple(TITLES) == DOMAINS


# --- settings -------------------------------------------------------------------------------------

SETTINGS = [
    ({"directry": "a.csv"}, "there is no setting `directry`; did you mean `directory`?"),
    ({"national": "yes"}, "`national`"),
    ({"national": False}, "there is no directory"),
    ({"directory": 3}, "`directory`"),
    ({"directory": [""]}, "`directory`"),
    ({"practice_district": "ZZ9"}, "`practice_district`"),
    ({"practice_district": "BFPO 1"}, "`practice_district`"),
    ({"practice_district": 1}, "`practice_district`"),
    ({"nation": "England"}, "write one of: GB-ENG, GB-SCT, GB-WLS, GB-NIR"),
    ({"nation": 1}, "`nation`"),
    ({"most": 0}, "from 1 to 10"),
    ({"most": 11}, "from 1 to 10"),
    ({"most": True}, "from 1 to 10"),
    ({"most_each": "3"}, "`most_each`"),
    ({"stale_after": 0}, "`stale_after`"),
    ({"stale_after": "12 months"}, "`stale_after`"),
    ({"stale": "never"}, "write one of: last, leave-out"),
    ({"language": "English"}, "`language`"),
    ({"language": "EN"}, "`language`"),
    ({"language": 1}, "`language`"),
]


@pytest.mark.parametrize(("settings", "says"), SETTINGS)
def test_a_setting_that_does_not_fit_is_refused_by_its_name(settings: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_settings(settings, Path())
    assert says in caught.value.message


def test_settings_are_read() -> None:
    read_ = read_settings(
        {
            "directory": ["a.csv", "/b/c.csv"],
            "practice_district": "nr1",
            "nation": "GB-WLS",
            "national": False,
            "most": 2,
            "most_each": 4,
            "stale_after": 365,
            "stale": "leave-out",
            "language": "cy",
        },
        Path("/here"),
    )
    assert read_.directory == (Path("/here/a.csv"), Path("/b/c.csv"))
    assert read_.practice is not None
    assert read_.practice.district == "NR1"
    assert read_[2:] == ("GB-WLS", False, 2, 4, 365, "leave-out", "cy")
    assert read_settings({"directory": "a.csv"}, Path("/here")).directory == (Path("/here/a.csv"),)


# --- the command ----------------------------------------------------------------------------------


def test_a_directory_is_checked_before_it_is_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(EXAMPLE)]) == 0
    assert capsys.readouterr().out == "services: 8; rows left out: 0\n"
    bad = tmp_path / "services.csv"
    bad.write_bytes(table(GOOD, GOOD | {"name": "B", "area": "Norwich"}))
    assert main(["check", str(EXAMPLE), str(bad)]) == 1
    out = capsys.readouterr().out
    assert out.startswith("services.csv:3: `area` has Norwich")
    assert out.endswith("services: 9; rows left out: 1\n")
    bad.write_text("nme\n")
    assert main(["check", str(bad)]) == 2
    assert "did you mean `name`?" in capsys.readouterr().err


def test_the_services_of_a_place_are_listed_by_what_they_help_with(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["find", "NR1", str(EXAMPLE)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("physical\n  Example Walking Group (NR1; NR2)\nemotional\n")
    assert "practical" not in out  # the lifts are for NR1 3, and NR1 may be another sector
    assert main(["find", "nowhere", str(EXAMPLE)]) == 2
    assert "no district" in capsys.readouterr().err


def test_the_command_runs_as_the_readme_has_it() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "ccr_directory", "check", str(EXAMPLE)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "services: 8; rows left out: 0\n"


def test_the_readme_shows_the_example_and_what_comes_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    readme = (EXAMPLE.parents[1] / "README.md").read_text(encoding="utf-8")
    assert EXAMPLE.read_text(encoding="utf-8") in readme
    assert (EXAMPLE.parent / "plugins.toml").read_text(encoding="utf-8") in readme
    main(["check", str(EXAMPLE)])
    main(["find", "NR3", str(EXAMPLE)])
    for shown in capsys.readouterr().out.splitlines():
        assert shown in readme
    for heading in HEADINGS:
        assert f"| `{heading}` |" in readme
    for domain in DOMAINS:
        assert f"`{domain}`" in readme
    for setting in NAMES:
        assert f"| `{setting}` |" in readme


def test_the_list_that_comes_with_the_plugin_is_in_the_package() -> None:
    assert (files("ccr_directory") / "data" / "national.csv").is_file()
