"""Where a letter goes, in the form that the post in the United Kingdom takes."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from ccr_messages.person import elements, holds_on
from ccr_messages.refusal import refused
from ccr_messages.words import text_of

MOST_LINES: Final = 6
"""Lines under the name, with the postcode; more do not fit into a window."""

_AT_HOME: Final = frozenset(
    {"GB", "GBR", "UK", "UNITED KINGDOM", "ENGLAND", "SCOTLAND", "WALES", "CYMRU", "NORTHERN IRELAND"}
)


class Place(NamedTuple):
    """The lines of an address, the postcode last, and whether it is one for a time."""

    lines: tuple[str, ...]
    is_temporary: bool


def place_of(patient: Mapping[str, Any], today: date) -> Place:
    """Return where a letter to a Patient goes. Raises UsageError if no address of today will do.

    One for the post leads, then one for a time that it states, then home. Addresses that are old, of work,
    or for bills never get a letter.
    """
    usable = [
        each for each in elements(patient, "address") if holds_on(each, today) and _rank(each) is not None
    ]
    if not usable:
        raise refused("the Patient has no address of today to which a letter may go (home, or for a time)")
    best = min(usable, key=lambda each: _rank(each) or 0)
    return Place(_lines(best), best.get("use") == "temp")


def _rank(address: Mapping[str, Any]) -> int | None:
    use, kind = address.get("use"), address.get("type")
    if kind == "physical" or use not in ("home", "temp", None):
        return None
    if use == "temp":
        return 1 if address.get("period") else None
    return 0 if kind == "postal" else 2 if use == "home" else 3


def _lines(address: Mapping[str, Any]) -> tuple[str, ...]:
    given = address.get("line")
    parts = [text_of(each) for each in given] if isinstance(given, list) else []
    parts += [text_of(address.get(name)) for name in ("district", "city", "state")]
    postcode = text_of(address.get("postalCode")).upper()
    if not any(parts):
        raise refused("the Patient's address has no lines that can be read (line, city)")
    if not postcode:
        raise refused("the Patient's address has no postcode (postalCode)")
    country = text_of(address.get("country"))
    abroad = "" if country.upper() in _AT_HOME else country.upper()
    kept = list(dict.fromkeys(part for part in parts if part))
    return tuple(_shortened(kept, MOST_LINES - 1 - bool(abroad))) + tuple(filter(None, (postcode, abroad)))


def _shortened(lines: list[str], most: int) -> list[str]:
    """Return at most so many lines: the two shortest neighbours share one, until it fits."""
    while len(lines) > most:
        pairs = range(len(lines) - 1)
        at = min(pairs, key=lambda each: len(lines[each]) + len(lines[each + 1]))
        lines = [*lines[:at], f"{lines[at]}, {lines[at + 1]}", *lines[at + 2 :]]
    return lines
