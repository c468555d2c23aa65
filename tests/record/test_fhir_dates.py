"""FHIR dates become Europe/London days, or are refused; never anything between."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.dates import CALENDAR_END, CALENDAR_START
from ccr_rules.record.entry import Days
from ccr_rules.record.fhir_dates import SOMETIME, NotADate, at_age, days_of, first_event, start_of
from ccr_rules.record.london import london_day
from ccr_rules.record.shapes import Period, Quantity, Repeat, Timing

LONDON = ZoneInfo("Europe/London")


def day(text: str) -> Days:
    return Days(date.fromisoformat(text), date.fromisoformat(text))


def span(first: str, last: str) -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2024-12", "2024-12-01", "2024-12-31"),
        ("1850", "1850-01-01", "1850-12-31"),
        ("2999-12", "2999-12-01", "2999-12-31"),
    ],
)
def test_a_partial_date_is_all_the_days_it_can_be(text: str, first: str, last: str) -> None:
    assert days_of(text) == span(first, last)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("2024-02-29", "2024-02-29"),
        ("2025-06-30T23:59:59Z", "2025-07-01"),  # in summer London is an hour ahead
        ("2025-06-30T22:59:59Z", "2025-06-30"),
        ("2025-12-31T23:59:59Z", "2025-12-31"),
        ("2025-07-01T00:30:00+01:00", "2025-07-01"),
        ("2025-01-01T00:30:00+01:00", "2024-12-31"),  # in winter it is not
        ("2025-03-29T23:30:00Z", "2025-03-29"),  # the night before summer time begins
        ("2025-03-30T23:30:00Z", "2025-03-31"),  # and the first one in it
        ("2025-10-25T23:30:00Z", "2025-10-26"),  # the night in which it ends
        ("2025-10-26T23:30:00Z", "2025-10-26"),
        ("2025-03-01T20:00:00-05:00", "2025-03-02"),
        ("2025-03-01T01:00:00+09:30", "2025-02-28"),
        ("1950-06-01T00:00:00+01:00", "1950-06-01"),  # summer time of old
        ("1943-07-01T22:30:00Z", "1943-07-02"),  # double summer time
        ("1970-01-01T00:30:00+01:00", "1970-01-01"),  # summer time all year, 1968 to 1971
        ("2016-12-31T23:59:60Z", "2016-12-31"),  # a leap second
        ("2025-06-30T23:59:59.123456789Z", "2025-07-01"),
    ],
)
def test_an_instant_is_the_day_it_was_in_london(text: str, on: str) -> None:
    assert days_of(text) == day(on)


@pytest.mark.parametrize("text", ["2025-06-30T23:59:59", "2025-06-30T23:59", "2025-06-30T00:00:00.5"])
def test_without_an_offset_it_is_the_day_as_written(text: str) -> None:
    assert days_of(text) == day("2025-06-30")


@pytest.mark.parametrize(
    "text",
    [
        *("0001-01-01", "1849-12-31", "1849", "3000-01", "9999-12-31", "9999-12-31T23:59:59-14:00"),
        *("0001-01-01T00:00:00+14:00", "2999-12-31T23:30:00-05:00", "1850-01-01T00:30:00+05:00"),
    ],
)
def test_a_day_outside_the_calendar_is_no_day(text: str) -> None:
    assert days_of(text) is None


@pytest.mark.parametrize(
    "text",
    ["2025-02-30", "2025-13", "2025-00-10", "0000", "0000-01-01", "2023-02-29", "2025-04-31T10:00:00Z"],
)
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(NotADate, match="a day that does not exist"):
        days_of(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "unknown", "01/02/2025", "2025-1-1", "20250101", "2025-W01-1", "2025-01-01 10:00:00"),
        *("2025-01-01T", "2025-01-01T24:00:00Z", "2025-01-01T10:60:00Z", "2025-01-01T10:00:00+15:00"),
        *(" 2025", "2025\n", "٢٠٢٥"),
    ],
)
def test_another_form_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(NotADate, match=r"^not of the form YYYY") as refusal:
        days_of(text)
    assert not text.strip() or text.strip() not in str(refusal.value)


@given(st.datetimes(datetime(1850, 1, 2), datetime(2099, 12, 30)), st.integers(-14 * 60, 14 * 60))
def test_every_instant_agrees_with_the_time_zone_database(moment: datetime, minutes: int) -> None:
    there = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    expected = there.astimezone(LONDON).date()
    assert days_of(there.isoformat()) == Days(expected, expected)


def test_every_evening_since_1900_agrees_with_the_time_zone_database() -> None:
    evening = datetime(1900, 1, 1, 22, 30)
    while evening.year < 2038:
        assert london_day(evening) == evening.replace(tzinfo=UTC).astimezone(LONDON).date()
        evening += timedelta(minutes=60 if evening.hour == 22 else 23 * 60)


@given(st.text(max_size=30))
def test_any_text_gives_days_in_the_calendar_or_a_refusal(text: str) -> None:
    try:
        found = days_of(text)
    except NotADate:
        return
    assert found is None or CALENDAR_START <= found.first <= found.last <= CALENDAR_END


@given(st.dates(CALENDAR_START, CALENDAR_END))
def test_every_day_of_the_calendar_is_itself_and_lies_in_its_month_and_year(one: date) -> None:
    found = days_of(one.isoformat())
    month, year = days_of(one.isoformat()[:7]), days_of(one.isoformat()[:4])
    assert found == Days(one, one)
    assert month is not None
    assert year is not None
    assert year.first <= month.first <= one <= month.last <= year.last


def test_a_period_counts_by_its_start() -> None:
    assert start_of(Period("2025-01", "2025-03-04")) == span("2025-01-01", "2025-01-31")


def test_a_period_with_only_an_end_began_on_some_day_up_to_it() -> None:
    assert start_of(Period(None, "2025-03")) == Days(CALENDAR_START, date(2025, 3, 31))


@pytest.mark.parametrize("period", [Period(), Period(None, "0001")])
def test_an_empty_period_is_no_day(period: Period) -> None:
    assert start_of(period) is None


def test_a_timing_counts_by_its_first_event() -> None:
    assert first_event(Timing(["2025-03-02", "0001", "2025-03-01"])) == day("2025-03-01")


def test_a_timing_without_events_counts_by_its_bounds() -> None:
    assert first_event(Timing(None, Repeat(Period("2025-05-01")))) == day("2025-05-01")
    assert first_event(Timing(None, Repeat())) is None
    assert first_event(Timing()) is None


BORN = Days(date(1950, 6, 15), date(1950, 6, 15))


@pytest.mark.parametrize(
    ("age", "first", "last"),
    [
        (Quantity(70, code="a"), "2020-06-15", "2021-06-14"),
        (Quantity(70.5, unit="Years"), "2020-06-15", "2021-06-14"),
        (Quantity(2, code="mo"), "1950-08-15", "1950-09-14"),
        (Quantity(3, code="wk"), "1950-07-06", "1950-07-12"),
        (Quantity(0, code="d"), "1950-06-15", "1950-06-15"),
    ],
)
def test_an_age_is_the_days_on_which_the_patient_had_it(age: Quantity, first: str, last: str) -> None:
    assert at_age(age, BORN) == span(first, last)


def test_an_age_of_somebody_whose_birth_is_known_by_year_spans_both_years() -> None:
    assert at_age(Quantity(10, code="a"), span("1950-01-01", "1950-12-31")) == span(
        "1960-01-01", "1961-12-30"
    )


@pytest.mark.parametrize(
    "age",
    [
        Quantity(70, code="fortnight"),
        Quantity(None, code="a"),
        Quantity(-1, code="a"),
        Quantity(10**9, code="a"),
    ],
)
def test_an_age_that_cannot_be_placed_is_some_day(age: Quantity) -> None:
    assert at_age(age, BORN) == SOMETIME


def test_an_age_without_a_date_of_birth_is_some_day() -> None:
    assert at_age(Quantity(70, code="a"), None) == SOMETIME
