"""Which element of which resource says when it happened, and which when it was recorded.

The one table for all versions of FHIR. No element name changed its meaning between versions, so a
record is read by the names that it has; the versions are stated for the reader (and tested against
the published models). In each row the first element present counts. SEMANTICS 8 says what stands in
for a date that is missing.
"""

from typing import Any, NamedTuple

import msgspec

from ccr_rules.record import shapes
from ccr_rules.record.entry import Days
from ccr_rules.record.fhir_dates import SOMETIME, NotADate, at_age, days_of, first_event, start_of
from ccr_rules.record.findings import Findings

ALL = "STU3 R4 R4B R5"
R4_ON = "R4 R4B R5"
TO_R4B = "STU3 R4 R4B"

TABLE: tuple[tuple[str, str, str, str], ...] = (
    # resource                 meaning     elements, the first present counts                  versions
    ("Condition", "clinical", "onsetDateTime onsetPeriod onsetAge onsetRange onsetString", ALL),
    ("Condition", "recorded", "recordedDate", R4_ON),
    ("Condition", "recorded", "assertedDate", "STU3"),
    ("Encounter", "clinical", "period", TO_R4B),
    ("Encounter", "clinical", "actualPeriod", "R5"),
    ("Observation", "clinical", "effectiveDateTime effectivePeriod", ALL),
    ("Observation", "clinical", "effectiveTiming effectiveInstant", R4_ON),
    ("Observation", "recorded", "issued", ALL),
    ("Procedure", "clinical", "performedDateTime performedPeriod", TO_R4B),
    ("Procedure", "clinical", "performedAge performedRange performedString", "R4 R4B"),
    ("Procedure", "clinical", "occurrenceDateTime occurrencePeriod occurrenceTiming", "R5"),
    ("Procedure", "clinical", "occurrenceAge occurrenceRange occurrenceString", "R5"),
    ("Procedure", "recorded", "recorded", "R5"),
    ("Communication", "clinical", "sent received", ALL),
    # A request is the act of asking: its day is the day of asking, never the day asked for.
    ("CommunicationRequest", "clinical", "authoredOn", ALL),
    ("ServiceRequest", "clinical", "authoredOn", R4_ON),
    ("ReferralRequest", "clinical", "authoredOn", "STU3"),
    ("ProcedureRequest", "clinical", "authoredOn", "STU3"),
    ("CarePlan", "clinical", "period", ALL),
    ("CarePlan", "recorded", "created", R4_ON),
    ("DocumentReference", "clinical", "context.period", TO_R4B),
    ("DocumentReference", "clinical", "period", "R5"),
    ("DocumentReference", "clinical", "created", "STU3"),
    ("DocumentReference", "clinical", "content.attachment.creation", ALL),
    ("DocumentReference", "recorded", "date", R4_ON),
    ("DocumentReference", "recorded", "indexed", "STU3"),
    ("QuestionnaireResponse", "clinical", "authored", ALL),
    ("Flag", "clinical", "period", ALL),
    ("EpisodeOfCare", "clinical", "period", ALL),
    ("MedicationRequest", "clinical", "authoredOn", ALL),
    ("MedicationStatement", "clinical", "effectiveDateTime effectivePeriod", ALL),
    ("MedicationStatement", "clinical", "effectiveTiming", "R5"),
    ("MedicationStatement", "recorded", "dateAsserted", ALL),
    ("MedicationAdministration", "clinical", "effectiveDateTime effectivePeriod", TO_R4B),
    ("MedicationAdministration", "clinical", "occurenceDateTime occurencePeriod occurenceTiming", "R5"),
    ("MedicationAdministration", "recorded", "recorded", "R5"),
    ("MedicationDispense", "clinical", "whenHandedOver whenPrepared", ALL),
    ("MedicationDispense", "recorded", "recorded", "R5"),
)


class Path(NamedTuple):
    """One element: its FHIR name (for messages), and the attributes that lead to it."""

    element: str
    attribute: str
    inner: tuple[str, ...]


def _snake(name: str) -> str:
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name)


def paths_of(kind: str, meaning: str) -> tuple[Path, ...]:
    """Return the elements of one kind for one meaning, in order."""
    elements = (
        element
        for row_kind, row_meaning, elements, _ in TABLE
        if (row_kind, row_meaning) == (kind, meaning)
        for element in elements.split()
    )
    split = ((element, [_snake(step) for step in element.split(".")]) for element in elements)
    return tuple(Path(element, attribute, tuple(inner)) for element, (attribute, *inner) in split)


def read_days(
    resource: msgspec.Struct, paths: tuple[Path, ...], born: Days | None, reference: str, findings: Findings
) -> Days | None:
    """Return the days that the first present element gives, or None if there is none.

    Raises:
        Unreadable: if that element is not a date.
    """
    for element, attribute, inner in paths:
        value = getattr(resource, attribute)
        if value is None:
            continue
        if inner:
            value = _inside(value, inner)
        try:
            if type(value) is str:
                days, is_given = SOMETIME if element.endswith("String") else days_of(value), True
            else:
                days, is_given = _days(value, born)
        except NotADate as fault:
            raise shapes.Unreadable(f"{element}: {fault}") from None
        if is_given:
            if days is None:
                findings.note("date-outside-calendar", reference)
            elif days is SOMETIME:
                findings.note("date-not-precise", reference)
            return days
    return None


def _inside(value: Any, steps: tuple[str, ...]) -> Any:
    """Follow further steps; of a list the first item counts."""
    for step in steps:
        if isinstance(value, list):
            value = value[0] if value else None
        value = getattr(value, step, None)
    return value


def _days(value: Any, born: Days | None) -> tuple[Days | None, bool]:
    """Return the days of a date that is no text, and whether there is one at all."""
    if type(value) is shapes.Period:
        return start_of(value), value.start is not None or value.end is not None
    if type(value) is shapes.Timing:
        return first_event(value), bool(value.event)
    if type(value) is shapes.Quantity:
        return at_age(value, born), True
    return SOMETIME, value is not None
