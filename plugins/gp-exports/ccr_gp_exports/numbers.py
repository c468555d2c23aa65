"""NHS numbers, and the references that stand for patients."""

import re
from typing import Final, NamedTuple

from ccr_rules.population.ids import is_id

_NHS: Final = re.compile(r"\d{10}", re.ASCII)
_SPREADSHEET: Final = re.compile(r"\d+(\.\d+)?[eE]\+?\d+|\d+\.\d*", re.ASCII)
_GAPS: Final = re.compile(r"[\s-]+")
_FORMULA: Final = re.compile(r'="(.*)"')


class Person(NamedTuple):
    """Whom a reference stands for: the NHS number and that of the system, each empty if unknown."""

    nhs_number: str = ""
    number: str = ""


def is_nhs_number(text: str) -> bool:
    """Say whether a text is an NHS number: ten digits, the last of them the check digit (modulo 11).

    NHS Data Dictionary, "NHS number". Health and Care numbers of Northern Ireland have the same form.
    """
    if not _NHS.fullmatch(text):
        return False
    digits = [int(digit) for digit in text]
    total = sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == digits[9]


def plain_number(cell: str) -> str:
    """Return a number without blanks, hyphens, and the `="…"` or `'` that keep it from spreadsheets."""
    if cell.isdigit():
        return cell
    text = _FORMULA.sub(r"\1", cell.strip()).removeprefix("'")
    together = _GAPS.sub("", text)
    return together if together.isdigit() else text


def is_nobodys(number: str) -> bool:
    """Say whether what stands for an NHS number is put there for want of one.

    That is a word without a digit (`Unknown`, `NULL`), or one digit repeated: the check digit of `0000000000`
    and `9999999999` fits. Whoever has none would be one person otherwise.
    """
    return not number.strip(number[:1]) or not any(map(str.isdigit, number))


def is_spoilt(number: str) -> bool:
    """Say whether a spreadsheet made a number another: `9.43E+09`, `9434765919.0`."""
    return _SPREADSHEET.fullmatch(number) is not None


def reference_of(person: Person, system: str) -> str:
    """Return the id of a patient: the NHS number, else `SYSTEM-NUMBER`; empty if neither can be one."""
    if person.nhs_number:
        return person.nhs_number if is_id(person.nhs_number) else ""
    name = f"{system}-{person.number}"
    return name if person.number and is_id(name) else ""


def person_of(reference: str, systems: tuple[str, ...]) -> Person:
    """Return what a reference tells of a person, whoever made it."""
    name = reference.rpartition("/")[2]
    if is_nhs_number(name):
        return Person(nhs_number=name)
    system, hyphen, number = name.partition("-")
    return Person(number=number if hyphen and system in systems else name)


def spaced(nhs_number: str) -> str:
    """Return an NHS number as people read it, in which no spreadsheet sees a number: `943 476 5919`."""
    return f"{nhs_number[:3]} {nhs_number[3:6]} {nhs_number[6:]}" if is_nhs_number(nhs_number) else nhs_number
