"""The front door of `record`: FHIR JSON in, one patient's record out.

`decode` (bytes to plain values) and `read` (plain values to a PatientRecord) are separate, so that
each can be timed; `read_record` does both.
"""

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from ccr_rules.errors import RecordError
from ccr_rules.record.consultations import consultation_of
from ccr_rules.record.containers import open_document
from ccr_rules.record.contents import Contents, Located
from ccr_rules.record.duplicates import without_duplicates
from ccr_rules.record.entries import READERS
from ccr_rules.record.entry import Entry
from ccr_rules.record.findings import Findings
from ccr_rules.record.identity import MALFORMED, Who, identify, subject_key
from ccr_rules.record.json_text import MAX_BYTES, Document, Source, decode
from ccr_rules.record.kinds import KIND_OF
from ccr_rules.record.one_resource import is_contact, read_resource, registrations_in
from ccr_rules.record.patient import Consultation, PatientRecord, Quarantined
from ccr_rules.record.patients import Person, is_dead, latest_registration, read_person
from ccr_rules.record.profiles import HostProfile, check_kinds, profile_named
from ccr_rules.record.references import Index
from ccr_rules.record.remembered import known_before
from ccr_rules.record.shapes import Encounter, Period, Unreadable
from ccr_rules.record.strict import fault_of
from ccr_rules.record.supply import resolve
from ccr_rules.record.versions import Version, check_version, detect

__all__ = ["HostProfile", "decode", "read", "read_record"]


def read_record(
    source: Source,
    *,
    version: Version = "auto",
    patient: str | None = None,
    profile: HostProfile | str | None = None,
    supplied: Iterable[str] | None = None,
    strict: bool = False,
    max_bytes: int = MAX_BYTES,
) -> PatientRecord:
    """Read one patient's record from FHIR JSON of any supported version and container.

    Args:
        source: JSON as bytes or text (NDJSON too), a decoded dict or list, or a fhir.resources model.
        version: the FHIR version, where its shape does not tell; it matters to `strict` only.
        patient: the reference or id of the patient that it must be about.
        profile: what is known of the host, or the name of a shipped profile.
        supplied: the kinds of resource that the source holds completely, where the host knows.
        strict: validate each resource with fhir.resources too; invalid ones are quarantined.
        max_bytes: the largest source to accept.

    Returns:
        The record; single resources that could not be read stand in `quarantined`, and their kinds
        do not count as supplied.

    Raises:
        RecordError: if nothing is usable, or it is not about exactly the patient it must be about.
        UsageError: if the version, profile or a supplied kind does not exist.
    """
    document = decode(source, max_bytes)
    return read(document, version=version, patient=patient, profile=profile, supplied=supplied, strict=strict)


def read(
    document: Document,
    *,
    version: Version = "auto",
    patient: str | None = None,
    profile: HostProfile | str | None = None,
    supplied: Iterable[str] | None = None,
    strict: bool = False,
) -> PatientRecord:
    """Read a decoded document; see `read_record`."""
    how = how_to_read(version, patient, profile, supplied, strict)
    return read_contents(open_document(document), how)


class How(NamedTuple):
    """How contents are read, checked; the fields are arguments of `read_record`.

    `consultations` False leaves these out, for who needs no more than entries.
    """

    version: Version = "auto"
    patient: str | None = None
    host: HostProfile | None = None
    supplied: tuple[str, ...] | None = None
    strict: bool = False
    consultations: bool = True


def how_to_read(
    version: Version = "auto",
    patient: str | None = None,
    profile: HostProfile | str | None = None,
    supplied: Iterable[str] | None = None,
    strict: bool = False,
    consultations: bool = True,
) -> How:
    """Check the arguments of a reading.

    Raises:
        UsageError: if the version, profile or a supplied kind does not exist.
    """
    check_version(version)
    host = profile_named(profile)
    stated = None if supplied is None else tuple(supplied)
    check_kinds(stated or ())
    if version == "auto" and host is not None:
        version = host.version
    return How(version, patient, host, stated, strict, consultations)


def read_contents(contents: Contents, how: How) -> PatientRecord:
    """Read what the containers of a document hold. Raises RecordError as `read_record` does."""
    try:
        return _Reading(contents, how).record()
    except RecursionError:
        raise RecordError("the record is nested too deeply: FHIR needs far fewer levels") from None


