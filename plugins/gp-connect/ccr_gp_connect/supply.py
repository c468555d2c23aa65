"""Which kinds an answer of GP Connect does not hold wholly, and why.

What was asked for stands nowhere in the answer; but each area that was asked for has a primary List, also
where nothing is recorded (`emptyReason` no-content-recorded). No List: not asked for, or not sent.
"""

from collections.abc import Iterator
from typing import Any, Final

from ccr_gp_connect.answer import Answer, Resource, codings, objects, text
from ccr_gp_connect.areas import AREAS, ENTRY_KINDS, HOLDS, area_of, is_primary
from ccr_gp_connect.settings import Settings
from ccr_gp_connect.warnings import CONFIDENTIAL, WORDS, warnings_of
from ccr_rules.record.contents import Gap
from ccr_rules.record.kinds import KIND_OF

_NOTHING_RECORDED: Final = frozenset({"no-content-recorded", "noContent"})
"""`emptyReason` where there is nothing, in the newer and older guidance. Any other hides something."""


def lists_in(answer: Answer) -> list[Resource]:
    """Return the Lists, those among them that another List contains (ended allergies) included."""
    found = [each for _, each in answer.of_type("List") if text(each, "status") in ("", "current")]
    inside = [inner for each in found for inner in objects(each.get("contained"))]
    return found + [each for each in inside if text(each, "resourceType") == "List"]


def area_gaps(lists: list[Resource], settings: Settings) -> Iterator[Gap]:
    """Yield the areas that were not asked for wholly, as far as can be told."""
    for name, area in AREAS.items():
        reason = _why_not(name, [each for each in lists if is_primary(each, name)], settings)
        if reason:
            yield from (Gap(kind, reason) for kind in area.kinds)


def _why_not(name: str, primary: list[Resource], settings: Settings) -> str:
    title = AREAS[name].title
    if settings.asked.get(name) == "part":
        return f"the host asks GP Connect for a part of the {title} only"
    if not primary:
        return f"the answer has no List of {title}: not asked for, or not sent by this provider"
    if not any(_is_told(each) for each in primary):
        return f"the List of {title} is empty and does not say that nothing is recorded"
    return ""


def _is_told(resource: Resource) -> bool:
    if objects(resource.get("entry")):
        return True
    return any(code in _NOTHING_RECORDED for _, code in codings(resource.get("emptyReason")))


def warning_gaps(lists: list[Resource]) -> Iterator[Gap]:
    """Yield what the warnings of Lists leave open.

    A confidential item is missing from each List in which it would be, and so from no kind but these. Any
    other warning is about the record, whichever List says it.
    """
    for each in lists:
        name = area_of(each)
        for code in sorted(warnings_of(each)):
            is_of_area = name and code == CONFIDENTIAL
            where = f"the List of {name.replace('-', ' ')}" if is_of_area else "a List"
            reason = f"{where} warns: {WORDS[code]} ({code})"
            yield from (Gap(kind, reason) for kind in (HOLDS[name] if is_of_area else ENTRY_KINDS))


def missing_gaps(answer: Answer, lists: list[Resource]) -> Iterator[Gap]:
    """Yield the kinds of what Lists name and the answer does not hold."""
    for each in lists:
        for item in objects(each.get("entry")):
            yield from _missing(answer, each, item)


def _missing(answer: Answer, owner: Resource, entry: dict[str, Any]) -> Iterator[Gap]:
    reference = text(entry, "item", "reference")
    if entry.get("deleted") is True or reference.startswith("#") or answer.find(reference):
        return
    named = reference.split("/_history/", 1)[0].split("/")
    type_ = named[-2] if len(named) > 1 else ""
    if type_ in KIND_OF:
        yield Gap(KIND_OF[type_], f"a List names a {type_} that the answer does not hold")
    elif type_ in ("", "List"):
        kinds = HOLDS.get(area_of(owner), ENTRY_KINDS)
        yield from (Gap(kind, "a List has an item that the answer does not hold") for kind in kinds)
