"""Text for a letter: on one line, without what cannot be seen; days and NHS numbers as people write them."""

import calendar
import unicodedata
from datetime import date
from typing import Any, Final

KEPT: Final = "\u00a0"
"""A space at which no line is broken."""

_UNSEEN: Final = frozenset({"Cf", "Cn", "Co", "Cs"})


def one_line(text: str) -> str:
    """Return a text on one line, composed (NFC), without characters that cannot be seen.

    Among these are those that turn the direction of writing: they could show another text than is stored.
    """
    seen = (_space_or_itself(each) for each in text if unicodedata.category(each) not in _UNSEEN)
    return unicodedata.normalize("NFC", " ".join("".join(seen).split()))


def _space_or_itself(character: str) -> str:
    return " " if unicodedata.category(character) == "Cc" else character


def text_of(value: Any) -> str:
    """Return a value of a resource as text on one line; "" where it is no text."""
    return one_line(value) if isinstance(value, str) else ""


def kept(text: str) -> str:
    """Return a text that stays on one line: a telephone number, a date."""
    return text.replace(" ", KEPT)


def broken_freely(text: str) -> str:
    """Return a text with plain spaces, once its lines are broken."""
    return text.replace(KEPT, " ")


def in_full(day: date) -> str:
    """Return `10 January 2027`, which stays on one line."""
    return kept(f"{day.day} {calendar.month_name[day.month]} {day.year}")


def nhs_number(text: str) -> str | None:
    """Return an NHS number as 3-3-4 (`999 000 0042`), or None if its check digit does not fit."""
    digits = text.replace(" ", "").replace("-", "")
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()):
        return None
    rest = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if (11 - rest) % 11 == int(digits[9]) else None
