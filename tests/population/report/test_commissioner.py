"""The commissioner's figures: what was done, what is to be done when, and nothing small that is shared."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccr_rules.errors import UsageError
from ccr_rules.population.report.achievement import Achievement
from ccr_rules.population.report.bounds import Bound
from ccr_rules.population.report.commissioner import Commissioned, Family
from ccr_rules.population.report.organisations import EVERYBODY, Organisations, Unit
from ccr_rules.population.report.tallies import ReviewTally
from tests.population.report.samples import BEST, QOF, included, on_register, review, somebody
from tests.population.report.support import Files, reported

AS_OF = date(2026, 1, 20)
REVIEW = "cancer-care-review"


def figures(files: Files, topic: str, unit: str = "") -> dict[str, tuple[str, str]]:
    return {
        row["measure"]: (row["people"], row["people_most"])
        for row in files.rows("commissioner.csv")
        if (row["topic"], row["organisation"]) == (topic, unit)
    }


def told(tmp_path: Path, people: list[Any], reviews: list[dict[str, Any]], **wanted: Any) -> Files:
    return reported(tmp_path, people, {"reviews": reviews}, (BEST,), said={"as_of": AS_OF}, **wanted)


def test_reviews_are_counted_by_how_they_stand(tmp_path: Path) -> None:
    people = [somebody(str(number), "A") for number in range(8)]
    statuses = ["done", "done", "done late", "declined", "lapsed", "overdue", "open"]
    reviews = [review(number, REVIEW, status) for number, status in enumerate(statuses)]
    reviews.append(review(7, REVIEW, "cannot tell", possible=["done", "overdue"]))
    files = told(tmp_path, people, reviews)
    assert figures(files, "review", "A") == {
        "done": ("2", "3"),
        "done late": ("1", "1"),
        "declined": ("1", "1"),
        "lapsed": ("1", "1"),
        "overdue": ("1", "2"),
        "to come": ("1", "1"),
        "cannot tell": ("1", "1"),
        "rate": ("", ""),
    }
    (rate,) = [
        row
        for row in files.rows("commissioner.csv")
        if (row["measure"], row["topic"], row["level"]) == ("rate", "review", "all")
    ]
    assert (rate["percent_low"], rate["percent_high"]) == ("42.86", "57.14")  # 3 of 7, 4 of 7


def test_a_review_that_only_may_apply_is_nobodys_for_sure(tmp_path: Path) -> None:
    rows = [review(0, REVIEW, "cannot tell", possible=["open", "not applicable"])]
    assert figures(told(tmp_path, [somebody("a")], rows), "review")["to come"] == ("0", "1")
    rows = [review(0, REVIEW, "cannot tell", possible=["overdue", "not applicable"])]
    files = told(tmp_path / "2", [somebody("a")], rows)
    assert figures(files, "review")["overdue"] == ("0", "1")


# Asked on 20-Jan-2026: the last 12 months began on 21-Jan-2025.
@pytest.mark.parametrize(
    ("opens", "possible", "count"),
    [
        ("2025-01-21", None, ("1", "1")),
        ("2025-01-20", None, ("0", "0")),
        ("2026-01-20", None, ("1", "1")),
        ("2025-01-01/2025-01-31", None, ("0", "1")),
        ("2025-06-01", ["open", "done"], ("1", "1")),
        ("2025-06-01", ["open", "not applicable"], ("0", "1")),
    ],
)
def test_who_was_diagnosed_in_the_last_12_months_is_newly_diagnosed(
    tmp_path: Path, opens: str, possible: list[str] | None, count: tuple[str, str]
) -> None:
    status = "cannot tell" if possible else "open"
    row = review(0, REVIEW, status, opens=opens, due="2027-06-01", possible=possible)
    other = row | {"review": "support-conversation"}
    files = told(tmp_path, [somebody("a")], [row, other])
    assert figures(files, "newly diagnosed") == {"in the last 12 months": count}


def test_reviews_needed_are_told_by_month(tmp_path: Path) -> None:
    people = [somebody(str(number), "A") for number in range(7)]
    people.append(somebody("left", "A", deregistered="2025-01-01"))
    reviews = [
        review(0, REVIEW, "overdue", due="2025-12-01"),
        review(1, REVIEW, "due soon", due="2026-02-01"),
        review(2, REVIEW, "open", due="2026-02-28"),
        review(3, REVIEW, "open", due="2027-01-20"),
        review(4, REVIEW, "open", due="2027-01-21"),
        review(5, REVIEW, "open", due="2026-03-15/2026-04-14"),
        review(6, REVIEW, "cannot tell", due="2026-03-15", possible=["open", "done"]),
        review(7, REVIEW, "open", due="2026-02-01"),
    ]
    files = told(tmp_path, people, reviews)
    assert figures(files, "reviews needed by month") == {
        "2026-02": ("2", "2"),
        "2027-01": ("1", "1"),
        "month not settled": ("1", "1"),
    }
    assert figures(files, "reviews needed") == {
        "overdue now": ("1", "1"),
        "in the next 12 months": ("4", "4"),
        "cannot tell": ("0", "1"),
    }


# 40 people of A, whose reviews come due in two months of 20 each; 20 of B, 18 in the one and 2 in the other.
def test_small_months_are_hidden_and_the_year_ahead_is_shown(tmp_path: Path) -> None:
    people = [somebody(str(number), "A" if number < 40 else "B") for number in range(60)]
    days = ["2026-02-01"] * 20 + ["2026-03-01"] * 20 + ["2026-02-01"] * 18 + ["2026-03-01"] * 2
    reviews = [review(number, REVIEW, "open", due=due) for number, due in enumerate(days)]
    files = told(tmp_path, people, reviews, to_share=True)
    assert figures(files, "reviews needed", "B")["in the next 12 months"] == ("20", "20")
    assert figures(files, "reviews needed by month", "B") == {"2026-02": ("", ""), "2026-03": ("", "")}
    assert figures(files, "reviews needed by month", "A") == {"2026-02": ("", ""), "2026-03": ("", "")}
    assert figures(files, "reviews needed by month") == {"2026-02": ("38", "38"), "2026-03": ("22", "22")}


def test_invitations_and_registers_and_indicators_are_counted(tmp_path: Path) -> None:
    rows = {
        "reviews": [review(0, REVIEW, "overdue", opens="2025-01-01", due="2026-01-01")],
        "indicators": [on_register(0) | {"ruleset": QOF}, included(0, "CAN004") | {"ruleset": QOF}],
    }
    files = reported(tmp_path, [somebody("a")], rows, (BEST, QOF), said={"as_of": AS_OF})
    assert figures(files, "invitations") == {"not invited yet": ("1", "1")}
    assert figures(files, "register") == {"on the register": ("1", "1")}
    assert figures(files, "indicator")["met"] == ("0", "0")  # the last one is CAN005


def test_what_is_shared_hides_small_numbers_and_holds_nobody(tmp_path: Path) -> None:
    people = [somebody(str(number), "A" if number < 6 else "B") for number in range(20)]
    reviews = [review(number, REVIEW, "overdue", due="2025-12-01") for number in range(20)]
    reviews[19]["status"] = "done"
    told(tmp_path, people, reviews)
    files = told(tmp_path, people, reviews, to_share=True)
    assert sorted(path.name for path in files.folder.iterdir() if path.suffix != ".html") == [
        "commissioner.csv",
        "equity.csv",
    ]
    assert "Patient/" not in files.text("commissioner.csv") + files.text("equity.csv")
    rows = [row for row in files.rows("commissioner.csv") if row["topic"] == "review"]
    assert {row["suppressed"] for row in rows} == {"yes"}
    assert {row["people"] for row in rows} == {""}
    assert files.report.content.commissioned.hidden == 9  # three topics of three units
    needed = [row for row in files.rows("commissioner.csv") if row["topic"] == "reviews needed"]
    assert {row["suppressed"] for row in needed} == {"yes"}, "they would give the overdue away"


TALLIES = st.lists(
    st.tuples(
        st.sampled_from("ABCD"),
        st.sampled_from(["done", "done late", "overdue", "open", "lapsed"]),
        st.integers(1, 9),
    ),
    max_size=12,
)


@given(TALLIES)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_family_that_is_shown_holds_a_small_number(tallies: list[tuple[str, str, int]]) -> None:
    sizes: Mapping[str, Bound] = {practice: Bound(100, 100) for practice in "ABCD"}
    reviews = [
        ReviewTally(practice, BEST, REVIEW, status, (), people) for practice, status, people in tallies
    ]
    commissioned = Commissioned(Achievement({}, Organisations(), sizes, []), reviews, [], 5)
    for family in commissioned.families:
        shown = {unit: commissioned.figures(family, unit) for unit in commissioned.units}
        numbers = [bound.least for each in shown.values() if each for bound in each.counts.values()]
        assert not any(0 < number < 5 for number in numbers)
        everybody = shown[EVERYBODY]
        unseen = [unit for unit, each in shown.items() if each is None]
        assert everybody is None or len(unseen) != 1


def test_figures_of_somebody_without_any_are_none(tmp_path: Path) -> None:
    people = [somebody("a", "A"), somebody("b", "B")]
    content = told(tmp_path, people, [review(0, REVIEW, "done")]).report.content
    empty = content.commissioned.figures(Family(BEST, "review", REVIEW), Unit("practice", practice="B"))
    assert empty is not None
    assert (empty.counts, empty.rate) == ({}, None)


def test_a_report_to_share_has_no_patients_in_its_page() -> None:
    from ccr_rules.cli.reporting import Asked, run

    with pytest.raises(UsageError, match="say one"):
        run(Asked(Path("x"), to_share=True, with_patients=True))
