"""British dates, whole or partial. The day stands before the month, always: the order is never guessed."""

import re
from datetime import date
from functools import lru_cache
from typing import Final

from ccr_rules.dates import CALENDAR_END
from ccr_rules.evaluation.wording import BEFORE_ANYBODY
from ccr_rules.population.flat.dates import FORMS, fhir_date
from ccr_rules.record.fhir_dates import NotADate

_FORMS: Final = tuple(FORMS)
_HALF_DAY: Final = re.compile(r"(?<=\d)\s*[ap]\.?m\.?$", re.IGNORECASE)
_TWO_DIGITS: Final = re.compile(r"\d{1,2}[/. -](?:\d{1,2}|[A-Za-z]{3,9})[/. -]\d\d(?:[ T].*)?", re.ASCII)
_MONTH_SECOND: Final = re.compile(r"\d{1,2}[/.-](\d{1,2})[/.-]\d{4}(?:[ T].*)?", re.ASCII)
_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)


@lru_cache(maxsize=1 << 14)
def fhir_day(text: str) -> str:
    """Return a date, or what of it is known, as FHIR writes it; empty for an empty cell. Times are dropped.

    Raises:
        NotADate: if it is none, or cannot be told; the message says why, without showing it.
    """
    plain = _HALF_DAY.sub("", " ".join(text.split()))
    if not plain:
        return ""
    try:
        return fhir_date(plain, _FORMS)[:10]
    except NotADate:
        raise NotADate(_why(plain)) from None


def _why(text: str) -> str:
    if _TWO_DIGITS.fullmatch(text):
        return "its year has two digits, so the century cannot be told; export dates with four"
    if _SERIAL.fullmatch(text):
        return "it is a number, as a spreadsheet keeps dates; export it again, and open it in no spreadsheet"
    month = _MONTH_SECOND.fullmatch(text)
    if month and int(month.group(1)) > 12:
        return "its month is above 12; dates are day, month, year, and no other order is guessed"
    return (
        "it is no date such as 01/02/2024, 01-Feb-2024, Feb 2024, 2024 or 2024-02-01, or no day that exists"
    )


def days_written(first: date, last: date, form: str) -> str:
    """Return the days between which something lies, as far as they are known, in a form of `strftime`."""
    has_first, has_last = first >= BEFORE_ANYBODY, last < CALENDAR_END
    if not has_first:
        return f"on or before {last.strftime(form)}" if has_last else "unknown"
    if not has_last:
        return f"on or after {first.strftime(form)}"
    days = dict.fromkeys((first, last))
    return " to ".join(day.strftime(form) for day in days)
