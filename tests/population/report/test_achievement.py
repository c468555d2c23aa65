"""Achievement: who counts, who meets it, and between which bounds, worked out by hand."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.population.report.samples import (
    included,
    on_register,
    outcome,
    somebody,
    undetermined,
)
from tests.population.report.support import Files, reported

# Practice A: 9 people of the 10 on its list. CAN004: 5 met, 2 not met, 1 adjusted, 1 excluded.
# Practice B: 1 met, and one of whom nobody can tell whether they are included.
PEOPLE = [
    *(somebody(f"a{number}", "A") for number in range(10)),
    *(somebody(f"b{number}", "B") for number in range(2)),
    somebody("nowhere"),
]
ROWS = [
    *(included(person, "CAN004") for person in range(5)),
    *(included(person, "CAN004", "not met") for person in (5, 6)),
    outcome(7, "CAN004", "excepted", "CANINVITE"),
    outcome(8, "CAN004", "excluded", "CAN_DAT24M"),
    included(10, "CAN004"),
    undetermined(11, "CAN004", "included", "excepted: CANINVITE"),
    *(on_register(person) for person in (*range(9), 10)),
    on_register(11, population="undetermined"),
]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return reported(tmp_path, PEOPLE, {"indicators": ROWS})


def line(files: Files, unit: str, indicator: str = "CAN004") -> dict[str, str]:
    return next(
        row
        for row in files.rows("achievement.csv")
        if (row["organisation"], row["indicator"]) == (unit, indicator)
    )


def test_a_practice_has_its_own_counts(files: Files) -> None:
    row = line(files, "A")
    told: dict[str, Any] = {
        "level": "practice",
        "list_size": "10",
        "register": "9",
        "population": "9",
        "denominator": "7",
        "numerator": "5",
        "exclusions": "1",
        "adjustments": "1",
        "adjustment_rate": "12.50",  # 1 of 1 + 7
        "achievement": "71.43",  # 5 of 7
        "points_available": "6",
        "lower_threshold": "50",
        "upper_threshold": "90",
        "points": "3.214",  # 6 * (71.428... - 50) / 40
    }
    assert {key: row[key] for key in told} == told


def test_who_is_undetermined_makes_bounds_and_no_single_number(files: Files) -> None:
    row = line(files, "B")
    assert (row["denominator"], row["denominator_most"]) == ("1", "2")
    assert (row["numerator"], row["numerator_most"]) == ("1", "2")
    assert (row["adjustments"], row["adjustments_most"]) == ("0", "1")
    assert (row["achievement"], row["achievement_low"], row["achievement_high"]) == ("", "50.00", "100.00")
    assert (row["adjustment_rate_low"], row["adjustment_rate_high"]) == ("0.00", "50.00")
    assert (row["points"], row["points_low"], row["points_high"]) == ("", "0.000", "6.000")
    assert (row["register"], row["register_most"]) == ("1", "2")


def test_everybody_is_the_sum_and_has_no_points(files: Files) -> None:
    row = line(files, "")
    assert (row["level"], row["list_size"], row["population"]) == ("all", "13", "11")
    assert (row["denominator"], row["denominator_most"], row["numerator"]) == ("8", "9", "6")
    assert (row["achievement_low"], row["achievement_high"]) == ("66.67", "77.78")  # 6 of 9, 7 of 9
    assert (row["points"], row["points_low"]) == ("", "")


def test_people_without_a_practice_are_a_group_of_their_own(files: Files) -> None:
    row = line(files, "not stated")
    assert (row["list_size"], row["population"], row["achievement_low"]) == ("1", "0", "")


def test_a_register_has_a_size_and_nothing_else(files: Files) -> None:
    row = line(files, "A", "CAN001")
    assert (row["population"], row["denominator"], row["achievement"], row["points"]) == ("9", "", "", "")


def test_reasons_are_told_apart_with_what_may_be(files: Files) -> None:
    rows = [row for row in files.rows("achievement_reasons.csv") if row["level"] == "practice"]
    told = [
        (row["organisation"], row["kind"], row["reason"], row["people"], row["people_most"]) for row in rows
    ]
    assert told == [
        ("A", "personalised care adjustment", "CANINVITE", "1", "1"),
        ("A", "exclusion", "CAN_DAT24M", "1", "1"),
        ("B", "personalised care adjustment", "CANINVITE", "0", "1"),
    ]


def test_several_reasons_of_one_kind_settle_the_kind_and_no_reason(tmp_path: Path) -> None:
    row = undetermined(0, "CAN004", "excluded: CAN_DAT24M", "excluded: MDRV_DAT") | {
        "denominator": "excluded",
        "numerator": "not applicable",
    }
    files = reported(tmp_path, [somebody("a", "A")], {"indicators": [row]})
    assert (line(files, "A")["exclusions"], line(files, "A")["exclusions_most"]) == ("1", "1")
    reasons = [row for row in files.rows("achievement_reasons.csv") if row["level"] == "all"]
    assert [(each["people"], each["people_most"]) for each in reasons] == [("0", "1"), ("0", "1")]


@pytest.mark.parametrize(
    ("periods", "size"),
    [
        ({}, ("1", "1")),
        ({"is_dead": True}, ("0", "0")),
        ({"died": "2024-03-31"}, ("0", "0")),
        ({"died": "2024-04-01"}, ("1", "1")),
        ({"died": "2024-03-01/2024-04-30"}, ("0", "1")),
        ({"deregistered": "2024-03-31"}, ("0", "0")),
        ({"deregistered": "2024-04-01"}, ("1", "1")),
        ({"deregistered": "2024-03-15/2024-04-15"}, ("0", "1")),
        ({"registered": "2024-03-31"}, ("1", "1")),
        ({"registered": "2024-04-01"}, ("0", "0")),
        ({"registered": "2024-03-15/2024-04-15"}, ("0", "1")),
    ],
)
def test_the_list_holds_who_is_registered_and_living_on_the_day(
    tmp_path: Path, periods: dict[str, Any], size: tuple[str, str]
) -> None:
    row = line(reported(tmp_path, [somebody("a", "A", born="1950-06-15", **periods)], {}), "A")
    assert (row["list_size"], row["list_size_most"]) == size


def test_practices_add_up_to_networks_and_boards(tmp_path: Path) -> None:
    given = tmp_path / "organisations.csv"
    given.write_text(
        "practice,practice_name,pcn,pcn_name,icb\nA,The Elms,U1,North,Q1\nB,,U1,North,Q1\nC,,,,Q1\n"
    )
    people = [*PEOPLE, somebody("c", "C"), somebody("d", "D")]
    rows = reported(tmp_path, people, {"indicators": ROWS}, organisations=given).rows("achievement.csv")
    sizes = {
        (row["level"], row["icb"], row["organisation"]): (row["name"], row["list_size"], row["numerator"])
        for row in rows
        if row["indicator"] == "CAN004"
    }
    assert sizes == {
        ("all", "", ""): ("", "15", "6"),
        ("icb", "Q1", "Q1"): ("", "13", "6"),
        ("icb", "not stated", "not stated"): ("", "2", "0"),
        ("pcn", "Q1", "U1"): ("North", "12", "6"),
        ("pcn", "Q1", "not stated"): ("", "1", "0"),
        ("pcn", "not stated", "not stated"): ("", "2", "0"),
        ("practice", "Q1", "A"): ("The Elms", "10", "5"),
        ("practice", "Q1", "B"): ("", "2", "1"),
        ("practice", "Q1", "C"): ("", "1", "0"),
        ("practice", "not stated", "D"): ("", "1", "0"),
        ("practice", "not stated", "not stated"): ("", "1", "0"),
    }


def test_a_name_that_looks_like_a_formula_is_none_in_a_spreadsheet(tmp_path: Path) -> None:
    given = tmp_path / "organisations.csv"
    given.write_text('practice,practice_name\nA,"=HYPERLINK(""http://x"")"\n')
    row = line(reported(tmp_path, PEOPLE, {}, organisations=given), "A")
    assert row["name"] == '\'=HYPERLINK("http://x")'


def test_points_stop_at_both_thresholds(tmp_path: Path) -> None:
    people = [somebody(str(number), "A") for number in range(10)]
    points = {}
    for met in (4, 5, 9, 10):
        rows = [included(person, "CAN004", "met" if person < met else "not met") for person in range(10)]
        files = reported(tmp_path / str(met), people, {"indicators": rows})
        points[met] = Decimal(line(files, "A")["points"])
    assert points == {4: 0, 5: 0, 9: 6, 10: 6}
