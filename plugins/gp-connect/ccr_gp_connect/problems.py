"""Problem headers and the items that they are about: one thing, said twice.

A clinician flags an item of the record as a problem. GP Connect then sends the item (an Observation, if it is
a diagnosis) and a ProblemHeader Condition, whose extension `actualProblem` points to it and whose code "will
be the same values" (public guidance, nhsconnect/gpconnect, accessrecord_structured_problems.md). `SEMANTICS`
16 counts several codings of one resource as one entry; this is one entry in two resources. What is read:

- the item's entry stands, with the codes and words of both; the header's goes, with a finding;
- its clinical day is what both allow: where only one of them gives a day, that day (never the day on which
  the header was recorded); where one is more exact, the exact one; where they contradict each other, the span
  from the one to the other, with a finding, since nobody can tell which is right;
- it was recorded when the first of them was;
- it is sure only if both are.

Where they have no code or term in common, or differ in state or episode (a first or new episode on one of
them, on the same day, is no difference), they stay two entries, with a finding. Significance, related
problems and related content say nothing that a rule asks for, and are not read.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import msgspec

from ccr_gp_connect.answer import Answer, objects, text
from ccr_gp_connect.findings import Noted
from ccr_gp_connect.terms import codes_of, words_of
from ccr_rules.record.entry import Coding, Days, Entry, Episode

_ACTUAL_PROBLEM: Final = "ActualProblem-1"
_MUST_NOT: Final = ("verificationStatus", "severity", "bodySite", "stage", "evidence")
_HEADER: Final = "ProblemHeader"


def joined(answer: Answer, entries: Iterable[Entry], noted: Noted) -> list[Entry]:
    """Return the entries with each problem header joined to its item."""
    by_reference: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_reference[entry.reference].append(entry)
    for item, headers in _items(answer, noted).items():
        for header in headers:
            _join(by_reference, item, header, noted)
    return [entry for several in by_reference.values() for entry in several]


def _items(answer: Answer, noted: Noted) -> dict[str, list[str]]:
    """Return the references of Observations that are problems, each with those of its headers."""
    named: dict[str, set[str]] = defaultdict(set)
    for reference, condition in answer.of_type("Condition"):
        for extension in objects(condition.get("extension")):
            if text(extension, "url").endswith(_ACTUAL_PROBLEM):
                named[reference].add(answer.find(text(extension, "valueReference", "reference")))
    items: dict[str, list[str]] = defaultdict(list)
    for header, targets in sorted(named.items()):
        if len(targets) > 1:
            noted.note("gp-connect-problem-differs", [header, *filter(None, targets)])
        else:
            items[targets.pop()].append(header)
    return {item: headers for item, headers in sorted(items.items()) if item.startswith("Observation/")}


def _join(by_reference: dict[str, list[Entry]], item: str, header: str, noted: Noted) -> None:
    of_item, of_header = by_reference.get(item, []), by_reference.get(header, [])
    if not of_item or not of_header:
        return  # one of them was void or could not be read: nothing is said twice
    one = _one(of_item[0], of_header[0], noted)
    if one is None:
        noted.note("gp-connect-problem-differs", [item, header])
        return
    noted.note("gp-connect-problem-joined", [item, header])
    answers = (msgspec.structs.replace(each, clinical=one.clinical) for each in of_item[1:])
    by_reference[item] = [one, *answers]
    del by_reference[header]


def _one(item: Entry, header: Entry, noted: Noted) -> Entry | None:
    """Return both as one entry, or None where they are not the same."""
    clinical, contradict = _clinical(item.clinical, header.clinical)
    is_dated_alike = not contradict and None not in (item.clinical, header.clinical)
    episode = _episode(item.episode, header.episode, is_dated_alike)
    same = codes_of(item) & codes_of(header) or words_of(item) & words_of(header)
    if not same or item.state != header.state or episode is None:
        return None
    if contradict:
        noted.note("gp-connect-problem-dates-differ", [item.reference, header.reference])
    return msgspec.structs.replace(
        item,
        codings=_codings(item, header),
        text=item.text or header.text,
        clinical=clinical,
        recorded=min(filter(None, (item.recorded, header.recorded)), key=_order, default=None),
        episode=episode,
        certain=item.certain and header.certain,
    )


def _codings(item: Entry, header: Entry) -> tuple[Coding, ...]:
    known = dict.fromkeys((*item.codings, *header.codings))
    if item.text and header.text not in ("", item.text):
        known[Coding("", "", header.text)] = None
    return tuple(known)


def _episode(one: Episode, other: Episode, is_dated_alike: bool) -> Episode | None:
    """Return the episode of both, or None where joining them could hide a diagnosis.

    A first or new episode on one of them only is that of both if they have the same day; else it may be about
    something newer than the other. A review, an end or an unknown word would take the other out of sight.
    """
    if one == other:
        return one
    said = {one, other} - {"unstated"}
    return said.pop() if is_dated_alike and said in ({"first"}, {"new"}) else None


def _clinical(one: Days | None, other: Days | None) -> tuple[Days | None, bool]:
    """Return the days that two statements of the same day allow, and whether they contradict each other."""
    if one is None or other is None:
        return one or other, False
    first, last = max(one.first, other.first), min(one.last, other.last)
    if first <= last:
        return Days(first, last), False
    return Days(min(one.first, other.first), max(one.last, other.last)), True


def _order(days: Days) -> tuple[object, object]:
    return days.first, days.last


def note_must_not(answer: Answer, noted: Noted) -> None:
    """Note problem headers with elements that the profile forbids: the core reads them as FHIR means them."""
    for reference, condition in answer.of_type("Condition"):
        if _HEADER in str(condition.get("meta")):
            for element in _MUST_NOT:
                if element in condition:
                    noted.note("gp-connect-must-not", [reference], element)
