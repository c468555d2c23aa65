"""Birth, death and registration of the person."""

import pytest

from ccr_rules.record.patient import PatientRecord
from ccr_rules.record.reading import read_record
from tests.record.samples import PATIENT, Json, bundle, condition, days, finding_ids, resource


def person(**elements: object) -> PatientRecord:
    given = {key: value for key, value in (PATIENT | elements).items() if value is not ...}
    return read_record(bundle(given, condition()))


@pytest.mark.parametrize("text", ["1950-06-15", "1950-06", "1950"])
def test_a_birth_may_be_known_by_day_month_or_year(text: str) -> None:
    assert person(birthDate=text).born == days(text)


def test_a_birth_that_is_not_told_is_not_known() -> None:
    assert person(birthDate=...).born is None


@pytest.mark.parametrize(
    ("elements", "is_dead", "died"),
    [
        ({}, False, ""),
        ({"deceasedBoolean": False}, False, ""),
        ({"deceasedBoolean": True}, True, ""),
        ({"deceasedDateTime": "2025-03"}, True, "2025-03"),
    ],
)
def test_a_death_is_known_with_or_without_its_date(elements: Json, is_dead: bool, died: str) -> None:
    record = person(**elements)
    assert record.is_dead is is_dead
    assert record.died == (days(died) if died else None)


def test_a_death_on_a_day_that_cannot_be_read_is_a_death() -> None:
    record = person(deceasedDateTime="last spring")
    assert (record.is_dead, record.died) == (True, None)
    assert finding_ids(record) == {"date-not-read"}
    assert person(deceasedDateTime="0001-01-01").is_dead


def test_a_death_is_known_even_if_the_rest_of_the_patient_is_broken() -> None:
    record = person(birthDate=5, deceasedBoolean=True)
    assert record.is_dead
    assert record.quarantined[0].reference == "Patient/p1"
    assert "Patient" not in record.supplied


@pytest.mark.parametrize(
    ("text", "finding"), [("1950-02-30", "date-not-read"), ("0001-01-01", "date-outside-calendar")]
)
def test_a_birth_that_is_no_date_is_noted_and_not_known(text: str, finding: str) -> None:
    record = person(birthDate=text)
    assert record.born is None
    assert finding_ids(record) == {finding}
    assert record.quarantined == ()


def registration(start: str, end: str = "", status: str = "active", kind: str = "Registration") -> Json:
    period = {"start": start} | ({"end": end} if end else {})
    name = f"r{start}"
    return resource("EpisodeOfCare", name, status=status, type=[{"text": kind}], period=period)


def registered(*episodes: Json) -> tuple[object, object]:
    record = read_record(bundle(PATIENT, *episodes))
    return record.registered, record.deregistered


def test_an_episode_of_care_that_says_registration_is_one() -> None:
    assert registered(registration("2024-05-01")) == (days("2024-05-01"), None)
    assert registered(registration("2020", "2024-04")) == (days("2020"), days("2024-04"))


def test_the_latest_registration_counts() -> None:
    old, new = registration("2010-01-01", "2024-04-30"), registration("2024-05-01")
    assert registered(old, new) == registered(new, old) == (days("2024-05-01"), None)


@pytest.mark.parametrize(
    "episode",
    [
        registration("2024", kind="Palliative care"),
        registration("2024", status="cancelled"),
        registration("2024", status="waitlist"),
    ],
)
def test_other_episodes_of_care_are_no_registration(episode: Json) -> None:
    assert registered(episode) == (None, None)


def test_a_registration_without_dates_says_nothing() -> None:
    assert registered(resource("EpisodeOfCare", type=[{"text": "Registered"}])) == (None, None)


def test_the_careconnect_extension_tells_the_registration() -> None:
    details = [
        {"url": "registrationType", "valueCodeableConcept": {"text": "Regular"}},
        {"url": "registrationPeriod"},
        {"url": "registrationPeriod", "valuePeriod": {"start": "2019-03-01", "end": "2025-01-31"}},
    ]
    name = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-RegistrationDetails-1"
    extensions = [{"url": "http://other"}, {"url": name}, {"url": name, "extension": details}]
    record = person(extension=extensions)
    assert (record.registered, record.deregistered) == (days("2019-03-01"), days("2025-01-31"))


def test_a_registration_that_is_no_date_is_noted() -> None:
    details = [{"url": "registrationPeriod", "valuePeriod": {"start": "once", "end": "0001"}}]
    record = person(extension=[{"url": "RegistrationDetails", "extension": details}])
    assert (record.registered, record.deregistered) == (None, None)
    assert finding_ids(record) == {"date-not-read", "date-outside-calendar"}
