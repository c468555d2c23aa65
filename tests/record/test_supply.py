"""Which kinds a source shows to be completely supplied: an empty kind is not confused with a missing one."""

import json
from typing import Any

import pytest

from ccr_rules.record.reading import read_record
from tests.record.samples import EVERY, PATIENT, bundle, condition, encounter, resource, search


@pytest.mark.parametrize("kind", ["collection", "document", "transaction", "batch"])
def test_a_whole_record_bundle_supplies_every_kind(kind: str) -> None:
    record = read_record(bundle(PATIENT, condition(), kind=kind))
    assert record.supplied == EVERY
    assert record.incomplete == {}


@pytest.mark.parametrize("kind", ["history", "message", "batch-response", None, "free text, or a name"])
def test_another_bundle_does_not_say_what_is_complete(kind: object) -> None:
    record = read_record(bundle(PATIENT, condition(), kind=kind))  # type: ignore[arg-type]
    assert record.supplied == {"Patient"}
    assert "does not say what is complete" in record.incomplete["Condition"]
    assert "a name" not in record.incomplete["Condition"]


@pytest.mark.parametrize(
    "url",
    [
        "https://gp.example/fhir/Condition?patient=p1",
        "Condition?subject=Patient/p1&_count=50&_sort=-onset-date&_format=json",
        "Condition?patient=Patient%2Fp1&_include=Condition:encounter&_revinclude=Provenance:target",
        "Condition/_search?patient=https://gp.example/fhir/Patient/p1",
        "Patient/p1/Condition?_summary=false",
        "Condition?subject:Patient=p1",
        "Condition?patient.identifier=https://fhir.nhs.uk/Id/nhs-number|9000000009",
    ],
)
def test_a_search_for_nothing_but_the_patient_supplies_its_kind(url: str) -> None:
    assert read_record(search(url, condition())).supplied == {"Condition"}


@pytest.mark.parametrize(
    ("url", "by"),
    [
        ("Condition?patient=p1&clinical-status=active", "clinical-status"),
        ("Condition?patient=p1&code=254837009", "code"),
        ("Condition?patient=p1&_lastUpdated=gt2025", "_lastUpdated"),
        ("Condition?patient=p1&_elements=code", "_elements"),
        ("Condition?patient=p1&_summary=true", "_summary"),
        ("Condition?patient=p1&something-new", "something-new"),
        ("Condition", "no-patient"),
        ("Condition?_count=10", "no-patient"),
    ],
)
def test_a_search_for_more_than_the_patient_does_not(url: str, by: str) -> None:
    record = read_record(search(url, condition(), PATIENT))
    assert "Condition" not in record.supplied
    assert f"left some out (by {by})" in record.incomplete["Condition"]


@pytest.mark.parametrize(
    "url", ["https://gp.example/fhir?_getpages=1", "", "%", "Patient/p1/$everything?_since=2025"]
)
def test_a_search_that_cannot_be_read_supplies_nothing(url: str) -> None:
    record = read_record(search(url, condition(), PATIENT))
    assert record.supplied == {"Patient"}
    assert record.incomplete["Condition"] == "not supplied"


def test_a_search_that_found_nothing_means_that_there_is_none() -> None:
    record = read_record(search("Condition?patient=p1"))
    assert record.reference == "Patient/p1"
    assert record.entries == ()
    assert record.supplied == {"Condition"}


def test_a_patient_is_found_by_id_or_identifier() -> None:
    for url in ("Patient?_id=p1", "Patient?identifier=a|b"):
        assert "Patient" in read_record([search(url, PATIENT), condition()]).supplied


@pytest.mark.parametrize(
    ("url", "supplied"),
    [
        ("https://gp.example/fhir/Patient/p1/$everything", EVERY),
        ("Patient/p1/$everything?_count=100", EVERY),
        ("Patient/p1/$everything?_type=Patient,Condition", {"Patient", "Condition"}),
        ("Patient/p1/$everything?start=2020-01-01", {"Patient"}),
        ("Patient/$everything", {"Patient"}),
    ],
)
def test_everything_is_every_kind_that_it_was_not_told_to_leave_out(url: str, supplied: set[str]) -> None:
    assert read_record(search(url, PATIENT, condition())).supplied == supplied


@pytest.mark.parametrize(
    "source",
    [
        [PATIENT, condition(), encounter()],
        "\n".join(json.dumps(one) for one in (PATIENT, condition(), encounter())),
    ],
    ids=["list", "NDJSON"],
)
def test_a_list_supplies_the_kinds_that_it_contains(source: Any) -> None:
    record = read_record(source)
    assert record.supplied == {"Patient", "Condition", "Encounter"}
    assert record.incomplete["Observation"] == "not supplied"


def test_a_single_resource_supplies_its_kind() -> None:
    assert read_record(condition()).supplied == {"Condition"}


def test_a_patient_resource_is_complete_in_itself() -> None:
    assert read_record(search("Condition?patient=p1&code=x", PATIENT)).supplied == {"Patient"}


def test_a_record_without_a_patient_resource_does_not_supply_it() -> None:
    record = read_record(bundle(condition()))
    assert record.supplied == EVERY - {"Patient"}
    assert record.incomplete == {"Patient": "no Patient resource was supplied"}


@pytest.mark.parametrize(
    ("kinds", "is_supplied"),
    [
        (["ReferralRequest"], False),
        (["ProcedureRequest"], False),
        (["ReferralRequest", "ProcedureRequest"], True),
        (["ServiceRequest"], True),
    ],
)
def test_in_stu3_requests_are_complete_only_with_both_their_types(
    kinds: list[str], is_supplied: bool
) -> None:
    listed = [resource(kind, f"r{number}") for number, kind in enumerate(kinds)]
    assert ("ServiceRequest" in read_record([PATIENT, *listed]).supplied) is is_supplied
    assert ("ServiceRequest" in read_record([PATIENT], supplied=kinds).supplied) is is_supplied
