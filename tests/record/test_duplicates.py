"""The same resource sent more than once: copies count once, versions by the newest, else by neither."""

import pytest

from ccr_rules.record.reading import read_record
from tests.record.samples import COLON, PATIENT, Json, bundle, concept, condition, encounter, record_of


def version(code: str, **meta: str) -> Json:
    return condition("c1", code=concept(code), meta=meta)


OLD, NEW = "254837009", COLON


def codes(*resources: Json) -> list[str]:
    return [coding.code for entry in record_of(*resources).entries for coding in entry.codings]


def test_equal_copies_count_once() -> None:
    assert codes(condition(), condition(), condition()) == [OLD]


def test_copies_that_differ_in_meta_or_narrative_only_are_equal() -> None:
    told = condition(text={"status": "generated"}, meta={"versionId": "2"})
    assert codes(condition(), told) == [OLD]


def test_a_patient_sent_twice_is_one_patient() -> None:
    assert read_record(bundle(PATIENT, dict(PATIENT), condition())).supplied >= {"Patient"}


NEWER = [
    ({"versionId": "1"}, {"versionId": "2"}),
    ({"versionId": "9"}, {"versionId": "10"}),
    ({"lastUpdated": "2025-01-01T10:00:00Z"}, {"lastUpdated": "2025-01-01T10:00:00.001Z"}),
    ({"lastUpdated": "2025-01-01T10:00:00+01:00"}, {"lastUpdated": "2025-01-01T09:30:00Z"}),
    (
        {"lastUpdated": "2025-01-01T10:00:00Z", "versionId": "1"},
        {"lastUpdated": "2025-01-01T10:00:00Z", "versionId": "2"},
    ),
]


@pytest.mark.parametrize(("old", "new"), NEWER)
def test_of_two_versions_the_newer_counts(old: dict[str, str], new: dict[str, str]) -> None:
    assert codes(version(OLD, **old), version(NEW, **new)) == [NEW]
    assert codes(version(NEW, **new), version(OLD, **old)) == [NEW]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        ({"versionId": "1"}, {}),
        ({"versionId": "a"}, {"versionId": "b"}),
        ({"versionId": "1"}, {"versionId": "1"}),
        ({"lastUpdated": "2025-01-01"}, {"lastUpdated": "2025-01-02"}),
        ({"lastUpdated": "yesterday"}, {"lastUpdated": "today"}),
        (
            {"lastUpdated": "2025-01-01T10:00:00Z", "versionId": "2"},
            {"lastUpdated": "2025-01-02T10:00:00Z", "versionId": "1"},
        ),
    ],
)
def test_where_neither_is_known_to_be_newer_neither_is_believed(
    one: dict[str, str], other: dict[str, str]
) -> None:
    record = record_of(version(OLD, **one), version(NEW, **other), encounter())
    assert [entry.kind for entry in record.entries] == ["Encounter"]
    assert record.quarantined[0].reference == "Condition/c1"
    assert record.quarantined[0].reason == "two different contents, none the newer"
    assert "Condition" not in record.supplied


def test_a_resource_whose_meta_is_broken_has_no_version() -> None:
    record = record_of(condition(meta=5), condition(meta={"versionId": 2}, code=concept(NEW)))
    assert record.entries == ()


def deleting(url: str) -> Json:
    given = bundle(PATIENT, condition(), kind="transaction")
    given["entry"].append({"request": {"method": "DELETE", "url": url}})
    return given


@pytest.mark.parametrize("url", ["Condition/c1", "https://gp.example/fhir/Condition/c1"])
def test_a_resource_that_is_also_deleted_is_not_believed(url: str) -> None:
    record = read_record(deleting(url))
    assert record.entries == ()
    assert record.quarantined[0].reason == "also deleted, at entry[2]"
    assert "Condition" not in record.supplied


def test_deleting_something_else_changes_nothing() -> None:
    record = read_record(deleting("Condition/c2"))
    assert len(record.entries) == 1
    assert "Condition" in record.supplied
