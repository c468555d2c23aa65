"""The contract years of qof-cancer, one version each: no day without one, and no review counted twice."""

from datetime import date, timedelta

import pytest

from ccr_rules.dates import on
from ccr_rules.engine import Engine
from ccr_rules.evaluation.asof import Moment
from ccr_rules.language.ast import DateLiteral
from ccr_rules.library.library import Library
from ccr_rules.record.entry import SNOMED, Coding, Days, Entry
from ccr_rules.record.patient import KINDS, PatientRecord

LIBRARY = Library.shipped()
ENGINE = Engine(LIBRARY)
YEARS = {ruleset.in_force_from.year: ruleset for ruleset in LIBRARY.rulesets if ruleset.id == "qof-cancer"}


def test_every_year_since_the_first_has_its_version() -> None:
    assert list(YEARS) == list(range(2004, 2027))


@pytest.mark.parametrize("year", YEARS)
def test_a_version_is_in_force_for_its_contract_year_and_counts_until_its_end(year: int) -> None:
    ruleset = YEARS[year]
    assert ruleset.version == f"{year}.1.0"
    assert (ruleset.in_force_from, ruleset.in_force_to) == (date(year, 4, 1), date(year + 1, 3, 31))
    end = ruleset.lets["PPED"].date
    assert isinstance(end, DateLiteral)
    assert end.value == on(date(year + 1, 3, 31))


def test_years_that_share_a_table_are_overlays_of_one() -> None:
    bases = {year: int(ruleset.base.version[:4]) for year, ruleset in YEARS.items() if ruleset.base}
    assert bases == {
        2005: 2004,
        **dict.fromkeys(range(2007, 2013), 2006),
        **dict.fromkeys(range(2015, 2020), 2014),
        2020: 2019,
        **dict.fromkeys((2021, 2022, 2024), 2023),
        2026: 2025,
    }


# --- one review, counted once --------------------------------------------------------------------

REVIEW_INDICATORS = {"CANCER3", "CAN002", "CAN003", "CAN004"}
DIAGNOSED = [date(2006, 4, 3) + timedelta(days=59 * step) for step in range(116)]


def years_that_count(diagnosed: date, reviewed: date) -> list[int]:
    """Return the contract years whose review indicator is met by a review."""
    entries = (entry("Condition", "254837009", diagnosed), entry("Observation", "720006006", reviewed))
    record = PatientRecord("Patient/p", entries, supplied=frozenset(KINDS))
    around = range(max(contract_year(diagnosed) - 1, 2006), min(contract_year(reviewed) + 3, 2025))
    return [year for year in around if is_met(record, year)]


def is_met(record: PatientRecord, year: int) -> bool:
    end = date(year + 1, 3, 31)
    prepared = ENGINE.prepare(end, [f"qof-cancer@{year}"])
    indicators = ENGINE.evaluate_record(record, Moment(end, end), prepared).indicators
    return any(each.numerator == "met" for each in indicators if each.id in REVIEW_INDICATORS)


def contract_year(day: date) -> int:
    return day.year if (day.month, day.day) >= (4, 1) else day.year - 1


def entry(kind: str, code: str, day: date) -> Entry:
    days = Days(day, day)
    return Entry(f"{kind}/e", kind, (Coding(SNOMED, code),), clinical=days, recorded=days, episode="first")


@pytest.mark.parametrize("after", [0, 88])
def test_a_review_within_three_months_counts_in_its_own_year(after: int) -> None:
    for diagnosed in DIAGNOSED:
        reviewed = diagnosed + timedelta(days=after)
        is_new_scheme = diagnosed < date(2021, 4, 1) <= reviewed  # CAN004 begins with diagnoses of that day
        expected = [] if is_new_scheme else [contract_year(reviewed)]
        assert years_that_count(diagnosed, reviewed) == expected, diagnosed


@pytest.mark.parametrize("after", [120, 185, 364])
def test_no_review_counts_in_another_year_or_twice(after: int) -> None:
    for diagnosed in DIAGNOSED:
        reviewed = diagnosed + timedelta(days=after)
        assert years_that_count(diagnosed, reviewed) in ([], [contract_year(reviewed)]), diagnosed
