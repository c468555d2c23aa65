"""Dates, numbers and codes as exports write them, and what spreadsheets make of them."""

from datetime import date

import pytest
from ccr_gp_exports.dates import days_written, fhir_day
from ccr_gp_exports.numbers import (
    Person,
    is_nhs_number,
    is_spoilt,
    person_of,
    plain_number,
    reference_of,
    spaced,
)
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.record.fhir_dates import NotADate

# --- dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("01/02/2024", "2024-02-01"),
        ("1/2/2024", "2024-02-01"),
        ("01-02-2024", "2024-02-01"),
        ("01.02.2024", "2024-02-01"),
        ("01-Feb-2024", "2024-02-01"),
        ("1 Feb 2024", "2024-02-01"),
        ("1  February  2024", "2024-02-01"),
        ("29/02/2024", "2024-02-29"),
        ("Feb 2024", "2024-02"),
        ("Feb-2024", "2024-02"),
        ("02/2024", "2024-02"),
        ("2024", "2024"),
        ("2024-02-01", "2024-02-01"),
        ("2024-02", "2024-02"),
        ("20240201", "2024-02-01"),
        ("01/02/2024 14:30", "2024-02-01"),
        ("01/02/2024 02:30:00 PM", "2024-02-01"),
        ("01-Feb-2024 09:30:00.000", "2024-02-01"),
        ("2024-02-01 23:30:00", "2024-02-01"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_british_date(text: str, day: str) -> None:
    assert fhir_day(text) == day


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("01/02/24", "two digits"),
        ("01-Feb-24", "two digits"),
        ("1 Feb 24 09:30", "two digits"),
        ("02/13/2024", "above 12"),
        ("45323", "spreadsheet"),
        ("45323.5", "spreadsheet"),
        ("29/02/2023", "no day that exists"),
        ("31/04/2024", "no day that exists"),
        ("1 Foo 2024", "no date"),
        ("yesterday", "no date"),
        ("Feb 24", "no date"),
    ],
)
def test_what_cannot_be_told_is_refused_and_not_shown(text: str, says: str) -> None:
    with pytest.raises(NotADate, match=says) as error:
        fhir_day(text)
    assert text not in str(error.value)


@given(st.dates(min_value=date(1850, 1, 1), max_value=date(2999, 12, 31)))
def test_the_day_stands_before_the_month_always(day: date) -> None:
    assert fhir_day(f"{day.day}/{day.month}/{day.year}") == day.isoformat()


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (date(2026, 1, 2), date(2026, 1, 2), "02/01/2026"),
        (date(2026, 1, 2), date(2026, 1, 3), "02/01/2026 to 03/01/2026"),
        (date(1850, 4, 1), date(2026, 4, 20), "on or before 20/04/2026"),
        (date(2026, 1, 2), date(2999, 12, 31), "on or after 02/01/2026"),
        (date(1850, 1, 1), date(2999, 12, 31), "unknown"),
    ],
)
def test_a_day_that_nobody_knows_is_not_made_up(first: date, last: date, written: str) -> None:
    assert days_written(first, last, "%d/%m/%Y") == written


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("9990000026", True),
        ("9990000018", True),
        ("9434765919", True),
        ("9990000027", False),
        ("999000002", False),
        ("99900000260", False),
        ("999000002X", False),
        ("\u0669990000026", False),
        ("", False),
    ],
)
def test_an_nhs_number_has_a_check_digit(text: str, is_one: bool) -> None:
    assert is_nhs_number(text) is is_one


@given(st.integers(0, 999_999_999))
def test_no_nine_digits_have_two_check_digits(start: int) -> None:
    assert sum(is_nhs_number(f"{start:09}{digit}") for digit in range(10)) <= 1


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("999 000 0026", "9990000026"),
        ("999-000-0026", "9990000026"),
        ('="9990000026"', "9990000026"),
        ("'9990000026", "9990000026"),
        (" 1001 ", "1001"),
        ("AB-12 3", "AB-12 3"),
    ],
)
def test_a_number_without_what_is_around_it(cell: str, number: str) -> None:
    assert plain_number(cell) == number


@pytest.mark.parametrize("cell", ["9.99E+09", "9.99e9", "9990000026.0", "1001."])
def test_a_number_that_a_spreadsheet_changed(cell: str) -> None:
    assert is_spoilt(cell)
    assert not is_spoilt("1001")


def test_a_reference_is_the_nhs_number_or_that_of_the_system() -> None:
    assert reference_of(Person("9990000026", "1001"), "emis") == "9990000026"
    assert reference_of(Person("", "1001"), "emis") == "emis-1001"
    assert reference_of(Person("", "A B"), "emis") == ""
    assert reference_of(Person("a b", ""), "emis") == ""
    assert reference_of(Person(), "emis") == ""


def test_what_a_reference_tells_of_a_person() -> None:
    assert person_of("Patient/9990000026", ("emis",)) == Person("9990000026")
    assert person_of("Patient/emis-1001", ("emis",)) == Person("", "1001")
    assert person_of("Patient/other-1001", ("emis",)) == Person("", "other-1001")


def test_an_nhs_number_is_written_so_that_no_spreadsheet_sees_a_number() -> None:
    assert spaced("9990000026") == "999 000 0026"
    assert spaced("1001") == "1001"
