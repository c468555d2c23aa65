"""A record with what responses say: entries, and what could not be read, so that nothing is lost."""

from collections.abc import Collection, Iterable, Mapping

import msgspec

from ccr_rules.record.entry import Entry
from ccr_rules.record.patient import PatientRecord, Quarantined, RecordFinding
from ccr_rules.record.profiles import ACTIVITY, DIAGNOSIS, kinds_kept
from ccr_templates.answers import Fault
from ccr_templates.entries import Told
from ccr_templates.recording import KIND
from ccr_templates.responses import KIND as RESPONSE
from ccr_templates.responses import Read, Responses

_UNFINISHED = "questionnaire responses that are not completed: what they say does not count yet"
_STRANGE = "questionnaire responses to other questionnaires than those of the review templates: not read"


def enriched(record: PatientRecord, responses: Responses) -> PatientRecord:
    """Return a record with what responses say."""
    entries: list[Entry] = []
    quarantined = [
        Quarantined(each.reference, each.place, each.reason, RESPONSE) for each in responses.unreadable
    ]
    doubted = set[str]()
    if responses.unreadable:
        doubted |= _kinds(record, None)
    for response in responses.read:
        told = Told(response)
        entries += told.entries
        quarantined += [
            Quarantined(response.reference, each.place, each.reason, RESPONSE) for each in told.faults
        ]
        if told.faults:
            doubted |= _kinds(record, _touched(response, told.faults))
    return msgspec.structs.replace(
        record,
        entries=(*record.entries, *entries),
        quarantined=(*record.quarantined, *quarantined),
        findings=(*record.findings, *_findings(responses)),
        supplied=record.supplied - doubted,
        incomplete=_incomplete(record, doubted, quarantined),
    )


def _touched(response: Read, faults: Iterable[Fault]) -> set[str] | None:
    """Return the codelists in which something is missing because of faults; None: it may be any."""
    touched = set[str]()
    for fault in faults:
        if not fault.link_id:
            return None if response.form.outcomes else set()
        touched |= response.form.touches.get(fault.link_id, frozenset())
    return touched


def _kinds(record: PatientRecord, codelists: Collection[str] | None) -> set[str]:
    """Return kinds that no longer count as completely supplied, one for each codelist that is touched.

    It is the kind of the entries that are made here, unless the host keeps that list elsewhere and so does
    not wait for that kind; then one of those in which it keeps it, if possible one without diagnoses.
    """
    if codelists is None:
        kept = [kinds for name, kinds in record.keeps.items() if name != DIAGNOSIS]
        return {KIND, *(_one_of(record.keeps, kinds) for kinds in kept if kinds)}
    every = (kinds_kept(record.keeps, name, ACTIVITY.removeprefix("*")) for name in codelists)
    return {_one_of(record.keeps, kinds) if kinds else KIND for kinds in every}


def _one_of(keeps: Mapping[str, tuple[str, ...]], kinds: tuple[str, ...]) -> str:
    if KIND in kinds:
        return KIND
    return min(kinds, key=lambda kind: kind in keeps.get(DIAGNOSIS, ()))


def _incomplete(
    record: PatientRecord, doubted: Iterable[str], quarantined: Iterable[Quarantined]
) -> dict[str, str]:
    about = ", ".join(dict.fromkeys(each.reference for each in quarantined))
    reason = f"{about} could not be read whole, and may say more"
    before = record.incomplete
    return {
        **before,
        **{kind: "; ".join((before[kind], reason)) if kind in before else reason for kind in doubted},
    }


def _findings(responses: Responses) -> list[RecordFinding]:
    told = (
        ("questionnaire-response-unfinished", _UNFINISHED, responses.unfinished),
        ("questionnaire-response-of-another-form", _STRANGE, responses.strange),
    )
    return [RecordFinding(id_, message, tuple(about)) for id_, message, about in told if about]
