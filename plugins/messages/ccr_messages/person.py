"""Who gets the message: the same person whose record was evaluated, living, and a patient of the practice."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from ccr_messages.refusal import refused
from ccr_rules import Evaluation
from ccr_rules.dates import Duration, shift_day
from ccr_rules.record.entry import Days
from ccr_rules.record.fhir_dates import NotADate, days_of

ADULT: Final = Duration(18, "year")
"""The packs and their leaflets are written for adults, and so are the texts here."""


def check_person(evaluation: Evaluation, patient: Mapping[str, Any]) -> None:
    """Raise UsageError unless a message about this evaluation may go to this FHIR Patient."""
    if patient.get("resourceType") != "Patient":
        raise refused("no Patient resource came with the request; hand it in, for the name and the address")
    _check_same(evaluation, patient)
    record, today = evaluation.record, evaluation.moment.as_of
    if record.is_dead or record.died or _says_died(patient):
        raise refused("the person has died")
    if patient.get("active") is False:
        raise refused("the Patient resource is marked as not active")
    if record.deregistered and record.deregistered.first <= today:
        raise refused("the person is no longer registered with the practice")
    born = record.born or _born(patient)
    if born and shift_day(born.last, ADULT) > today:
        raise refused("the person is under 18; agree with the family and the hospital team how to offer this")


def _says_died(patient: Mapping[str, Any]) -> bool:
    """Say whether the Patient is marked as dead, on whatever day that was."""
    return patient.get("deceasedBoolean") is True or patient.get("deceasedDateTime") is not None


def _check_same(evaluation: Evaluation, patient: Mapping[str, Any]) -> None:
    record = evaluation.record
    known = record.reference.rpartition("/")[2]
    given, born = patient.get("id"), _born(patient)
    if record.born and born and not _overlap(record.born, born):
        raise refused("the Patient is not the person whose record was evaluated: the birth dates differ")
    if given == known:
        return
    if isinstance(given, str) and record.reference.startswith("Patient/"):
        raise refused("the Patient is not the person whose record was evaluated: the ids differ")
    if not (record.born and born):
        raise refused(
            "it cannot be shown that the Patient is the person whose record was evaluated: neither an id nor "
            "a birth date stands in both"
        )


def _overlap(a: Days, b: Days) -> bool:
    return a.first <= b.last and b.first <= a.last


def _born(patient: Mapping[str, Any]) -> Days | None:
    return days_from(patient.get("birthDate"))


def days_from(value: Any) -> Days | None:
    """Return the days of a FHIR date, None where there is none that can be read."""
    try:
        return days_of(value) if isinstance(value, str) else None
    except NotADate:
        return None


def holds_on(element: Mapping[str, Any], today: date) -> bool:
    """Say whether a name, address or telephone is one of today: its period has begun and has not ended.

    A period that cannot be read is no period of today.
    """
    period = element.get("period")
    if period is None:
        return True
    if not isinstance(period, Mapping):
        return False
    start, end = days_from(period.get("start")), days_from(period.get("end"))
    if (start is None and period.get("start")) or (end is None and period.get("end")):
        return False
    return (start is None or start.last <= today) and (end is None or today <= end.first)


def elements(patient: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the elements of a list of the Patient that are objects."""
    given = patient.get(name)
    return [each for each in given if isinstance(each, Mapping)] if isinstance(given, list) else []
