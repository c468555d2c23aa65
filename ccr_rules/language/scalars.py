"""The values that texts of a ruleset stand for: names, days, durations, whole numbers."""

import re
from datetime import date

from ccr_rules.dates import CALENDAR_END, CALENDAR_START, DateValue, Duration, Unit, on, shift_day, span

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*")
NAME_MEANT = "letters, digits, `_` and inner hyphens, starting with a letter"
RESERVED = frozenset(
    {"as_of", "patient", "consultation", "true", "false", "null", "and", "or", "not"}
    | {"between", "is", "in", "later", "earlier", "Coalesce", "never"}
)
"""Words with a meaning of their own: no definition may have them as its name."""

UNITS: dict[str, Unit] = {
    word: unit for unit in ("day", "week", "month", "year") for word in (unit, f"{unit}s")
}

_DURATION = re.compile(r"([0-9]{1,6}) +([a-z]+)")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_PARTIAL_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_WHOLE = re.compile(r"[0-9]{1,9}")


def duration_of(amount: str, unit: str) -> Duration | None:
    """Return the duration of two words such as `3` and `months`, or None."""
    if unit not in UNITS or len(amount) > 6:
        return None
    return Duration(int(amount), UNITS[unit])


def read_duration(text: str) -> Duration | None:
    """Return the duration that a text such as `3 months` stands for, or None."""
    match = _DURATION.fullmatch(text)
    return duration_of(*match.groups()) if match else None


def read_day(text: str) -> date | None:
    """Return the day that a text such as `2024-03-31` stands for, or None."""
    value = read_date(text)
    return value.first if value and _DAY.fullmatch(text) else None


def read_date(text: str) -> DateValue | None:
    """Return the date of `2024-03-31`, `2024-03` or `2024`, or None if the calendar has no such date."""
    match = _PARTIAL_DATE.fullmatch(text)
    if not match:
        return None
    year, month, day = match.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if not CALENDAR_START <= first <= CALENDAR_END:
        return None
    if day:
        return on(first)
    after = shift_day(first, Duration(1, "month" if month else "year"))
    last = CALENDAR_END if after == CALENDAR_END else shift_day(after, Duration(1, "day"), -1)
    return span(first, last)


def read_whole(text: str) -> int | None:
    """Return the whole number that a text stands for, or None."""
    return int(text) if _WHOLE.fullmatch(text) else None
