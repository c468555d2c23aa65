"""FHIR ValueSets that were expanded: JSON, with the codes in `expansion.contains`."""

from typing import Final

import msgspec

from ccr_rules.language.ast import Place
from ccr_rules.library.importing.files import SourceFile, whole
from ccr_rules.library.importing.reading import Reading, SourceEntry, check_code, clean
from ccr_rules.library.importing.report import ImportReport
from ccr_rules.record.entry import SNOMED

_EXPAND: Final = "ask a terminology server for ValueSet/$expand, all pages of it"


class Contains(msgspec.Struct):
    """A concept of an expansion, with those below it."""

    system: str = ""
    code: str = ""
    display: str = ""
    inactive: bool = False
    abstract: bool = False
    contains: list["Contains"] = []


class Expansion(msgspec.Struct):
    """What a ValueSet was expanded to; `total` counts all pages of it."""

    total: int | None = None
    offset: int = 0
    contains: list[Contains] = []


class ValueSet(msgspec.Struct):
    """A ValueSet, as far as it is read here."""

    resourceType: str  # noqa: N815 - FHIR's name
    expansion: Expansion | None = None


def read_value_set(file: SourceFile, reading: Reading, report: ImportReport) -> None:
    """Add the SNOMED CT concepts of an expansion."""
    at = Place(file.name, 1, 1)
    try:
        value_set = msgspec.json.decode(whole(file, report), type=ValueSet)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        report.refuse("bad-value", f"not readable as a FHIR ValueSet: {error}", at, hint="it must be JSON")
    expansion = value_set.expansion
    if value_set.resourceType != "ValueSet" or expansion is None:
        report.refuse("wrong-shape", "no ValueSet that was expanded", at, hint=_EXPAND)
    found = _flat(expansion.contains, "expansion.contains")
    if expansion.offset or (expansion.total or 0) > len(found):
        message = f"{len(found)} concepts from {expansion.offset} on, of {expansion.total}: this is one page"
        report.refuse("wrong-shape", message, at, hint=_EXPAND)
    taken = [(path, each) for path, each in found if each.system == SNOMED and not each.abstract]
    if len(taken) < len(found):
        left = len(found) - len(taken)
        reading.remarks.append(f"{left} concepts left out: of another system, or for grouping only")
    entries: dict[str, SourceEntry] = {}
    for path, each in taken:
        if check_code(each.code, at, report, f" ({path})"):
            active = False if each.inactive else None
            entries.setdefault(each.code, SourceEntry(each.code, clean(each.display), at, active=active))
    reading.entries += entries.values()
    reading.files.append(file.base)


def _flat(contains: list[Contains], path: str) -> list[tuple[str, Contains]]:
    """Return the concepts of an expansion, each with its place, those below others after them."""
    found = [(f"{path}[{number}]", each) for number, each in enumerate(contains)]
    for place, each in list(found):
        found += _flat(each.contains, f"{place}.contains")
    return found
