"""The page: one file, readable without seeing it, in which nothing of the data is markup."""

from collections import Counter
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ccr_rules.population.report.bounds import rate_of
from ccr_rules.population.report.charts import Span, counts_chart, rates_chart
from ccr_rules.population.report.completeness import Prevalence, prevalence_of
from ccr_rules.population.report.content import Wanted
from ccr_rules.population.report.page_counts import MOST_UNITS
from tests.population.report.samples import (
    BEST,
    QOF,
    included,
    on_register,
    review,
    somebody,
    undetermined,
    write_answers,
    write_data,
)
from tests.population.report.support import Files, made, reported

AS_OF = date(2024, 3, 1)
REVIEW = "cancer-care-review"
HOSTILE = "</table></svg><script>alert('x')</script><img src=x onerror=\"alert(1)\">"


class Read(HTMLParser):
    """The elements of a page, with their attributes, and the text outside of style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._style = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._style = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)

    def attributes(self, name: str) -> list[str]:
        return [value for _, attrs in self.elements if (value := attrs.get(name))]


PEOPLE = [
    *(
        somebody(f"a{number}", "A", sex="female", ethnicity="A", ethnicity_term=HOSTILE)
        for number in range(8)
    ),
    *(somebody(f"b{number}", "=B'", sex=HOSTILE) for number in range(8)),
]
ROWS: dict[str, list[dict[str, Any]]] = {
    "indicators": [
        *(included(person, "CAN004", "met" if person % 2 else "not met") for person in range(15)),
        undetermined(15, "CAN004", "included", "excluded: CAN_DAT24M"),
        *(on_register(person) for person in range(16)),
    ],
    "reviews": [
        *(review(person, REVIEW, "overdue", days_left=-9, due="2024-02-21") for person in range(8)),
        *(review(person, REVIEW, "open", days_left=60, due="2024-04-30") for person in range(8, 16)),
    ],
    "findings": [{"person": 0, "finding": "qof-date-from-spread", "holds": "yes"}],
}


def made_of(tmp_path: Path, **wanted: Any) -> Files:
    given = tmp_path / "organisations.csv"
    given.write_text(f'practice,practice_name\nA,"{HOSTILE.replace(chr(34), chr(34) * 2)}"\n')
    said = {"as_of": AS_OF, "releases": {"cancer-diagnosis": "2026-11-21"}}
    return reported(
        tmp_path,
        PEOPLE,
        ROWS,
        (QOF, BEST),
        said=said,
        **({"organisations": given, "suppress_below": 2} | wanted),
    )


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Read:
    prevalence = Prevalence(prevalence_of(0.5, "x").share, HOSTILE)  # type: ignore[union-attr]
    return Read(made_of(tmp_path_factory.mktemp("page"), prevalence=prevalence).text("report.html"))


def test_nothing_of_the_data_is_markup(page: Read) -> None:
    assert page.count("script") == page.count("img") == 0
    assert not any(name.startswith("on") for _, attrs in page.elements for name in attrs)
    assert page.words.count("<script>alert('x')</script>") > 3


def test_the_page_needs_no_network(page: Read) -> None:
    links = [*page.attributes("href"), *page.attributes("src")]
    assert links
    assert all(link.startswith("#") for link in links)
    assert page.count("link") == 0
    policy = next(attrs for name, attrs in page.elements if attrs.get("http-equiv"))
    assert (policy["content"] or "").startswith("default-src 'none'")


def test_every_link_within_it_leads_somewhere_and_no_name_is_there_twice(page: Read) -> None:
    names = Counter(page.attributes("id"))
    assert max(names.values()) == 1
    assert {link[1:] for link in page.attributes("href")} <= set(names)
    for name in page.attributes("aria-labelledby"):
        assert name in names


def test_headings_tables_and_charts_say_what_they_are(page: Read) -> None:
    assert page.count("h1") == 1
    assert page.count("table") == page.count("caption") > 10
    assert page.count("figure") == page.count("figcaption") > 2
    charts = [attrs for name, attrs in page.elements if attrs.get("class") == "chart"]
    assert all(attrs["role"] == "img" and attrs["aria-label"] for attrs in charts)
    assert all(attrs.get("scope") in ("row", "col") for name, attrs in page.elements if name == "th")
    assert ("html", {"lang": "en-GB"}) in page.elements


def test_what_was_asked_and_that_it_is_a_draft_is_told(page: Read) -> None:
    assert "Draft, not clinically approved." in page.words
    assert f"No clinician has approved them: {QOF}, {BEST}." in page.words
    assert "Asked of 16 patients, as of 01-Mar-2024" in page.words
    assert "cancer-diagnosis 2026-11-21" in page.words
    assert "QOF cancer indicators 2023/24 draft in force sha256:" in page.words
    assert "nobody is told apart by it: age band, deprivation quintile" in page.words


def test_the_counts_are_told_with_their_bounds(page: Read) -> None:
    assert "CAN004 qof-cancer@2023.1.0 16 15 to 16 7 to 8 43.8 to 50.0 %" in page.words
    assert "cancer-care-review best-practice-ccr@2025.1.0 to do open 8" in page.words
    assert "Everybody CAN001 (qof-cancer@2023.1.0) 16 8.000 2.000 1.142 to 3.248 Byar" in page.words
    assert "qof-date-from-spread qof-cancer@2023.1.0 1" in page.words
    assert "worklist.csv 16" in page.words


def test_the_page_names_no_patient_unless_it_is_asked_to(page: Read, tmp_path: Path) -> None:
    assert "Patient/" not in page.words
    named = Read(made_of(tmp_path, with_patients=True).text("report.html")).words
    assert "This page names patients." in named
    assert "People to call, the most urgent first" in named
    assert named.count("Patient/x") == 16


def test_only_the_most_urgent_are_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccr_rules.population.report.page.MOST_PATIENTS", 3)
    named = Read(made_of(tmp_path, with_patients=True).text("report.html")).words
    assert named.count("Patient/x") == 3
    assert "13 more are in worklist.csv." in named


def test_a_page_to_share_holds_what_may_be_shared(tmp_path: Path) -> None:
    page = Read(made_of(tmp_path, to_share=True, suppress_below=9).text("report.html"))
    assert "Made to be shared" in page.words
    assert "Worklists" not in page.words
    assert "Achievement Indicator" not in page.words
    assert "hidden hidden" in page.words


def test_what_could_not_be_read_is_told(tmp_path: Path) -> None:
    said: dict[str, Any] = {
        "unattributed": 2,
        "unusable": 1,
        "quarantined": 5,
        "assumed": ("reviews are Encounters",),
    }
    said |= {"incomplete": {"Flag": "not supplied"}, "lacking": {"Flag": 1, "CarePlan": 1}}
    write_data(tmp_path / "data", PEOPLE, **said)
    write_answers(tmp_path / "answers", tmp_path / "data", (QOF,))
    words = Read(made(Wanted(tmp_path / "answers", round_to=5)).text("report.html")).words
    assert "2 resources or lines could not be attributed to anybody" in words
    assert "Of 1 patients nothing could be read" in words
    assert "5 resources or lines were set aside" in words
    assert "Assumed: reviews are Encounters." in words
    assert "Flag everybody not supplied CarePlan 1 patients not complete of them" in words
    assert "Counts are rounded to multiples of 5." in words
    shared = Read(made(Wanted(tmp_path / "answers", to_share=True)).text("report.html")).words
    assert "Of fewer than 5 patients nothing could be read" in shared
    assert "5 resources or lines were set aside" in shared
    assert "No prevalence was given" in words


def test_a_ruleset_that_is_no_draft_is_not_called_one(tmp_path: Path) -> None:
    write_data(tmp_path / "data", PEOPLE)
    answers = write_answers(tmp_path / "answers", tmp_path / "data", (QOF,))
    run = answers / "run.json"
    run.write_text(run.read_text().replace('"draft"', '"active"').replace("true", "false"))
    words = Read(made(Wanted(answers)).text("report.html")).words
    assert "Draft" not in words
    assert "not in force on the day" in words


def test_more_practices_than_can_be_read_are_in_the_files_only(tmp_path: Path) -> None:
    people = [somebody(str(number), f"P{number:03}") for number in range(MOST_UNITS + 3)]
    files = reported(tmp_path, people, {"indicators": [included(0, "CAN004")]})
    words = Read(files.text("report.html")).words
    assert "3 more are in the files only." in words
    assert "More are in completeness.csv." in words
    assert "P099" in words
    assert "P100" not in words


def test_what_everybody_is_told_apart_by_is_not_called_missing(tmp_path: Path) -> None:
    told = {"sex": "female", "ethnicity": "A", "imd_quintile": 1, "born": "1950-06-15"}
    told |= {"learning_disability": False, "severe_mental_illness": False}
    words = Read(reported(tmp_path, [somebody("a", "A", **told)], {}).text("report.html")).words
    assert "told apart by it" not in words


def test_nobody_makes_a_page_too(tmp_path: Path) -> None:
    prevalence = prevalence_of(0.5, "An atlas")
    words = Read(reported(tmp_path, [], {}, (QOF, BEST), prevalence=prevalence).text("report.html")).words
    assert "0 people are registered and living." in words
    assert "nobody counts" in words


def test_a_list_that_is_empty_is_compared_with_nothing(tmp_path: Path) -> None:
    people = [somebody("a", "A", is_dead=True)]
    words = Read(
        reported(tmp_path, people, {}, prevalence=prevalence_of(0.5, "An atlas")).text("report.html")
    ).words
    assert "nobody is expected" in words


def test_a_chart_takes_any_label_for_a_text() -> None:
    rate = rate_of(1, 2, 3)
    assert rate is not None
    labels = ["it's", "a\\b", HOSTILE, "'}); alert(1); //", "same", "same"]
    svg = rates_chart([Span(label, rate) for label in labels])
    assert svg.count(">same</text>") == 2
    assert "it's</text>" in svg
    assert "<script" not in svg
    assert counts_chart([("2026-01", 3), ("2026-02", 0)], "people").count(">3</text>") >= 1
