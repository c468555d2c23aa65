"""Consultations: which entries belong to which, and in which order they took place.

A consultation is an Encounter and a List (code 325851000000107) whose entries are topics, headings and at
last the items themselves; an item may also name its Encounter in `context`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from ccr_gp_connect.answer import Answer, Resource, codings, objects, text
from ccr_gp_connect.areas import CONSULTATION
from ccr_gp_connect.findings import Noted
from ccr_rules.record.entry import Days, Entry
from ccr_rules.record.patient import Consultation

_DEEPEST: Final = 8
"""Consultation, topic and heading are three levels."""


def dated(
    answer: Answer, entries: Iterable[Entry], consultations: Iterable[Consultation], noted: Noted
) -> list[Entry]:
    """Return the entries; an Observation without a clinical day gets that of its consultation.

    Only an Observation: it says what was found or done there. A problem header names a consultation that it
    has something to do with, which need not be the first; without an onset its recorded day stands in, as
    anywhere.
    """
    days = {each.reference: each.date for each in consultations if each.date is not None}
    places = _Places(answer)
    found = []
    for entry in entries:
        day = None
        if entry.kind == "Observation" and entry.clinical is None:
            day = days.get(places.of(entry.reference))
        if day is None:
            found.append(entry)
        else:
            noted.note("gp-connect-dated-by-consultation", [entry.reference])
            found.append(msgspec.structs.replace(entry, clinical=day))
    return found


class _Places:
    """In which consultation each item stands."""

    def __init__(self, answer: Answer) -> None:
        self._lists = dict(answer.of_type("List"))
        self._answer = answer
        self._encounters: dict[str, set[str]] = defaultdict(set)
        for reference, each in answer.of_type("Observation"):
            self._add(reference, text(each, "context", "reference"))
        named = {reference for reference, encounters in self._encounters.items() if encounters}
        for each in self._lists.values():
            if any(code == CONSULTATION for _, code in codings(each.get("code"))):
                self._walk(each, text(each, "encounter", "reference"), named, _DEEPEST)

    def of(self, reference: str) -> str:
        """Return the Encounter that an item belongs to, or nothing if there is none or there are several."""
        found = self._encounters.get(reference, set())
        return next(iter(found)) if len(found) == 1 else ""

    def _add(self, reference: str, encounter: str) -> None:
        if found := self._answer.find(encounter):
            self._encounters[reference].add(found)

    def _walk(self, resource: Resource, encounter: str, named: set[str], deeper: int) -> None:
        """Give the encounter to all that stands in a List, but to what names its own."""
        for item in objects(resource.get("entry")):
            reference = self._answer.find(text(item, "item", "reference"))
            if reference in self._lists and deeper:
                self._walk(self._lists[reference], encounter, named, deeper - 1)
            elif reference not in named:
                self._add(reference, encounter)


def in_order(answer: Answer, consultations: Sequence[Consultation]) -> tuple[Consultation, ...]:
    """Return consultations by the time at which they began: the last of a day is the one that takes place."""
    begun = {reference: _moment(each) for reference, each in answer.of_type("Encounter")}
    return tuple(
        sorted(
            consultations,
            key=lambda each: (_first(each.date), begun.get(each.reference, 0.0), each.reference),
        )
    )


def _first(days: Days | None) -> tuple[int, int]:
    return (0, 0) if days is None else (days.first.toordinal(), days.last.toordinal())


def _moment(encounter: Resource) -> float:
    """Return when an Encounter began, in seconds; of a day without a time, its beginning."""
    try:
        moment = datetime.fromisoformat(text(encounter, "period", "start"))
    except ValueError:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
