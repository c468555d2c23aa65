"""The dates of the person: birth, death, registration with the practice."""

from typing import Any, NamedTuple

from ccr_rules.record.codes import words_of
from ccr_rules.record.entry import Days
from ccr_rules.record.fhir_dates import NotADate, days_of, start_of
from ccr_rules.record.findings import Findings
from ccr_rules.record.shapes import EpisodeOfCare, Extension, Patient, Period, many, typed


class Person(NamedTuple):
    """What the record says of the patient as a person."""

    born: Days | None = None
    died: Days | None = None
    registrations: tuple[Period, ...] = ()


def read_person(content: dict[str, Any], reference: str, findings: Findings) -> Person:
    """Return what a Patient resource says.

    Raises:
        Unreadable: if an element has the wrong type.
    """
    patient = typed(content, Patient)
    born = _days(patient.birth_date, reference, findings)
    died = _days(patient.deceased_date_time, reference, findings)
    return Person(born, died, tuple(_registration_periods(patient.extension)))


def is_dead(content: dict[str, Any]) -> bool:
    """Say whether a Patient resource, however broken otherwise, says that the person died."""
    return content.get("deceasedBoolean") is True or content.get("deceasedDateTime") is not None


def _days(text: str | None, reference: str, findings: Findings) -> Days | None:
    if text is None:
        return None
    try:
        days = days_of(text)
    except NotADate:
        findings.note("date-not-read", reference)
        return None
    if days is None:
        findings.note("date-outside-calendar", reference)
    return days


def _registration_periods(extensions: list[Extension] | None) -> list[Period]:
    """Return the periods of the CareConnect registration details."""
    return [
        part.value_period
        for extension in extensions or ()
        if "RegistrationDetails" in extension.url
        for part in extension.extension or ()
        if part.url == "registrationPeriod" and part.value_period is not None
    ]


def is_registration(episode: EpisodeOfCare) -> bool:
    """Say whether an EpisodeOfCare is a registration with a practice, by the words of its type."""
    return "regist" in words_of(many(episode.type))


def latest_registration(
    periods: list[Period], reference: str, findings: Findings
) -> tuple[Days | None, Days | None]:
    """Return when the latest registration began and, if it has, ended."""
    spans: list[tuple[Days | None, Days | None]] = []
    for period in periods:
        try:
            begun = None if period.start is None else start_of(period)
        except NotADate:
            begun = None
            findings.note("date-not-read", reference)
        spans.append((begun, _days(period.end, reference, findings)))
    return max(spans, key=_start, default=(None, None))


def _start(span: tuple[Days | None, Days | None]) -> tuple[bool, Any]:
    begun = span[0]
    return (True, begun.first) if begun is not None else (False, 0)
