"""Names, numbers and free text of a record never reach an error, a quarantine reason or a finding."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.errors import RecordError
from ccr_rules.record.findings import MESSAGES, Findings, showable
from ccr_rules.record.reading import read_record
from tests.record.samples import PATIENT, bundle, condition, encounter

SECRET = "Ann Example 900 000 0009"


def secret_places() -> list[Any]:
    return [
        SECRET,
        {SECRET: 1},
        {"resourceType": SECRET},
        {"resourceType": "Patient", "id": SECRET, "birthDate": 5},
        bundle({"resourceType": "Patient", "id": SECRET}, condition()),
        bundle(PATIENT, condition(subject={"reference": f"Patient/{SECRET}"})),
        bundle(PATIENT, condition(onsetDateTime=SECRET)),
        bundle(PATIENT, condition(code=SECRET)),
        bundle(PATIENT, condition(id=SECRET, code=5)),
        bundle(PATIENT, condition(verificationStatus=SECRET)),
        bundle(PATIENT, encounter(status=SECRET)),
        bundle(PATIENT, condition(extension=[{"url": "ConditionEpisode", "valueCode": SECRET}])),
        bundle(PATIENT, {"resourceType": SECRET}),
        bundle(PATIENT, kind=SECRET),
        bundle(
            PATIENT, {"resourceType": "OperationOutcome", "issue": [{"code": SECRET, "diagnostics": SECRET}]}
        ),
        bundle(PATIENT | {"deceasedDateTime": SECRET, "birthDate": SECRET}),
        bundle(PATIENT, link=[{"relation": "self", "url": f"Condition?{SECRET}={SECRET}"}], kind="searchset"),
        bundle(
            PATIENT, {"resourceType": "List", "extension": [{"url": "ListWarningCode", "valueCode": SECRET}]}
        ),
    ]


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("source", secret_places())
def test_nothing_secret_is_told(source: Any, strict: bool) -> None:
    try:
        record = read_record(source, strict=strict)
    except RecordError as refusal:
        told = refusal.message
    else:
        told = repr((record.quarantined, record.findings, record.incomplete))
    assert "Ann" not in told
    assert "900" not in told


def test_the_patient_asked_for_is_not_told_if_the_id_could_be_free_text() -> None:
    with pytest.raises(RecordError) as refusal:
        read_record(condition(), patient=SECRET)
    assert "Ann" not in refusal.value.message


@given(st.text())
def test_only_short_codes_are_shown(text: str) -> None:
    shown = showable(text)
    assert shown == "text" or (shown == text and len(text) <= 40 and " " not in text)


def test_every_finding_has_a_sentence() -> None:
    findings = Findings()
    for name in MESSAGES:
        findings.note(name, "Condition/c1", "word")
        findings.note(name, "Condition/c1", "word")
    assert [finding.id for finding in findings.listed()] == list(MESSAGES)
    assert all(finding.evidence == ("Condition/c1",) for finding in findings.listed())
    assert not any("{" in finding.message for finding in findings.listed())
