"""A GP Connect answer read: by the core as STU3, then with what only this format says."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from ccr_gp_connect.answer import Answer, Resource
from ccr_gp_connect.areas import AREAS, is_primary
from ccr_gp_connect.consultations import dated, in_order
from ccr_gp_connect.findings import Noted
from ccr_gp_connect.problems import joined, note_must_not
from ccr_gp_connect.settings import Settings
from ccr_gp_connect.sniffing import is_answer, may_be
from ccr_gp_connect.supply import area_gaps, lists_in, missing_gaps, warning_gaps
from ccr_gp_connect.terms import has_meaning
from ccr_gp_connect.warnings import without_warnings
from ccr_rules.errors import RecordError
from ccr_rules.hosting import Source
from ccr_rules.record.contents import Gap
from ccr_rules.record.entry import Entry
from ccr_rules.record.json_text import Document
from ccr_rules.record.patient import PatientRecord
from ccr_rules.record.profiles import PROFILES, HostProfile
from ccr_rules.record.reading import decode, read

_PROFILE: Final = PROFILES["gp-connect"]
_MOST_REASONS: Final = 3


def read_answer(source: Source, settings: Settings) -> PatientRecord | None:
    """Return the record in a source, or None if it is no answer of GP Connect.

    Raises:
        RecordError: if it is one, and nothing of it is usable.
    """
    if not may_be(source):
        return None
    try:
        document = decode(source.content)
    except RecordError:
        return None  # the core says what is wrong with it
    value = document.parts[0][0]
    if len(document.parts) != 1 or not is_answer(value):
        return None
    answer = Answer(value)
    lists = lists_in(answer)
    record = _read_by_core(document, source, _profile(lists, settings))
    gaps = area_gaps(lists, settings) if _is_judged_by_areas(source) else ()
    return _completed(record, answer, lists, gaps)


def _is_judged_by_areas(source: Source) -> bool:
    """Say whether the Lists decide what is supplied: not where the host states it, or has another profile."""
    return source.supplied is None and source.profile in (None, _PROFILE.name)


def _read_by_core(document: Document, source: Source, profile: HostProfile) -> PatientRecord:
    """Read the FHIR. What Lists warn of is left out here: it is judged by area afterwards."""
    (bundle, place) = document.parts[0]
    return read(
        document._replace(parts=((_without_warnings(bundle), place),)),
        version="STU3" if source.version == "auto" else source.version,
        patient=source.patient,
        profile=profile if source.profile in (None, _PROFILE.name) else source.profile,
        supplied=source.supplied,
        strict=source.strict,
    )


def _without_warnings(bundle: dict[str, Any]) -> dict[str, Any]:
    entries = bundle.get("entry")
    if not isinstance(entries, list):
        return bundle
    return {**bundle, "entry": [_entry_without_warnings(each) for each in entries]}


def _entry_without_warnings(entry: Any) -> Any:
    resource = entry.get("resource") if isinstance(entry, dict) else None
    if not isinstance(resource, dict) or resource.get("resourceType") != "List":
        return entry
    return {**entry, "resource": without_warnings(resource)}


def _profile(lists: list[Resource], settings: Settings) -> HostProfile:
    """Return the core's profile; its first assumption gives way to what is known of the request."""
    given = {
        name: area.title for name, area in AREAS.items() if any(is_primary(each, name) for each in lists)
    }
    stated = [title for name, title in given.items() if settings.asked.get(name) == "whole"]
    guessed = [title for name, title in given.items() if name not in settings.asked]
    assumed = []
    if stated:
        assumed.append(f"The host asks GP Connect for everything in: {', '.join(stated)}.")
    if guessed:
        assumed.append(
            "The GP Connect request set no period, number, status or significance, which the answer does not "
            f"show, for: {', '.join(guessed)}."
        )
    return msgspec.structs.replace(_PROFILE, assumed=(*assumed, *_PROFILE.assumed[1:]))


def _completed(
    record: PatientRecord, answer: Answer, lists: list[Resource], not_asked: Iterable[Gap]
) -> PatientRecord:
    noted = Noted()
    note_must_not(answer, noted)
    entries = joined(answer, record.entries, noted)
    entries = dated(answer, entries, record.consultations, noted)
    gaps = [
        *not_asked,
        *warning_gaps(lists),
        *missing_gaps(answer, lists),
        *_meaning_gaps(entries, noted),
    ]
    findings = [
        *(msgspec.structs.replace(each, evidence=tuple(sorted(each.evidence))) for each in record.findings),
        *noted.listed(),
    ]
    return msgspec.structs.replace(
        record,
        entries=tuple(sorted(entries, key=lambda entry: entry.reference)),
        consultations=in_order(answer, record.consultations),
        supplied=record.supplied - {gap.kind for gap in gaps},
        incomplete=_incomplete(record.incomplete, gaps),
        quarantined=tuple(sorted(record.quarantined, key=lambda each: (each.reference, each.place))),
        findings=tuple(sorted(findings, key=lambda each: each.id)),
    )


def _meaning_gaps(entries: Iterable[Entry], noted: Noted) -> Iterable[Gap]:
    for entry in entries:
        if not has_meaning(entry):
            noted.note("gp-connect-no-meaning", [entry.reference])
            yield Gap(entry.kind, "an entry has neither a usable code nor a term")


def _incomplete(before: dict[str, str], gaps: Iterable[Gap]) -> dict[str, str]:
    """Return the reasons by kind, the core's first; of many the first few, in an order of their own."""
    reasons: dict[str, dict[str, None]] = {kind: {reason: None} for kind, reason in before.items()}
    for gap in sorted(set(gaps)):
        reasons.setdefault(gap.kind, {})[gap.reason] = None
    return {kind: "; ".join([*several][:_MOST_REASONS]) for kind, several in sorted(reasons.items())}
