"""Rates by group: who is in which group, and what is hidden."""

from pathlib import Path
from typing import Any

import pytest

from tests.population.report.samples import BEST, QOF, included, review, somebody, undetermined
from tests.population.report.support import Files, reported

REVIEW = "cancer-care-review"


def groups(files: Files, dimension: str, id_: str = "CAN004") -> dict[str, tuple[str, ...]]:
    return {
        row["group"]: (row["people"], row["met"], row["not_met"], row["cannot_tell"], row["suppressed"])
        for row in files.rows("equity.csv")
        if (row["dimension"], row["id"]) == (dimension, id_)
    }


def told(tmp_path: Path, people: list[Any], rows: list[dict[str, Any]], **wanted: Any) -> Files:
    return reported(tmp_path, people, {"indicators": rows}, **({"suppress_below": 0} | wanted))


# 12 women of whom 6 met it, 20 men of whom 10 did, and 3 of whom nobody says the sex, of whom 2 did.
PEOPLE = [somebody(f"p{number}", "A", sex="female") for number in range(12)]
PEOPLE += [somebody(f"p{number}", "A", sex="male") for number in range(12, 32)]
PEOPLE += [somebody(f"p{number}", "A") for number in range(32, 35)]
MET = {*range(6), *range(12, 22), 32, 33}
ROWS = [included(number, "CAN004", "met" if number in MET else "not met") for number in range(35)]


def test_each_group_has_its_rate_and_who_is_not_stated_has_one_too(tmp_path: Path) -> None:
    files = told(tmp_path, PEOPLE, ROWS)
    assert groups(files, "everybody") == {"": ("35", "18", "17", "0", "")}
    assert groups(files, "sex") == {
        "female": ("12", "6", "6", "0", ""),
        "male": ("20", "10", "10", "0", ""),
        "not stated": ("3", "2", "1", "0", ""),
    }
    (row,) = [
        each for each in files.rows("equity.csv") if each["group"] == "female" and each["id"] == "CAN004"
    ]
    assert (row["rate_low"], row["rate_high"], row["kind"], row["ruleset"]) == (
        "50.00",
        "50.00",
        "indicator",
        QOF,
    )


def test_small_groups_are_hidden_and_the_next_one_with_them(tmp_path: Path) -> None:
    files = told(tmp_path, PEOPLE, ROWS, suppress_below=5)
    assert groups(files, "sex") == {
        "female": ("", "", "", "", "yes"),
        "male": ("20", "10", "10", "0", ""),
        "not stated": ("", "", "", "", "yes"),
    }
    assert files.report.content.equity.hidden == 2


def test_counts_may_be_rounded(tmp_path: Path) -> None:
    files = told(tmp_path, PEOPLE, ROWS, suppress_below=5, round_to=5)
    assert groups(files, "everybody") == {"": ("35", "20", "15", "0", "")}


def test_what_nobody_was_told_apart_by_is_not_there_and_is_named(tmp_path: Path) -> None:
    files = told(tmp_path, PEOPLE, ROWS)
    assert {row["dimension"] for row in files.rows("equity.csv")} == {"everybody", "sex"}
    missing = [each.name for each in files.report.content.equity.not_supplied]
    assert missing == ["age", "ethnicity", "imd_quintile", "learning_disability", "severe_mental_illness"]


def test_who_is_undetermined_is_counted_apart_and_widens_the_rate(tmp_path: Path) -> None:
    rows = [included(0, "CAN004"), undetermined(1, "CAN004", "included", "excluded: CAN_DAT24M")]
    files = told(tmp_path, PEOPLE, rows)
    (row,) = [
        each for each in files.rows("equity.csv") if each["group"] == "female" and each["id"] == "CAN004"
    ]
    assert (row["people"], row["met"], row["cannot_tell"]) == ("2", "1", "1")
    assert (row["rate_low"], row["rate_high"]) == ("50.00", "100.00")


# Asked on 31-Mar-2024.
@pytest.mark.parametrize(
    ("born", "group"),
    [
        ("2006-04-01", "0 to 17"),
        ("2006-03-31", "18 to 39"),
        ("1984-03-31", "40 to 49"),
        ("1954-03-31", "70 to 79"),
        ("1944-04-01", "70 to 79"),
        ("1944-03-31", "80 and over"),
        ("1944-01-01/1944-12-31", "not stated"),
        ("1943-01-01/1943-12-31", "80 and over"),
    ],
)
def test_the_age_is_that_on_the_day_of_the_question(tmp_path: Path, born: str, group: str) -> None:
    people = [somebody("a", born=born), somebody("b", born="1960-01-01")]
    files = told(tmp_path, people, [included(0, "CAN004")])
    assert {name for name, row in groups(files, "age").items() if row[0] == "1"} == {group}


def test_attributes_make_groups_with_their_labels(tmp_path: Path) -> None:
    people = [
        somebody("a", ethnicity="A", ethnicity_term="British", imd_quintile=1, learning_disability=True),
        somebody("b", severe_mental_illness=False),
    ]
    files = told(tmp_path, people, [included(0, "CAN004")])
    assert groups(files, "learning_disability")["yes"][0] == "1"
    assert groups(files, "severe_mental_illness")["no"][0] == "0"
    assert groups(files, "imd_quintile")["1"][0] == "1"
    labels = {
        row["group"]: row["label"] for row in files.rows("equity.csv") if row["dimension"] == "ethnicity"
    }
    assert labels == {"A": "British", "not stated": ""}


@pytest.mark.parametrize(
    ("status", "possible", "cells"),
    [
        ("done", None, ("1", "1", "0", "0")),
        ("done late", None, ("1", "1", "0", "0")),
        ("overdue", None, ("1", "0", "1", "0")),
        ("lapsed", None, ("1", "0", "1", "0")),
        ("declined", None, ("1", "0", "1", "0")),
        ("upcoming", None, ("0", "0", "0", "0")),
        ("open", None, ("0", "0", "0", "0")),
        ("due soon", None, ("0", "0", "0", "0")),
        ("cannot tell", ["open", "due soon"], ("0", "0", "0", "0")),
        ("cannot tell", ["open", "not applicable"], ("0", "0", "0", "0")),
        ("cannot tell", ["overdue", "lapsed"], ("1", "0", "1", "0")),
        ("cannot tell", ["done", "done late"], ("1", "1", "0", "0")),
        ("cannot tell", ["open", "overdue"], ("1", "0", "0", "1")),
        ("cannot tell", ["done", "overdue"], ("1", "0", "0", "1")),
    ],
)
def test_a_review_counts_once_its_time_has_come(
    tmp_path: Path, status: str, possible: list[str] | None, cells: tuple[str, ...]
) -> None:
    rows = {"reviews": [review(0, REVIEW, status, possible=possible)]}
    files = reported(tmp_path, [somebody("a")], rows, (BEST,), suppress_below=0)
    assert groups(files, "everybody", REVIEW)[""][:4] == cells
