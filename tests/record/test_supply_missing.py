"""What leaves a kind open: unread pages, failures, nulls, warnings, and what could not be read."""

import pytest

from ccr_rules.record.reading import read_record
from tests.record.samples import (
    EVERY,
    PATIENT,
    Json,
    bundle,
    condition,
    encounter,
    outcome,
    record_of,
    search,
)


def test_an_unread_page_leaves_its_kind_open() -> None:
    record = read_record([search("Condition?patient=p1", condition(), next="page2"), PATIENT, encounter()])
    assert record.supplied == {"Patient", "Encounter"}
    assert record.incomplete["Condition"] == "a further page was not supplied ([0] has link.next)"


def test_pages_that_are_all_there_are_one_answer() -> None:
    first = search("Condition?patient=p1", condition("c1"), next="?_getpages=7", total=2)
    second = search("?_getpages=7", condition("c2"), total=2)
    for profile in (None, "condition-encounter"):
        record = read_record([first, second, PATIENT], profile=profile)
        assert "Condition" in record.supplied
        assert len(record.entries) == 2


def test_an_unread_page_of_the_whole_record_leaves_every_kind_open() -> None:
    given = bundle(PATIENT, condition(), link=[{"relation": "next", "url": "page2"}])
    record = read_record(given)
    assert record.supplied == frozenset()
    assert set(record.incomplete) == EVERY


@pytest.mark.parametrize("link", ["next", {"relation": "next"}, [5, {"relation": "next"}, {"url": "page2"}]])
def test_a_link_that_is_none_says_nothing(link: object) -> None:
    assert read_record(bundle(PATIENT, condition(), link=link)).supplied == EVERY


def test_fewer_resources_than_the_total_leave_the_kind_open() -> None:
    record = read_record(search("Condition?patient=p1", condition(), total=3))
    assert record.incomplete["Condition"] == "Bundle holds 1 of 3 resources found"


def test_included_resources_do_not_count_towards_the_total() -> None:
    given = search("Condition?patient=p1", condition(), PATIENT, total=2)
    given["entry"][0]["search"] = {"mode": "match"}
    given["entry"][1]["search"] = {"mode": "include"}
    assert "Condition" not in read_record(given).supplied
    given["total"] = 1
    assert "Condition" in read_record(given).supplied


@pytest.mark.parametrize(
    ("issue", "code"),
    [
        (outcome("error", "forbidden"), "forbidden"),
        (outcome("fatal", "timeout"), "timeout"),
        (outcome("warning", "suppressed"), "suppressed"),
        (outcome("information", "incomplete"), "incomplete"),
        (outcome("error", "Ann Example, born 1950"), "a code"),
        ({"resourceType": "OperationOutcome"}, "unknown"),
        ({"resourceType": "OperationOutcome", "issue": [{}]}, "unknown"),
    ],
)
def test_an_operation_outcome_leaves_its_kind_open(issue: Json, code: str) -> None:
    record = read_record([search("Condition?patient=p1", condition(), issue), PATIENT])
    assert record.supplied == {"Patient"}
    assert record.incomplete["Condition"].endswith(f"({code})")
    assert read_record(bundle(PATIENT, condition(), issue)).supplied == frozenset()


@pytest.mark.parametrize("severity", ["information", "success"])
def test_an_operation_outcome_that_only_informs_leaves_nothing_open(severity: str) -> None:
    assert record_of(condition(), outcome(severity, "informational")).supplied == EVERY


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (None, "entry[1] is null"),
        ({"resource": None}, "entry[1].resource is null"),
        ({"fullUrl": "urn:uuid:1"}, "entry[1] has no resource"),
        ({"request": {"method": "DELETE", "url": "Condition?code=x"}}, "entry[1] has no resource"),
        ({"response": {"status": "404"}}, "entry[1] has no resource"),
    ],
)
def test_an_empty_entry_leaves_every_kind_open(entry: object, reason: str) -> None:
    given = bundle(PATIENT)
    given["entry"].append(entry)
    record = read_record(given)
    assert record.supplied == frozenset()
    assert record.incomplete["Condition"] == reason
    assert record.quarantined == ()


def test_a_null_in_a_search_leaves_its_kind_open() -> None:
    given = search("Condition?patient=p1", condition())
    given["entry"].append(None)
    assert read_record([given, PATIENT]).supplied == {"Patient"}


def test_a_null_in_a_list_leaves_every_kind_open() -> None:
    assert read_record([PATIENT, None]).supplied == frozenset()


def test_a_quarantined_resource_leaves_its_kind_open() -> None:
    record = record_of(condition(code=5), encounter())
    assert record.supplied == EVERY - {"Condition"}
    assert record.incomplete == {"Condition": "Condition/c1 could not be read"}


@pytest.mark.parametrize(
    "bad", [5, "text", [], {"code": "x"}, {"resourceType": 5}, {"resourceType": "Ann E."}]
)
def test_a_resource_of_unknown_kind_leaves_every_kind_open(bad: object) -> None:
    record = record_of(condition(), bad)
    assert record.supplied == frozenset()
    assert len(record.entries) == 1
    assert record.quarantined[0].place == "entry[2].resource"
    assert "A. E" not in record.quarantined[0].reason


def test_an_entry_that_is_no_object_leaves_every_kind_open() -> None:
    given = bundle(PATIENT)
    given["entry"].append(5)
    record = read_record(given)
    assert record.supplied == frozenset()
    assert record.quarantined[0].reason == "expected an object, found a number"


def test_an_entry_that_is_no_list_leaves_every_kind_open() -> None:
    record = read_record([PATIENT, {"resourceType": "Bundle", "type": "collection", "entry": {}}])
    assert record.supplied == frozenset()
    assert record.quarantined[0].reason == "entry: expected a list, found an object"


@pytest.mark.parametrize(
    "value", [{"valueCode": "confidential-items"}, {"valueString": "data-in-transit"}, {}]
)
def test_a_warning_of_gp_connect_leaves_every_kind_open(value: Json) -> None:
    url = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-ListWarningCode-1"
    warning = {"resourceType": "List", "extension": [{"url": "x"}, 5, {"url": url, **value}]}
    record = read_record(bundle(PATIENT, condition(), warning), profile="gp-connect")
    assert record.supplied == frozenset()
    assert record.incomplete["Condition"] == f"entry[2].resource warns: {next(iter(value.values()), 'None')}"


def test_a_list_whose_extensions_cannot_be_read_may_warn_of_anything() -> None:
    unreadable = {"resourceType": "List", "extension": {"url": "x"}}
    record = read_record(bundle(PATIENT, condition(), unreadable))
    assert record.supplied == frozenset()
    assert record.incomplete["Flag"] == "entry[2].resource: extension: expected a list, found an object"


def test_against_what_is_missing_no_statement_of_the_host_helps() -> None:
    given = [search("Condition?patient=p1", condition(), next="page2"), PATIENT, encounter(type=5)]
    record = read_record(given, supplied=["Condition", "Encounter", "Patient"])
    assert record.supplied == {"Patient"}


def test_several_reasons_are_all_told() -> None:
    record = record_of(condition("c1", code=5), condition("c2", code=5), condition("c3"))
    assert record.incomplete["Condition"] == "Condition/c1 could not be read; Condition/c2 could not be read"
