"""Decoded values to the buckets of their patients: resources, Bundles, and what nobody owns."""

from collections import Counter
from typing import Any, Final

import msgspec

from ccr_rules.errors import RecordError
from ccr_rules.population import units
from ccr_rules.population.quarantine import Refused, as_lines
from ccr_rules.population.routing import NOBODY, CannotTell, patient_of, people_of
from ccr_rules.population.scattered import REFUSED, SHARED, Scattered, bucket_of
from ccr_rules.population.spill import Spill
from ccr_rules.record.containers import open_document
from ccr_rules.record.contents import WHOLE, Contents, Located, kind_name
from ccr_rules.record.findings import showable
from ccr_rules.record.json_text import Document, decode_value
from ccr_rules.record.kinds import KIND_OF
from ccr_rules.record.references import reference_of

Repeats = tuple[tuple[str, str], ...]


class Sorter:
    """Sorts what stands in one piece of a source.

    `counts` are the resources on lines, by type, and `counts_inside` those in Bundles.
    """

    def __init__(
        self, spill: Spill, found: Scattered, *, parts: int, chunk: int, piece: int, source: int
    ) -> None:
        self._spill, self._parts = spill, parts
        self._source, self._piece, self._chunk = source, piece, chunk
        self._found = found
        self.counts: Counter[str] = Counter()
        self.counts_inside: Counter[str] = Counter()

    def way(self, patient: str) -> tuple[list[bytes], bytes]:
        """Return where the lines of a patient go, and how they begin there."""
        self._note_patient(patient)
        key = patient.encode()
        bucket = self._spill.buckets[bucket_of(key, self._parts)]
        return bucket, units.start_of(key, units.LINE, self._piece)

    def text(self, raw: bytes, number: int) -> None:
        """Sort JSON, which stands on a line; number 0 is the whole file."""
        try:
            value, repeats = decode_value(raw)
        except RecordError as fault:
            self.refuse(number, "", fault.message)
        else:
            self._value(value, repeats, raw, number)

    def attributes(self, patient: str, line: int, told: dict[str, Any]) -> None:
        """Sort what an attribute file says of a patient."""
        self._send_to(patient, units.ATTRIBUTES, line, _encode(told))

    def refuse_of(self, patient: str, number: int, kind: str, reason: str) -> None:
        """Leave something out of which it is known whose it is."""
        self._send_to(patient, units.REFUSED, number, _encode(Refused("", kind, reason, attributed=True)))

    def refuse(self, number: int, kind: str, reason: str, path: str = "") -> None:
        """Leave something out of which nobody knows whose it is."""
        refused = Refused("" if path == WHOLE else path, kind, reason, attributed=False)
        self._send(REFUSED, b"", units.LINE, number, as_lines([refused]).rstrip())
        self._found.unattributed.setdefault(kind, reason)

    def _send_to(self, patient: str, flag: bytes, number: int, raw: bytes) -> None:
        key = patient.encode()
        self._send(bucket_of(key, self._parts), key, flag, number, raw)

    def _send(self, bucket: int, key: bytes, flag: bytes, number: int, raw: bytes) -> None:
        start = units.start_of(key, flag, self._piece)
        self._spill.buckets[bucket].append(b"%b%d\t%b\n" % (start, number, units.on_one_line(raw)))

    def _note_patient(self, patient: str) -> None:
        patients = self._found.patients
        if patients.setdefault(self._source, patient) != patient:
            patients[self._source] = None

    def _value(self, value: Any, repeats: Repeats, raw: bytes, number: int) -> None:
        resource_type = value.get("resourceType") if isinstance(value, dict) else None
        if isinstance(resource_type, str) and resource_type not in units.CONTAINERS:
            self._resource(value, resource_type, raw, number)
        else:
            self._container(value, repeats, raw, number)

    # --- resources

    def _resource(self, content: dict[str, Any], resource_type: str, raw: bytes, number: int) -> None:
        if resource_type in units.SHARED:
            self._share(resource_type, content.get("id"), raw, number)
        elif resource_type not in KIND_OF and resource_type != "List":
            name = showable(resource_type, "unknown")
            self._found.not_read[name] = self._found.not_read.get(name, 0) + 1
        else:
            self.counts[resource_type] += 1
            self._of_a_patient(content, resource_type, raw, number)

    def _of_a_patient(self, content: dict[str, Any], resource_type: str, raw: bytes, number: int) -> None:
        try:
            patient = patient_of(content, resource_type)
        except CannotTell as reason:
            self.refuse(number, KIND_OF.get(resource_type, ""), str(reason))
            return
        if patient == NOBODY:
            self._found.not_about_patients += 1
        else:
            self._note_patient(patient)
            self._send_to(patient, units.LINE, number, raw)

    def _share(self, resource_type: str, given: Any, raw: bytes, number: int) -> None:
        self._send(SHARED, f"{resource_type}/{given}".encode(), units.LINE, number, raw)

    # --- containers

    def _container(self, value: Any, repeats: Repeats, raw: bytes, number: int) -> None:
        try:
            contents = open_document(Document(((value, ""),), repeats=repeats))
        except RecordError as fault:
            self.refuse(number, "", fault.message)
            return
        people = people_of(contents)
        named = [person for person in people if person != NOBODY]
        if len(named) > 1 and isinstance(value, list) and not repeats:
            self._list(value, number)
            return
        types = (one.resource_type for one in contents.located)
        self.counts_inside.update(one for one in types if one in KIND_OF)
        if len(named) == 1:
            self._send_to(self._unique(named[0], number), units.WHOLE, number, raw)
        else:
            self._tell_gaps(contents, number)
            self._share_out(value, people, number)

    def _unique(self, person: str, number: int) -> str:
        """Return a key that no other patient has who goes by a place in a Bundle."""
        return f"{person}@{self._chunk}:{self._piece}:{number}" if person.startswith("#") else person

    def _list(self, values: list[Any], number: int) -> None:
        """Sort a list of several patients: it is as good as lines."""
        for one in values:
            if isinstance(one, dict):
                self._value(one, (), _encode(one), number)
            else:
                self.refuse(number, "", f"expected a FHIR resource, found {kind_name(one)}")

    def _tell_gaps(self, contents: Contents, number: int) -> None:
        """Say what is missing from a container of several patients: nobody knows whose it was."""
        for one in contents.quarantined:
            self.refuse(number, one.kind, one.reason, one.place)
        for gap in contents.gaps:
            self.refuse(number, gap.kind, gap.reason)
        for page in contents.pages:
            if page.next:
                reason = "a further page may be missing (it has link.next)"
                self.refuse(number, page.about, reason, page.place)

    def _share_out(self, value: Any, people: dict[str, list[Located]], number: int) -> None:
        """Give each patient of a Bundle a Bundle of the same type, with what others refer to."""
        of_nobody = [one for one in people.pop(NOBODY, []) if one.inside is None]
        for one in of_nobody:
            if one.resource_type in units.SHARED:
                resource_type, _, name = reference_of(one).partition("/")
                self._share(resource_type, name, _encode(one.content), number)
            elif one.resource_type in KIND_OF:
                self.refuse(number, KIND_OF[one.resource_type], "it names no patient", one.place)
        bundle_type = value.get("type") if isinstance(value, dict) else None
        followed = [one for one in of_nobody if one.resource_type in units.FOLLOWED]
        for person, located in people.items():
            own = [one for one in located if one.inside is None]
            entry = [{"fullUrl": one.full_url, "resource": one.content} for one in (*own, *followed)]
            share = {"resourceType": "Bundle", "type": bundle_type, "entry": entry}
            self._send_to(self._unique(person, number), units.SHARE, number, _encode(share))


_encode: Final = msgspec.json.Encoder().encode
