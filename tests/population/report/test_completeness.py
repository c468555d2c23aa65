"""Registers beside what is expected, and what is wrong with the records."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ccr_rules.errors import UsageError
from ccr_rules.population.report.bounds import Bound
from ccr_rules.population.report.completeness import Prevalence, completeness_of, prevalence_of
from ccr_rules.population.report.content import Wanted
from ccr_rules.population.report.intervals import poisson_interval
from tests.population.report.samples import BEST, QOF, on_register, somebody, write_answers, write_data
from tests.population.report.support import made, reported

ATLAS = Prevalence(Decimal("0.05"), "An atlas")


# The exact ends are those of the tables of the Poisson distribution (Garwood 1936).
@pytest.mark.parametrize(
    ("count", "low", "high", "method"),
    [
        (0, 0.0, 3.6889, "exact Poisson"),
        (1, 0.0253, 5.5716, "exact Poisson"),
        (5, 1.6235, 11.6683, "exact Poisson"),
        (9, 4.1154, 17.0848, "exact Poisson"),
        (10, 4.7954, 18.3904, "Byar"),
        (100, 81.3639, 121.6273, "Byar"),
    ],
)
def test_the_interval_is_that_of_the_tables(count: int, low: float, high: float, method: str) -> None:
    found = poisson_interval(count)
    assert found.method == method
    near = 0.0001 if method == "exact Poisson" else 0.01
    assert abs(found.low - low) < near
    assert abs(found.high - high) < near


def test_a_register_is_compared_with_the_prevalence_of_its_list() -> None:
    told = completeness_of(Bound(40, 40), Bound(1000, 1000), ATLAS)
    assert (told.expected, told.ratio, told.method) == (Decimal(50), (Decimal("0.8"), Decimal("0.8")), "Byar")
    assert told.interval == (Decimal("0.571"), Decimal("1.089"))  # 28.58 and 54.47 of 50


def test_who_may_be_on_it_widens_the_interval() -> None:
    told = completeness_of(Bound(5, 40), Bound(1000, 1000), ATLAS)
    assert told.ratio == (Decimal("0.1"), Decimal("0.8"))
    assert told.interval == (Decimal("0.032"), Decimal("1.089"))
    assert told.method == "exact Poisson; Byar"


def test_nobody_on_the_list_is_compared_with_nothing() -> None:
    assert completeness_of(Bound(), Bound(), ATLAS).ratio is None


@pytest.mark.parametrize(
    ("share", "source", "says"),
    [
        (0.03, None, "go together"),
        (0.03, "", "go together"),
        (None, "An atlas", "go together"),
        (3.5, "An atlas", "write a share of the list"),
        (0.0, "An atlas", "write a share of the list"),
    ],
)
def test_a_prevalence_needs_its_source(share: float | None, source: str | None, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        prevalence_of(share, source)


def test_without_a_prevalence_nothing_is_expected() -> None:
    assert prevalence_of(None, None) is None
    assert prevalence_of(0.035, "An atlas") == Prevalence(Decimal("0.035"), "An atlas")


PEOPLE = [somebody(str(number), "A") for number in range(20)]
ROWS: dict[str, list[dict[str, Any]]] = {
    "indicators": [on_register(0), on_register(1)],
    "findings": [
        {"person": 0, "finding": "qof-date-from-spread", "holds": "yes"},
        {"person": 1, "finding": "qof-date-from-spread", "holds": "cannot tell"},
    ],
}


def test_the_file_holds_registers_findings_and_what_the_ingest_said(tmp_path: Path) -> None:
    said: dict[str, Any] = {
        "findings": {"undated": 3},
        "quarantined": 4,
        "unattributed": 1,
        "lacking": {"Flag": 20},
    }
    write_data(tmp_path / "data", PEOPLE, **said)
    answers = write_answers(tmp_path / "answers", tmp_path / "data", (QOF, BEST), ROWS)
    rows = made(Wanted(answers, prevalence=ATLAS)).rows("completeness.csv")
    told = [(row["level"], row["topic"], row["id"], row["people"], row["people_most"]) for row in rows]
    assert told == [
        ("all", "register", "CAN001", "2", "2"),
        ("practice", "register", "CAN001", "2", "2"),
        ("all", "finding", "qof-date-from-spread", "1", "2"),
        ("practice", "finding", "qof-date-from-spread", "1", "2"),
        ("all", "record", "undated", "3", "3"),
        ("all", "not supplied", "Flag", "20", "20"),
        ("all", "not read", "resources or lines set aside", "4", "4"),
        ("all", "not read", "of which nobody knows whose", "1", "1"),
        ("all", "not read", "patients of whom nothing could be read", "0", "0"),
    ]
    assert (rows[0]["expected"], rows[0]["ratio_low"], rows[0]["source"]) == ("1.000", "2.000", "An atlas")
    assert (rows[0]["list_size"], rows[0]["method"]) == ("20", "exact Poisson")


def test_without_a_prevalence_the_comparison_is_empty(tmp_path: Path) -> None:
    row = reported(tmp_path, PEOPLE, ROWS).rows("completeness.csv")[0]
    assert (row["people"], row["expected"], row["ratio_low"], row["source"]) == ("2", "", "", "")
