"""The consultation that an Encounter is: how it took place, with whom, when."""

from typing import Any

import pytest

from ccr_rules.record.patient import Consultation
from tests.record.samples import Json, concept, days, encounter, record_of

ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def consultation(**elements: Any) -> Consultation:
    (found,) = record_of(encounter(**elements)).consultations
    return found


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        ("Telephone call to a patient", "telephone"),
        ("Telephone consultation (procedure)", "telephone"),
        ("Phone call", "telephone"),
        ("Video consultation", "video"),
        ("Videocall", "video"),
        ("Home visit", "home-visit"),
        ("Face to face consultation at home visit", "home-visit"),
        ("Group consultation", "group"),
        ("Video group clinic", "group"),
        ("GP Surgery", "face-to-face"),
        ("Face-to-face consultation", "face-to-face"),
        ("Seen in clinic", "face-to-face"),
        ("Telephone call from the surgery", "telephone"),
        ("Letter from outpatient clinic", "administrative"),
        ("Administration note", "administrative"),
        ("Administrative encounter", "administrative"),
        ("Letter from outpatients", "administrative"),
        ("Third party consultation", "administrative"),
        ("Did not attend - no reason", "administrative"),
        ("Externally entered", "administrative"),
        ("Telephone or video consultation", "unknown"),
        ("Administration after telephone call", "unknown"),
        ("Consultation", "unknown"),
        ("Clinical motel letterhead", "administrative"),
        ("Clinical hotel", "unknown"),
    ],
)
@pytest.mark.parametrize("where", ["text", "display", "class", "service"])
def test_words_tell_the_mode(words: str, mode: str, where: str) -> None:
    elements: dict[str, Json] = {
        "text": {"type": [{"text": words}]},
        "display": {"type": [concept(display=words)]},
        "class": {"type": ..., "class": {"display": words}},
        "service": {"type": ..., "serviceType": {"text": words}},
    }
    assert consultation(**elements[where]).mode == mode


@pytest.mark.parametrize(
    ("code", "mode"),
    [
        ("AMB", "face-to-face"),
        ("amb ", "face-to-face"),
        ("HH", "home-visit"),
        ("EMER", "face-to-face"),
        ("IMP", "face-to-face"),
        ("VR", "unknown"),
        ("FLD", "unknown"),
        ("other", "unknown"),
    ],
)
def test_the_class_tells_the_mode_where_no_words_do(code: str, mode: str) -> None:
    coding = {"system": ACT_CODE, "code": code}
    assert consultation(**{"class": coding}).mode == mode
    assert consultation(**{"class": [{"coding": [coding]}]}).mode == mode  # R5


def test_words_outweigh_the_class() -> None:
    """Systems write AMB for everything."""
    given = {"type": [{"text": "Telephone call"}], "class": {"code": "AMB", "display": "ambulatory"}}
    assert consultation(**given).mode == "telephone"


@pytest.mark.parametrize("given", [..., {}, [], [{}], [{"coding": [{"code": "AMB"}, {"code": "HH"}]}]])
def test_a_mode_that_cannot_be_told_is_unknown(given: object) -> None:
    assert consultation(**{"class": given}).mode == "unknown"


PERFORMER = {"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "display": "performer"}
ROLE = {
    "resourceType": "PractitionerRole",
    "id": "r1",
    "code": [{}, {"coding": [{"display": "General practitioner"}]}],
}


@pytest.mark.parametrize(
    ("participants", "role"),
    [
        ([{"type": [{"text": "GP"}]}], "GP"),
        ([{"type": [{"coding": [{"system": "http://x", "display": "Practice nurse"}]}]}], "Practice nurse"),
        (
            [{"type": [{"coding": [PERFORMER]}], "individual": {"reference": "PractitionerRole/r1"}}],
            "General practitioner",
        ),
        ([{"actor": {"reference": "PractitionerRole/r1"}}], "General practitioner"),
        ([{"individual": {"reference": "#r1"}}], "General practitioner"),
        ([{"individual": {"display": "Smith, Ann (Practice Nurse)"}}], "nurse"),
        ([{"individual": {"display": "Dr A Smith"}}], ""),
        ([{"individual": {"reference": "Practitioner/1"}}], ""),
        ([{}, {"type": [{"text": "Care co-ordinator"}]}], "Care co-ordinator"),
        ([{}], ""),
        (..., ""),
    ],
)
def test_the_role_is_told_in_the_records_words_and_never_by_a_name(participants: object, role: str) -> None:
    given = encounter(participant=participants, contained=[ROLE])
    (found,) = record_of(given, ROLE).consultations
    assert found.role == role


def test_a_consultation_has_a_date_even_without_codes() -> None:
    found = consultation(type=..., period={"start": "2025-07-01T23:30:00Z"})
    assert found == Consultation("Encounter/e1", "unknown", "", days("2025-07-02"))
    assert consultation(type=..., period=...).date is None


@pytest.mark.parametrize("status", ["planned", "cancelled", "entered-in-error"])
def test_a_contact_that_did_not_happen_is_no_consultation(status: str) -> None:
    assert record_of(encounter(status=status)).consultations == ()


@pytest.mark.parametrize("status", ["finished", "in-progress", "unknown", ...])
def test_a_contact_that_happens_or_may_have_is_one(status: object) -> None:
    assert len(record_of(encounter(status=status)).consultations) == 1


def test_a_contact_whose_date_is_none_is_quarantined_even_without_codes() -> None:
    record = record_of(encounter(type=..., period={"start": "soon"}))
    assert record.consultations == ()
    assert record.quarantined[0].reason.startswith("period: ")
