"""Which day it is in London at a moment of universal time (SEMANTICS 1).

Written out rather than read from the system's time zone files: the inside of the engine reads no
files, and a record must give the same days on every machine and in every replay. Summer time always
began and ended between 01:00 and 02:00, so what matters is only whether it held on the evening of a
day. A change of the law needs a change here.
"""

from bisect import bisect_right
from datetime import date, datetime, timedelta

_BEFORE_1972 = (
    "1916-05-21 1916-10-01 1917-04-08 1917-09-17 1918-03-24 1918-09-30 1919-03-30 1919-09-29 1920-03-28 "
    "1920-10-25 1921-04-03 1921-10-03 1922-03-26 1922-10-08 1923-04-22 1923-09-16 1924-04-13 1924-09-21 "
    "1925-04-19 1925-10-04 1926-04-18 1926-10-03 1927-04-10 1927-10-02 1928-04-22 1928-10-07 1929-04-21 "
    "1929-10-06 1930-04-13 1930-10-05 1931-04-19 1931-10-04 1932-04-17 1932-10-02 1933-04-09 1933-10-08 "
    "1934-04-22 1934-10-07 1935-04-14 1935-10-06 1936-04-19 1936-10-04 1937-04-18 1937-10-03 1938-04-10 "
    "1938-10-02 1939-04-16 1939-11-19 1940-02-25 1945-10-07 1946-04-14 1946-10-06 1947-03-16 1947-11-02 "
    "1948-03-14 1948-10-31 1949-04-03 1949-10-30 1950-04-16 1950-10-22 1951-04-15 1951-10-21 1952-04-20 "
    "1952-10-26 1953-04-19 1953-10-04 1954-04-11 1954-10-03 1955-04-17 1955-10-02 1956-04-22 1956-10-07 "
    "1957-04-14 1957-10-06 1958-04-20 1958-10-05 1959-04-19 1959-10-04 1960-04-10 1960-10-02 1961-03-26 "
    "1961-10-29 1962-03-25 1962-10-28 1963-03-31 1963-10-27 1964-03-22 1964-10-25 1965-03-21 1965-10-24 "
    "1966-03-20 1966-10-23 1967-03-19 1967-10-29 1968-02-18 1971-10-31"
)
"""Days on which summer time began and ended in turn; it held through 1940-45 and 1968-71."""

_DOUBLE = (
    "1941-05-04 1941-08-10 1942-04-05 1942-08-09 1943-04-04 1943-08-15 1944-04-02 1944-09-17 1945-04-02 "
    "1945-07-15 1947-04-13 1947-08-10"
)
"""Days on which double summer time began and ended in turn."""


def _days(text: str) -> list[date]:
    return [date.fromisoformat(day) for day in text.split()]


_SUMMER_DAYS, _DOUBLE_DAYS = _days(_BEFORE_1972), _days(_DOUBLE)


def london_day(moment: datetime) -> date:
    """Return the day in London at a moment given in universal time."""
    day = moment.date()
    if moment.hour < 22:  # London has never been more than two hours ahead
        return day
    return (moment + timedelta(hours=_hours_ahead(day))).date()


def _hours_ahead(day: date) -> int:
    """Return how many hours London is ahead of universal time on the evening of a day."""
    if day.year < 1972:
        return bisect_right(_SUMMER_DAYS, day) % 2 + bisect_right(_DOUBLE_DAYS, day) % 2
    begins = _sunday(day.year, 3, 31 if day.year >= 1981 else 22)
    ends = _sunday(day.year, 10, 31 if day.year >= 1996 else 28 if day.year >= 1990 else 29)
    return 1 if begins <= day < ends else 0


def _sunday(year: int, month: int, day: int) -> date:
    """Return the last Sunday up to a day."""
    latest = date(year, month, day)
    return latest - timedelta(days=latest.isoweekday() % 7)
