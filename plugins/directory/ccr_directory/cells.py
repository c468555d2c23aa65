"""What one cell of the directory may hold. Each function returns the value, or raises Refused."""

import re
from collections.abc import Collection, Iterable
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from ccr_directory.postcodes import NATIONAL, read_part
from ccr_directory.regions import NATIONS
from ccr_rules.language.report import nearest

LONGEST_NAME: Final = 70
LONGEST_WHAT: Final = 200
LONGEST_URL: Final = 500

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_PHONE: Final = re.compile(r"\+?[0-9]{3,15}")
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


class Refused(Exception):
    """A cell that cannot be used: what was found, and what to write."""


def text(cell: str, name: str, most: int) -> str:
    """Return a text on one line."""
    if not cell:
        raise Refused(f"`{name}` is empty; write it")
    if _CONTROL.search(cell):
        raise Refused(f"`{name}` has a line break or another control character; write it on one line")
    if len(cell) > most:
        raise Refused(f"`{name}` has {len(cell)} characters; at most {most} fit")
    return cell


def url(cell: str) -> str:
    """Return an https address, or nothing."""
    if not cell:
        return ""
    try:
        parts = urlsplit(cell)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise Refused(f"`url` {cell} is not an address; write it as https://www.example.org") from None
    if parts.scheme != "https" or "." not in host or not cell.startswith("https://"):
        raise Refused(f"`url` {cell} is not a safe address; write it as https://www.example.org")
    if parts.username is not None or re.search(r"[\s<>\"\x00-\x1f\x7f]", cell) or len(cell) > LONGEST_URL:
        raise Refused(
            f"`url` {cell[:80]} has a user name, a space or another character that has no place there"
        )
    return cell


def phone(cell: str) -> str:
    """Return a telephone number as it is written, or nothing."""
    digits = re.sub(r"[\s()\u2010-\u2015-]", "", cell)
    if digits and not _PHONE.fullmatch(digits):
        raise Refused(f"`phone` {cell} is not a number; write digits and spaces, such as 01632 960001")
    return cell


def several(cell: str) -> list[str]:
    """Return the parts of a list, each once, in their order."""
    return list(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip()))


def domains(cell: str, known: Collection[str]) -> tuple[str, ...]:
    """Return what a service helps with."""
    found = several(cell)
    if not found:
        raise Refused(f"`domains` is empty; name at least one of: {', '.join(known)}")
    for each in found:
        if each not in known:
            raise Refused(f"`domains` has {each}; {nearest(each, known)}")
    return tuple(found)


def areas(cell: str) -> tuple[str, ...]:
    """Return where a service is offered: `national`, nations, or parts of the map."""
    found = tuple(dict.fromkeys(_area(each) for each in several(cell)))
    if not found:
        raise Refused(
            "`area` is empty; write national, a nation such as GB-ENG, or districts such as NR1;NR2"
        )
    if NATIONAL in found and len(found) > 1:
        raise Refused("`area` has national and others; national holds them, so leave the others out")
    return found


def _area(word: str) -> str:
    if word.lower() == NATIONAL:
        return NATIONAL
    if word.upper() in NATIONS:
        return word.upper()
    part = read_part(word)
    if part is None:
        raise Refused(
            f"`area` has {word}, which is no nation, area, district or sector; "
            "write national, GB-ENG, NR, NR1 or NR1 3"
        )
    return part


def names(cell: str) -> tuple[str, ...]:
    """Return names of codelists."""
    return _all(several(cell), _NAME, "cancer_types", "names of codelists, such as prostate-cancer")


def languages(cell: str) -> tuple[str, ...]:
    """Return codes of languages."""
    return _all(several(cell), _LANGUAGE, "languages", "codes such as en;cy;pl")


def _all(found: Iterable[str], form: re.Pattern[str], name: str, example: str) -> tuple[str, ...]:
    for each in found:
        if not form.fullmatch(each):
            raise Refused(f"`{name}` has {each}; write {example}")
    return tuple(found)


def age(cell: str) -> int:
    """Return an age in years; 0 where there is none."""
    if cell and not re.fullmatch(r"[0-9]{1,2}", cell):
        raise Refused(f"`from_age` {cell} is no age; write whole years, such as 18")
    return int(cell or 0)


def day(cell: str) -> date | None:
    """Return a day, or None where there is none."""
    if not cell:
        return None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
            return date.fromisoformat(cell)
    except ValueError:
        pass
    raise Refused(f"`last_checked` {cell} is not a day; write it as 2026-11-21")
