"""What the host knows of one patient: the input of every evaluator."""

from typing import Literal

import msgspec
from msgspec.structs import replace

from ccr_rules.record.entry import Days, Entry

Mode = Literal["face-to-face", "home-visit", "telephone", "video", "group", "administrative", "unknown"]


class Consultation(msgspec.Struct, frozen=True):
    """One contact, read from an Encounter: how, with whom (role as the record words it), when."""

    reference: str
    mode: Mode = "unknown"
    role: str = ""
    date: Days | None = None


class Quarantined(msgspec.Struct, frozen=True):
    """A resource that could not be read: `reference` if known, `place` in the input, and why."""

    reference: str
    place: str
    reason: str
    kind: str = ""


class RecordFinding(msgspec.Struct, frozen=True):
    """Something about the record itself that a host or analyst should know."""

    id: str
    message: str
    evidence: tuple[str, ...] = ()


class PatientRecord(msgspec.Struct, frozen=True):
    """A patient's record as the engine reads it.

    `reference` is the Patient reference. `born`, `died`, `registered` and `deregistered` are days or
    None. `is_dead` is True also when death is recorded without a date. `supplied` holds the kinds of
    resource that were completely supplied, `incomplete` says for other kinds why they were not
    (kind to reason). `assumed` are statements of the host profile that the answer rests on, and
    `keeps` maps a codelist name to the kinds in which this host keeps its entries.
    """

    reference: str
    entries: tuple[Entry, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    born: Days | None = None
    died: Days | None = None
    is_dead: bool = False
    registered: Days | None = None
    deregistered: Days | None = None
    supplied: frozenset[str] = frozenset()
    incomplete: dict[str, str] = {}
    assumed: tuple[str, ...] = ()
    keeps: dict[str, tuple[str, ...]] = {}
    quarantined: tuple[Quarantined, ...] = ()
    findings: tuple[RecordFinding, ...] = ()

    def apart(self) -> "PatientRecord":
        """Return the same, for somebody who might change it: with dicts of its own."""
        return replace(self, incomplete=dict(self.incomplete), keeps=dict(self.keeps))


KINDS = (
    "Patient",
    "Condition",
    "Encounter",
    "Observation",
    "Procedure",
    "Communication",
    "CommunicationRequest",
    "ServiceRequest",
    "CarePlan",
    "DocumentReference",
    "QuestionnaireResponse",
    "Flag",
    "EpisodeOfCare",
    "MedicationRequest",
    "MedicationStatement",
    "MedicationAdministration",
    "MedicationDispense",
)
"""Every kind of resource that the engine reads, by its R4 name."""
