"""Dates and texts as a screen shows them."""

from datetime import date

import pytest

from ccr_rules.dates import ABSENT, CALENDAR_END, CALENDAR_START, MAYBE, DateValue, display, on
from ccr_rules.evaluation.wording import (
    date_in_words,
    days_in_words,
    days_left_in_words,
    sentence_case,
)
from ccr_rules.language.english.phrases import listed


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), "01-Jan-2026"),
        (date(2024, 2, 1), date(2024, 2, 29), "Feb-2024"),
        (date(2023, 2, 1), date(2023, 2, 28), "Feb-2023"),
        (date(2024, 2, 1), date(2024, 2, 28), "between 01-Feb-2024 and 28-Feb-2024"),
        (date(2024, 2, 2), date(2024, 2, 29), "between 02-Feb-2024 and 29-Feb-2024"),
        (date(2024, 12, 1), date(2024, 12, 31), "Dec-2024"),
        (date(2024, 1, 1), date(2024, 12, 31), "2024"),
        (date(2023, 1, 1), date(2024, 12, 31), "between 01-Jan-2023 and 31-Dec-2024"),
        (date(2024, 3, 1), date(2025, 3, 31), "between 01-Mar-2024 and 31-Mar-2025"),
        (CALENDAR_START, CALENDAR_END, "on an unknown day"),
        (CALENDAR_START, date(2024, 1, 1), "on or before 01-Jan-2024"),
        (date(2024, 1, 1), CALENDAR_END, "on or after 01-Jan-2024"),
        (date(1850, 4, 1), date(2024, 1, 1), "on or before 01-Jan-2024"),
        (date(1860, 1, 1), date(2024, 1, 1), "between 01-Jan-1860 and 01-Jan-2024"),
    ],
)
def test_days(first: date, last: date, words: str) -> None:
    assert days_in_words(first, last) == words


def test_a_date_value() -> None:
    new_year = on(date(2026, 1, 1))
    assert date_in_words(new_year) == "01-Jan-2026"
    assert date_in_words(DateValue(MAYBE, new_year.first, new_year.last)) == "perhaps 01-Jan-2026"
    assert date_in_words(ABSENT) == "none"


@pytest.mark.parametrize(
    ("words", "joined"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list(words: list[str], joined: str) -> None:
    assert listed(words) == joined


def test_a_list_of_alternatives() -> None:
    assert listed(["a", "b", "c"], "or") == "a, b or c"


@pytest.mark.parametrize(
    ("days", "words"),
    [(21, "21 days left"), (1, "1 day left"), (0, "today"), (-1, "1 day past"), (-3, "3 days past")],
)
def test_days_left(days: int, words: str) -> None:
    assert days_left_in_words(days) == words


def test_a_sentence_begins_with_a_large_letter() -> None:
    assert [sentence_case(words) for words in ("", "cancer care review", "QOF")] == [
        "",
        "Cancer care review",
        "QOF",
    ]


def test_months_are_english_whatever_the_locale_of_the_process() -> None:
    """NHS Common User Interface: 01-Jan-2026. `calendar` would ask the locale."""
    shown = [display(date(2026, month, 9)) for month in range(1, 13)]
    assert shown == [
        *("09-Jan-2026", "09-Feb-2026", "09-Mar-2026", "09-Apr-2026", "09-May-2026", "09-Jun-2026"),
        *("09-Jul-2026", "09-Aug-2026", "09-Sep-2026", "09-Oct-2026", "09-Nov-2026", "09-Dec-2026"),
    ]
