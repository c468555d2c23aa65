"""A record to which a plugin added something: nothing taken away, and nothing but what it may add."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any, Final

from msgspec.structs import replace

from ccr_rules.hosting.junk import Junk, sequence, taken
from ccr_rules.record.entry import Entry
from ccr_rules.record.patient import KINDS, PatientRecord

PATIENT: Final = "Patient"
_OF_THE_PATIENT: Final = ("born", "died", "is_dead", "registered", "deregistered")
_STAY: Final = {
    "quarantined": "what is quarantined",
    "findings": "a finding",
    "assumed": "what is assumed of the host",
}


def an_enriched_record(value: Any, before: PatientRecord, kinds: Collection[str]) -> PatientRecord:
    """Return a record as a plugin made it of `before`, of which it may add to `kinds`. Raises Junk."""
    if type(value) is not PatientRecord:
        raise Junk("Expected a PatientRecord or None")
    given = {id(each): each for each in sequence(value.entries, "Entry")}
    known = set(map(id, before.entries))
    kept = [each for each in before.entries if id(each) in given]
    new = [taken(each, Entry) for each in given.values() if id(each) not in known]
    rest = taken(replace(value, entries=()), PatientRecord)
    gone = [each for each in before.entries if id(each) not in given]
    if Counter(each.reference for each in gone) - Counter(each.reference for each in new):
        raise Junk("entries of the record were taken away; add or replace entries, and leave all others")
    _check_kinds([each for each in new if each not in before.entries], before, kinds)
    _check_rest(rest, before, kinds)
    return replace(rest, entries=(*kept, *new))


def _check_kinds(new: Iterable[Entry], before: PatientRecord, kinds: Collection[str]) -> None:
    strange = {each.kind for each in new}.difference(kinds)
    if strange:
        some = ", ".join(sorted(strange.intersection(KINDS))) or "one that is not read"
        raise Junk(f"there are entries of a kind that ccr_kinds does not name ({some}); name it")
    replaced = {each.reference for each in new}
    if any(each.reference in replaced and each.kind not in kinds for each in before.entries):
        raise Junk("an entry of a kind that ccr_kinds does not name was replaced; leave it, or name the kind")


def _check_rest(rest: PatientRecord, before: PatientRecord, kinds: Collection[str]) -> None:
    if rest.reference != before.reference:
        raise Junk("the record is about another patient")
    for name, what in _STAY.items():
        if set(getattr(before, name)).difference(getattr(rest, name)):
            raise Junk(f"{what} was taken away; leave it")
    if {each.reference for each in before.consultations} - {each.reference for each in rest.consultations}:
        raise Junk("contacts were taken away; leave them")
    if (rest.supplied - before.supplied).difference(kinds):
        raise Junk("a kind that ccr_kinds does not name is said to be completely supplied")
    forgotten = {kind for kind, why in before.incomplete.items() if why not in rest.incomplete.get(kind, "")}
    if forgotten.difference(kinds):
        raise Junk("what is incomplete of a kind that ccr_kinds does not name was taken away; leave it")
    if PATIENT not in kinds and any(getattr(rest, name) != getattr(before, name) for name in _OF_THE_PATIENT):
        raise Junk("the patient's own dates were changed, and ccr_kinds does not name Patient")
    if rest.keeps != before.keeps:
        raise Junk("where the host keeps its entries was changed; leave it")
