"""Dates, durations and texts as a screen shows them (NHS Common User Interface: 01-Jan-2026)."""

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from ccr_rules.dates import ABSENT_DATE, CALENDAR_END, MAYBE, MONTHS, DateValue, display
from ccr_rules.language.ruleset import Placeholder, Template

_MONTH_DAYS = timedelta(days=31)
BEFORE_ANYBODY: Final = date(1860, 1, 1)
"""Earlier days come of an unknown one, to which a duration was added: nobody who is alive was there."""


def days_in_words(first: date, last: date) -> str:
    """Return `01-Jan-2026`, `Mar-2024`, `2024`, or `between … and …` for the days from first to last."""
    if first == last:
        return display(first)
    if first < BEFORE_ANYBODY and last == CALENDAR_END:
        return "on an unknown day"
    if first < BEFORE_ANYBODY:
        return f"on or before {display(last)}"
    if last == CALENDAR_END:
        return f"on or after {display(first)}"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return str(first.year)
    whole_month = first.day == 1 and last - first < _MONTH_DAYS and first.month == last.month
    if whole_month and last.day == calendar.monthrange(last.year, last.month)[1]:
        return f"{MONTHS[first.month - 1]}-{first.year}"
    return f"between {display(first)} and {display(last)}"


def date_in_words(value: DateValue) -> str:
    """Return a date value in words: `none`, `01-Jan-2026`, `perhaps 01-Jan-2026`."""
    if value.presence is ABSENT_DATE:
        return "none"
    words = days_in_words(value.first, value.last)
    return f"perhaps {words}" if value.presence is MAYBE else words


def fill(template: Template, show: Callable[[Placeholder], str]) -> str:
    """Return a text with its placeholders shown."""
    return "".join(part if isinstance(part, str) else show(part) for part in template.parts)


def days_left_in_words(days: int) -> str:
    """Return `21 days left`, `due today`, `3 days past`."""
    if days == 0:
        return "today"
    count = f"{abs(days)} day" if abs(days) == 1 else f"{abs(days)} days"
    return f"{count} left" if days > 0 else f"{count} past"


def sentence_case(words: str) -> str:
    """Return words with their first letter large, the rest as it is."""
    return words[:1].upper() + words[1:]
