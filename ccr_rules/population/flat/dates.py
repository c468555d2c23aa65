"""Dates as extracts write them, in the form that FHIR writes them."""

import re
from functools import lru_cache
from typing import Final

from ccr_rules.record.fhir_dates import NotADate, days_of

_TIME = r"(?:[ T]+\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)?"
_PATTERNS: Final = {
    "dd/mm/yyyy": rf"(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})/(?P<y>\d{{4}}){_TIME}",
    "dd-mm-yyyy": rf"(?P<d>\d{{1,2}})-(?P<m>\d{{1,2}})-(?P<y>\d{{4}}){_TIME}",
    "dd.mm.yyyy": rf"(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.(?P<y>\d{{4}}){_TIME}",
    "dd-mmm-yyyy": rf"(?P<d>\d{{1,2}})[ -](?P<n>[A-Za-z]{{3,9}})[ -](?P<y>\d{{4}}){_TIME}",
    "yyyymmdd": r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)",
    "mm/yyyy": r"(?P<m>\d{1,2})/(?P<y>\d{4})",
    "mmm-yyyy": r"(?P<n>[A-Za-z]{3,9})[ -](?P<y>\d{4})",
}
FORMS: Final = {name: re.compile(pattern, re.ASCII) for name, pattern in _PATTERNS.items()}
"""The forms that a mapping may name. None of them reads what another one does differently."""

_NAMES: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS: Final = (
    {name[:3]: number for number, name in enumerate(_NAMES, 1)}
    | {name: number for number, name in enumerate(_NAMES, 1)}
    | {"sept": 9}
)


@lru_cache(maxsize=1 << 15)
def fhir_date(text: str, forms: tuple[str, ...]) -> str:
    """Return a date, partial date or time in the form of FHIR.

    A time of day without an offset is dropped: the day is the one written.

    Args:
        text: as it was written; the forms of ISO 8601 are read always, with a space for the T too.
        forms: further forms, by their names in `FORMS`.

    Raises:
        NotADate: if it has none of these forms, or is a day that does not exist.
    """
    for form in forms:
        match = FORMS[form].fullmatch(text)
        if match:
            written = _in_iso(match.groupdict())
            break
    else:
        written = text if len(text) < 11 else f"{text[:10]}T{text[11:]}" if text[10] == " " else text
    try:
        days_of(written)
    except NotADate as fault:
        says = str(fault) if "exist" in str(fault) else f"not of the form {_in_words(forms)}"
        raise NotADate(says) from None
    return written


def _in_iso(parts: dict[str, str]) -> str:
    month = int(parts["m"]) if "m" in parts else _MONTHS.get(parts["n"].lower(), 0)
    day = f"-{int(parts['d']):02}" if "d" in parts else ""
    return f"{parts['y']}-{month:02}{day}"


def _in_words(forms: tuple[str, ...]) -> str:
    return " or ".join(("yyyy-mm-dd", "yyyy-mm", "yyyy", *forms))
