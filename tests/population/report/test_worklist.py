"""The worklist: who comes first, who stands apart, and how often they were invited."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ccr_rules import Coding, Entry, load_library
from ccr_rules.population.report.worklist import diagnosis_names
from ccr_rules.record.entry import SNOMED
from ccr_rules.record.patient import KINDS
from tests.cli.support import SCHEME, write_ruleset
from tests.population.report.samples import BEST, day, review, somebody, write_answers, write_data
from tests.population.report.support import Files, Wanted, made, reported

AS_OF = date(2026, 1, 20)
REVIEW = "cancer-care-review"
OPENED = {"opens": "2025-02-01", "due": "2026-02-01", "until": "2027-02-01"}


def invitation(when: str | None, name: str = "i1", code: str = "413738001", **more: Any) -> Entry:
    given = {"clinical": day(when), "recorded": day(when)} | more
    return Entry(f"Procedure/{name}", "Procedure", (Coding(SNOMED, code, ""),), "", **given)


def listed(tmp_path: Path, people: list[Any], reviews: list[dict[str, Any]], **rows: Any) -> Files:
    return reported(tmp_path, people, {"reviews": reviews, **rows}, (BEST,), said={"as_of": AS_OF})


def test_the_most_overdue_comes_first_and_who_is_not_to_be_called_stands_apart(tmp_path: Path) -> None:
    people = [somebody(str(number), "A") for number in range(6)]
    people += [somebody("left", "A", deregistered="2025-12-01"), somebody("done", "A")]
    people += [somebody("paused", "A"), somebody("perhaps paused", "A")]
    reviews = [
        review(0, REVIEW, "open", days_left=40, due="2026-03-01", until="2027-03-01"),
        review(1, REVIEW, "overdue", days_left=-30, due="2025-12-21", until="2026-12-21"),
        review(2, REVIEW, "overdue", days_left=-90, due="2025-10-22", until="2026-10-22"),
        review(3, REVIEW, "lapsed", due="2024-10-22", until="2025-10-22"),
        review(4, REVIEW, "declined", due="2026-10-22", until="2027-10-22", declined="2025-12-24"),
        review(5, REVIEW, "overdue", due="2025-11-01/2025-11-30", until="2026-11-01/2026-11-30"),
        review(6, REVIEW, "overdue", days_left=-99, due="2025-10-13", until="2026-10-13"),
        review(7, REVIEW, "done", due="2025-10-13", until="2026-10-13", done="2025-10-01"),
        review(8, REVIEW, "overdue", days_left=-95, due="2025-10-17", until="2026-10-17", paused="yes"),
        review(9, REVIEW, "open", days_left=50, due="2026-03-11", until="2027-03-11", paused="cannot tell"),
    ]
    for row in reviews:
        row["patient"] = f"Patient/{people[row['person']].name}"
    rows = listed(tmp_path, people, reviews).rows("worklist.csv")
    assert [(row["list"], row["rank"], row["patient"]) for row in rows] == [
        ("to do", "1", "Patient/2"),
        ("to do", "2", "Patient/5"),
        ("to do", "3", "Patient/1"),
        ("to do", "4", "Patient/0"),
        ("to do", "5", "Patient/perhaps paused"),
        ("paused", "1", "Patient/paused"),
        ("too late", "1", "Patient/3"),
        ("declined", "1", "Patient/4"),
        ("not registered", "1", "Patient/left"),
    ]
    assert (rows[1]["due_first"], rows[1]["due_last"], rows[1]["days_left"]) == (
        "2025-11-01",
        "2025-11-30",
        "",
    )
    assert (rows[6]["in_time"], rows[6]["until"], rows[0]["in_time"]) == ("no", "2025-10-22", "yes")
    assert rows[7]["declined_first"] == "2025-12-24"
    assert {row["practice"] for row in rows} == {"A"}


def test_what_nobody_can_tell_is_a_list_of_its_own(tmp_path: Path) -> None:
    row = review(0, REVIEW, "cannot tell", possible=["open", "not applicable"], **OPENED) | {"paused": "yes"}
    files = listed(tmp_path, [somebody("a", "A")], [row])
    assert files.rows("worklist.csv") == []
    (told,) = files.rows("cannot_tell.csv")
    assert (told["possible"], told["paused"], told["practice"]) == ("open; not applicable", "yes", "A")
    assert (told["opens_first"], told["due_last"]) == ("2025-02-01", "2026-02-01")


@pytest.mark.parametrize(
    ("until", "in_time"),
    [("2026-01-20", "yes"), ("2026-01-19", "no"), ("2026-01-10/2026-01-31", "cannot tell"), (None, "yes")],
)
def test_until_says_whether_it_is_still_in_time(tmp_path: Path, until: str | None, in_time: str) -> None:
    days = {"due": "2026-01-01"} | ({"until": until} if until else {})
    files = listed(tmp_path, [somebody("a")], [review(0, REVIEW, "overdue", **days)])
    assert files.rows("worklist.csv")[0]["in_time"] == in_time


# Diagnosed 1-Feb-2025, asked on 20-Jan-2026.
@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([], ("0", "0", "")),
        ([invitation("2025-02-01")], ("1", "1", "2025-02-01")),
        ([invitation("2025-01-31")], ("0", "0", "")),
        ([invitation("2025-05-01"), invitation("2025-06-01", "i2", "413740006")], ("2", "2", "2025-06-01")),
        ([invitation("2025-05-01"), invitation("2025-05-01", code="413740006")], ("1", "1", "2025-05-01")),
        ([invitation("2025-01-01/2025-12-31")], ("0", "1", "")),
        ([invitation("2025-05-01", state="planned")], ("0", "0", "")),
        ([invitation("2026-01-21")], ("0", "0", "")),
        ([invitation("2025-05-01", code="720006006")], ("0", "0", "")),
    ],
)
def test_invitations_count_since_the_diagnosis(
    tmp_path: Path, entries: list[Entry], told: tuple[str, str, str]
) -> None:
    people = [somebody("a", "A", *entries, born="1950-06-15")]
    files = listed(tmp_path, people, [review(0, REVIEW, "due soon", days_left=12, **OPENED)])
    (row,) = files.rows("worklist.csv")
    assert (row["invitations"], row["invitations_most"], row["last_invited"]) == told


def test_what_was_not_supplied_is_not_no_invitation(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write_data(data, [somebody("a", "A")], lacks={"Procedure"})
    rows = {"reviews": [review(0, REVIEW, "due soon", **OPENED)]}
    answers = write_answers(tmp_path / "answers", data, (BEST,), rows, as_of=AS_OF)
    (row,) = made(Wanted(answers)).rows("worklist.csv")
    assert (row["invitations"], row["invitations_most"]) == ("0", "")
    assert "Procedure" in KINDS


def test_a_ruleset_without_an_invitation_list_counts_none(tmp_path: Path) -> None:
    rows = {"reviews": [review(0, "x", "open") | {"ruleset": "coding-quality@2025.1.0"}]}
    files = reported(tmp_path, [somebody("a")], rows, ("coding-quality@2025.1.0",))
    assert files.rows("worklist.csv")[0]["invitations"] == ""


@pytest.mark.parametrize("releases", [{}, {"cancer-invitation": "2025-12-11"}, {"cancer-invitation": "1, 2"}])
def test_the_list_is_that_of_the_release_that_was_asked(tmp_path: Path, releases: dict[str, str]) -> None:
    from tests.population.report.support import LIBRARY

    newest = LIBRARY.codelist("cancer-invitation").release
    given = {name: newest if "," not in release else release for name, release in releases.items()}
    people = [somebody("a", "A", invitation("2025-05-01"))]
    rows = {"reviews": [review(0, REVIEW, "open", **OPENED)]}
    files = reported(tmp_path, people, rows, (BEST,), said={"as_of": AS_OF, "releases": given})
    assert files.rows("worklist.csv")[0]["invitations"] == "1"


def test_the_entries_of_the_diagnosis_are_named(tmp_path: Path) -> None:
    evidence = [
        {"person": 0, "ruleset": BEST, "name": "DIAGNOSED", "reference": "Condition/c2"},
        {"person": 0, "ruleset": BEST, "name": "DIAGNOSED", "reference": "Condition/c1"},
        {"person": 0, "ruleset": BEST, "name": "SUPPORT_DAT", "reference": "Procedure/p1"},
        {"person": 1, "ruleset": BEST, "name": "DIAGNOSED", "reference": "Condition/c9"},
    ]
    files = listed(
        tmp_path, [somebody("a"), somebody("b")], [review(0, REVIEW, "open", **OPENED)], evidence=evidence
    )
    assert files.rows("worklist.csv")[0]["evidence"] == "Condition/c1 Condition/c2"


def test_a_review_that_opens_some_days_after_the_diagnosis_names_it_too(tmp_path: Path) -> None:
    text = SCHEME.replace("opens: DIAGNOSED", "opens: DIAGNOSED + 1 day")
    write_ruleset(tmp_path, text)
    ruleset = load_library(tmp_path, cache=None).find("local-scheme")
    assert list(diagnosis_names({ruleset.reference: ruleset})) == [(ruleset.reference, "talk", "DIAGNOSED")]


def test_answers_without_evidence_name_no_entry(tmp_path: Path) -> None:
    write_data(tmp_path / "data", [somebody("a")])
    rows = {"reviews": [review(0, REVIEW, "open", **OPENED)]}
    answers = write_answers(tmp_path / "answers", tmp_path / "data", (BEST,), rows, as_of=AS_OF)
    (answers / "evidence.parquet").unlink()
    assert made(Wanted(answers)).rows("worklist.csv")[0]["evidence"] == ""


def test_a_practice_that_looks_like_a_formula_is_none_in_a_spreadsheet(tmp_path: Path) -> None:
    files = listed(tmp_path, [somebody("a", "=1+1")], [review(0, REVIEW, "open", **OPENED)])
    assert files.rows("worklist.csv")[0]["practice"] == "'=1+1"
