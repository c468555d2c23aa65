"""The record of a call: what was obtained, and what its context brings that is not on file yet.

It is a mapping from kinds to what a search for each gave, which the reader of records reads as it is: so the
very same record can be kept, and put again.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import zip_longest
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import msgspec

from ccr_rules.cds_hooks.calls import Call
from ccr_rules.cds_hooks.errors import Unprocessable
from ccr_rules.cds_hooks.prefetch import PATIENT, Obtained, Repeats
from ccr_rules.errors import RecordError
from ccr_rules.record.json_text import Document
from ccr_rules.record.patient import Consultation, PatientRecord
from ccr_rules.record.reading import read

CONTEXT_KINDS: Final = {"conditions": "Condition"}
"""Bundles of a context that hold entries; an appointment is none."""


_NONE: Final[Mapping[str, Sequence[bytes]]] = MappingProxyType({})
_encode: Final = msgspec.json.Encoder().encode


class Sent(NamedTuple):
    """A record as it was sent.

    `kinds` maps each kind to its pages, after which a text may say why there are no more. `supplied` are the
    kinds that are complete, unless something in the pages says otherwise. `repeats` are the places of objects
    with a repeated key, each with the key. `texts` are the first pages of kinds as JSON text, if known.
    """

    patient: str
    kinds: dict[str, list[Any]]
    supplied: tuple[str, ...]
    repeats: Repeats = ()
    texts: Mapping[str, Sequence[bytes]] = _NONE

    def to_json(self) -> bytes:
        """Return the kinds as JSON; what was written before is not written again."""
        lists = (b"%b:[%b]" % (_encode(kind), b",".join(self._written(kind))) for kind in self.kinds)
        return b"{%b}" % b",".join(lists)

    def _written(self, kind: str) -> Iterator[bytes]:
        for page, text in zip_longest(self.kinds[kind], self.texts.get(kind, ()), fillvalue=b""):
            yield text or _encode(page)


def sent_with(call: Call, obtained: Obtained, as_of: date) -> Sent:
    """Return the record of a call.

    A Condition of the context counts as recorded on `as_of`, unless it says otherwise: it has just been
    made. What the record holds under the same id comes before it.
    """
    kinds = {kind: [page.value for page in found] for kind, found in obtained.pages.items()}
    for field, bundle in call.bundles.items():
        kind = CONTEXT_KINDS.get(field)
        if kind is not None:
            known = {key for page in kinds.get(kind, ()) for key in _ids(page)}
            kinds.setdefault(kind, []).append(_new_ones(bundle, known, kind, as_of))
    if PATIENT not in kinds:
        kinds[PATIENT] = [_searched_for(call.patient)]
    for kind, reason in obtained.missing.items():
        kinds.setdefault(kind, []).append(reason)
    supplied = tuple(kind for kind in obtained.pages if kind not in obtained.missing)
    texts = {kind: [page.text for page in found] for kind, found in obtained.pages.items()}
    return Sent(f"Patient/{call.patient}", kinds, supplied, tuple(_repeats(obtained)), texts)


def read_sent(sent: Sent, profile: str | None = None) -> PatientRecord:
    """Read a record. With a host profile that says what the host supplies, `supplied` does not count.

    Raises:
        Unprocessable: if nothing of it is usable, or it is about somebody else.
        UsageError: if there is no such profile.
    """
    document = Document(((sent.kinds, ""),), repeats=sent.repeats)
    supplied = None if profile else sent.supplied
    try:
        return read(document, patient=sent.patient, profile=profile, supplied=supplied)
    except RecordError as fault:
        raise Unprocessable(fault.message) from None


def _searched_for(patient: str) -> dict[str, Any]:
    """Return a search for a patient that found nothing: it says about whom the record is."""
    link = [{"relation": "self", "url": f"Patient?_id={patient}"}]
    return {"resourceType": "Bundle", "type": "searchset", "link": link}


def _repeats(obtained: Obtained) -> Iterator[tuple[str, str]]:
    for kind, pages in obtained.pages.items():
        for number, page in enumerate(pages):
            for path, key in page.repeats:
                yield f"{kind}[{number}].{path}".rstrip("."), key


def _ids(page: Any) -> Iterator[str]:
    for resource in _resources(page):
        if isinstance(resource.get("id"), str):
            yield resource["id"]


def _resources(bundle: Any) -> Iterator[dict[str, Any]]:
    entries = bundle.get("entry") if isinstance(bundle, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            yield resource


def _new_ones(bundle: Mapping[str, Any], known: set[str], kind: str, as_of: date) -> dict[str, Any]:
    """Return the resources of a context that the record does not hold, dated."""
    dated = {"recordedDate": as_of.isoformat()}
    new = [
        {"resource": dated | resource if resource.get("resourceType") == kind else resource}
        for resource in _resources(bundle)
        if resource.get("id") not in known
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": new}


def consultation_of(call: Call, record: PatientRecord) -> Consultation | None:
    """Return the consultation that the call names, if the record holds it."""
    if call.encounter is None:
        return None
    wanted = f"Encounter/{call.encounter}"
    return next((each for each in record.consultations if each.reference == wanted), None)
