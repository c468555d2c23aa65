"""FHIR dates, dateTimes and instants as days in Europe/London (SEMANTICS 1 and 2)."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache

from ccr_rules.dates import CALENDAR_END, CALENDAR_START, Duration, Unit, shift_day
from ccr_rules.record.entry import Days
from ccr_rules.record.london import london_day
from ccr_rules.record.shapes import Period, Quantity, Timing

SOMETIME = Days(CALENDAR_START, CALENDAR_END)
"""A day about which nothing is known; SEMANTICS 8 cuts it to the day on which it was recorded."""

_MONTH_OR_YEAR = re.compile(r"(\d{4})(?:-(\d\d))?", re.ASCII).fullmatch
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII).match
_TIME = re.compile(
    r"T([01]\d|2[0-3]):([0-5]\d)(?::(?:[0-5]\d|60)(?:\.\d+)?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?", re.ASCII
).fullmatch


class NotADate(ValueError):
    """A text that is no FHIR date; the message says why, without showing it."""


def days_of(text: str) -> Days | None:
    """Return the days that a FHIR date, partial date, dateTime or instant means.

    With an offset the day is that of Europe/London; without one it is the day as written.

    Returns:
        The first and last day it can be, or None if it lies outside the years 1850 to 2999.

    Raises:
        NotADate: if it has another form, or names a day that does not exist.
    """
    if len(text) <= 10:
        return _days_of_date(text)
    time = _time_of(text[10:])
    if time is _ANY_TIME:
        return _days_of_date(text[:10])
    if time is None or _DAY(text) is None:
        raise NotADate(_FORMS)
    return _within_calendar(_in_london(_day(text[:10]), *time))


@lru_cache(maxsize=1 << 15)
def _days_of_date(text: str) -> Days | None:
    """Return the days of a text without a time. The same days are in every record: they are remembered."""
    if len(text) < 10:
        return _month_or_year(text)
    if _DAY(text) is None:
        raise NotADate(_FORMS)
    return _within_calendar(_day(text))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotADate(_NO_SUCH_DAY) from None


def _within_calendar(day: date) -> Days | None:
    return Days(day, day) if CALENDAR_START <= day <= CALENDAR_END else None


_Time = tuple[int, int, str]
_ANY_TIME: _Time = (12, 0, "")
"""A time that cannot make the day in London another than the one written."""


@lru_cache(maxsize=1 << 12)
def _time_of(text: str) -> _Time | None:
    """Return hour, minute and offset of what stands behind a day, or None if that is no time."""
    time = _TIME(text)
    if time is None:
        return None
    hour, minute, offset = time.groups()
    if offset is None or (offset in _LIKE_LONDON and "02" <= hour <= "21"):
        return _ANY_TIME
    return int(hour), int(minute), offset


_FORMS = "not of the form YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+zz:zz"
_NO_SUCH_DAY = "a day that does not exist"


def _month_or_year(text: str) -> Days | None:
    parts = _MONTH_OR_YEAR(text)
    if parts is None:
        raise NotADate(_FORMS)
    year, month = parts.groups()
    try:
        first = date(int(year), int(month or "1"), 1)
    except ValueError:
        raise NotADate(_NO_SUCH_DAY) from None
    last_month = 12 if month is None else first.month
    last = date(first.year, last_month, monthrange(first.year, last_month)[1])
    return Days(first, last) if first >= CALENDAR_START and last <= CALENDAR_END else None


_LIKE_LONDON = frozenset({"Z", "+00:00", "+01:00"})
"""Offsets so near to London's (0 to 2 hours, over all years) that only the hours near midnight matter."""


def _in_london(day: date, hour: int, minute: int, offset: str) -> date:
    """Return the day that it is in London at a time with an offset."""
    if not CALENDAR_START.year <= day.year <= CALENDAR_END.year:
        return day
    ahead = timedelta()
    if offset != "Z":
        ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6]))
    moment = datetime(day.year, day.month, day.day, hour, minute)
    return london_day(moment + ahead if offset[0] == "-" else moment - ahead)


def start_of(period: Period) -> Days | None:
    """Return the days of a period's start; one that has only an end began on some day up to it."""
    if period.start is not None:
        return days_of(period.start)
    end = None if period.end is None else days_of(period.end)
    return None if end is None else Days(CALENDAR_START, end.last)


def first_event(timing: Timing) -> Days | None:
    """Return the days of the first event of a timing, or of the start of its bounds."""
    events = [days for days in map(days_of, timing.event or []) if days is not None]
    if events:
        return min(events, key=lambda days: (days.first, days.last))
    bounds = timing.repeat and timing.repeat.bounds_period
    return start_of(bounds) if bounds else None


_UNITS: dict[str, Unit] = {
    "a": "year", "year": "year", "years": "year",
    "mo": "month", "month": "month", "months": "month",
    "wk": "week", "week": "week", "weeks": "week",
    "d": "day", "day": "day", "days": "day",
}  # fmt: skip


def at_age(age: Quantity, born: Days | None) -> Days:
    """Return the days on which somebody had an age: from that birthday to the day before the next."""
    unit = _UNITS.get((age.code or age.unit or "").lower())
    if born is None or unit is None or age.value is None or not 0 <= age.value <= 150 * 366:
        return SOMETIME
    whole = int(age.value)
    first = shift_day(born.first, Duration(whole, unit))
    last = shift_day(born.last, Duration(whole + 1, unit))
    return Days(first, max(first, shift_day(last, Duration(1, "day"), -1)))
