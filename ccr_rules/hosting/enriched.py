"""A record to which a plugin added something: nothing taken away, and nothing but what it may add."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from msgspec.structs import replace

from ccr_rules.hosting.junk import Junk, sequence, taken
from ccr_rules.record.entry import Entry
from ccr_rules.record.patient import PatientRecord

PATIENT: Final = "Patient"
_OF_THE_PATIENT: Final = ("born", "died", "is_dead", "registered", "deregistered")


def an_enriched_record(value: Any, before: PatientRecord, kinds: Collection[str]) -> PatientRecord:
    """Return a record as a plugin made it of `before`, of which it may add to `kinds`. Raises Junk."""
    if type(value) is not PatientRecord:
        raise Junk("Expected a PatientRecord or None")
    if value is before:
        return before
    known = set(map(id, before.entries))
    kept = [each for each in sequence(value.entries, "Entry") if id(each) in known]
    new = [taken(each, Entry) for each in value.entries if id(each) not in known]
    rest = taken(replace(value, entries=()), PatientRecord)
    _check_nothing_gone((*kept, *new), before)
    _check_kinds([each for each in new if each not in before.entries], before, kinds)
    _check_rest(rest, before, kinds)
    return replace(rest, entries=(*kept, *new))


def _check_nothing_gone(entries: Iterable[Entry], before: PatientRecord) -> None:
    there = {each.reference for each in entries}
    if any(each.reference not in there for each in before.entries):
        raise Junk("entries of the record were taken away; add or replace entries, and leave all others")


def _check_kinds(new: Iterable[Entry], before: PatientRecord, kinds: Collection[str]) -> None:
    strange = {each.kind for each in new}.difference(kinds)
    if strange:
        raise Junk(f"there are entries of a kind that ccr_kinds does not name ({_some(strange)}); name it")
    replaced = {each.reference for each in new}
    if any(each.reference in replaced and each.kind not in kinds for each in before.entries):
        raise Junk("an entry of a kind that ccr_kinds does not name was replaced; leave it, or name the kind")


def _some(kinds: Collection[str]) -> str:
    return ", ".join(sorted(kind[:40] for kind in kinds if kind.isalpha()))


def _check_rest(rest: PatientRecord, before: PatientRecord, kinds: Collection[str]) -> None:
    if rest.reference != before.reference:
        raise Junk("the record is about another patient")
    if set(before.quarantined) - set(rest.quarantined):
        raise Junk("what is quarantined was taken away; leave it")
    if (rest.supplied - before.supplied).difference(kinds):
        raise Junk("a kind that ccr_kinds does not name is said to be completely supplied")
    if set(before.incomplete).difference(rest.incomplete, kinds):
        raise Junk("what is incomplete of a kind that ccr_kinds does not name was taken away; leave it")
    if PATIENT not in kinds and any(getattr(rest, name) != getattr(before, name) for name in _OF_THE_PATIENT):
        raise Junk("the patient's own dates were changed, and ccr_kinds does not name Patient")
    if rest.keeps != before.keeps:
        raise Junk("where the host keeps its entries was changed; leave it")