class _Reading:
    """One reading of one document: what is found along the way is collected here."""

    def __init__(self, contents: Contents, how: How) -> None:
        self.contents = contents
        self.how = how
        self.findings = Findings()
        self.quarantined = list(contents.quarantined)
        self.entries: list[Entry] = []
        self.consultations: list[Consultation] = []
        self.registrations: list[Period] = []
        self.person = Person()
        self.was_read = 0
        if not contents.located:
            self._refuse_if_nothing_was_read()
        self.who: Who = identify(contents, how.patient)

    def record(self) -> PatientRecord:
        host = self.how.host
        unique, contradicting = without_duplicates(self.contents)
        self.quarantined += contradicting
        if self.how.strict or self.how.version != "auto":
            unique = self._checked(unique)
        self._read_patient(unique)
        self._read_all(unique)
        self._refuse_if_nothing_was_read()
        registered, deregistered = latest_registration(self.registrations, self.who.reference, self.findings)
        has_patient = any(located.resource_type == "Patient" for _, located in unique)
        complete, incomplete = resolve(self.contents, self.quarantined, has_patient, host, self.how.supplied)
        return PatientRecord(
            reference=self.who.reference,
            entries=tuple(self.entries),
            consultations=tuple(self.consultations),
            born=self.person.born,
            died=self.person.died,
            is_dead=any(is_dead(one.content) for one in self.who.patients),
            registered=registered,
            deregistered=deregistered,
            supplied=complete,
            incomplete=incomplete,
            assumed=() if host is None else host.assumed,
            keeps={} if host is None else dict(host.keeps),
            quarantined=tuple(self.quarantined),
            findings=self.findings.listed(),
        )

    def _checked(self, unique: list[tuple[str, Located]]) -> list[tuple[str, Located]]:
        """Compare the version asked for with the shape; in strict reading validate each resource."""
        version: str = self.how.version
        looks = detect(self.contents.located)
        if version == "auto":
            version = looks
        elif looks != version.removesuffix("B"):
            self.findings.note("version-differs", detail=looks)
        if not self.how.strict:
            return unique
        valid: list[tuple[str, Located]] = []
        for reference, located in unique:
            fault = fault_of(located.content, located.resource_type, version)
            if fault:
                self._quarantine(reference, located, fault)
            else:
                valid.append((reference, located))
        return valid

    def _quarantine(self, reference: str, located: Located, reason: str) -> None:
        kind = KIND_OF.get(located.resource_type, located.resource_type)
        self.quarantined.append(Quarantined(reference, located.place, reason, kind))

    def _read_patient(self, unique: list[tuple[str, Located]]) -> None:
        """Read the Patient first: an age at onset needs the date of birth."""
        for reference, located in unique:
            if located.resource_type == "Patient":
                try:
                    self.person = read_person(located.content, reference, self.findings)
                except Unreadable as fault:
                    self._quarantine(reference, located, str(fault))
                else:
                    self.was_read += 1
                    self.registrations += self.person.registrations

    def _read_all(self, unique: list[tuple[str, Located]]) -> None:
        index = Index(self.contents.located)
        alone = index.is_empty
        others = self.who.others
        for reference, located in unique:
            resource_type = located.resource_type
            if resource_type not in READERS:
                if resource_type not in _KNOWN:
                    self.findings.note("kind-not-read", detail=resource_type)
                continue
            try:
                if others and not self._is_about_patient(reference, located):
                    continue
                known = known_before(resource_type, located.content, reference, self.findings, alone)
                if known is None:
                    self._read_one(reference, located, index)
                else:
                    entries, consultation = known
                    self.entries += entries
                    if consultation is not None and self.how.consultations:
                        self.consultations.append(consultation)
                self.was_read += 1
            except Unreadable as fault:
                self._quarantine(reference, located, str(fault))
            except RecursionError:
                self._quarantine(reference, located, "nested too deeply")

    def _is_about_patient(self, reference: str, located: Located) -> bool:
        key = subject_key(located.content)
        if key == MALFORMED:
            raise Unreadable("subject: expected a reference")
        if key in self.who.others:
            self.findings.note("not-about-the-patient", reference)
            return False
        return True

    def _read_one(self, reference: str, located: Located, index: Index) -> None:
        follow = partial(index.follow, located.content)
        resource, entries, date = read_resource(
            located.resource_type, located.content, reference, follow, self.person.born, self.findings
        )
        self.entries += entries
        if not isinstance(resource, Encounter):
            self.registrations += registrations_in(resource, entries)
        elif self.how.consultations and is_contact(resource):
            self.consultations.append(consultation_of(resource, reference, date, follow))

    def _refuse_if_nothing_was_read(self) -> None:
        if self.quarantined and not self.was_read:
            first = self.quarantined[0]
            raise RecordError(
                f"nothing in the record could be read; first fault: {first.reference or first.place}: "
                f"{first.reason}"
            )


_KNOWN = frozenset(
    {"Patient", "Medication", "Practitioner", "PractitionerRole", "Organization", "Location", "List"}
)
"""Kinds that are no entries but are read, or only name people and places."""
