"""Which kinds are completely supplied: empty, missing and unread kinds are never confused."""

import json
from typing import Any

import pytest

from ccr_rules.errors import RecordError, UsageError
from ccr_rules.record.patient import KINDS
from ccr_rules.record.profiles import PROFILES, HostProfile, kinds_kept
from ccr_rules.record.reading import read_record
from tests.record.samples import (
    PATIENT,
    Json,
    bundle,
    condition,
    encounter,
    observation,
    record_of,
    resource,
    search,
)

EVERY = frozenset(KINDS)


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


# What is missing


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


def outcome(severity: str, code: str) -> Json:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": code}]}


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


# What the host says


def test_what_the_host_states_counts_before_what_the_source_shows() -> None:
    record = read_record(bundle(PATIENT, condition()), supplied=["Patient", "Condition"])
    assert record.supplied == {"Patient", "Condition"}
    assert record.incomplete["Encounter"] == "the host does not state that it supplies it"


def test_a_host_that_filters_by_intent_may_say_that_nothing_is_missing() -> None:
    given = [search("Observation?patient=p1&code=720006006", observation()), PATIENT]
    assert "Observation" in read_record(given, supplied=["Observation"]).supplied


def test_a_profile_does_not_speak_for_a_search_that_left_some_out() -> None:
    given = [search("Encounter?patient=p1&date=gt2025", encounter()), PATIENT]
    record = read_record(given, profile="condition-encounter")
    assert record.supplied == {"Patient", "Condition"}
    assert "date" in record.incomplete["Encounter"]
    since = [search("Patient/p1/$everything?_since=2025", encounter()), PATIENT]
    assert read_record(since, profile="whole-record").supplied == frozenset()


def test_the_whole_record_outweighs_a_filtered_search_beside_it() -> None:
    given = [bundle(PATIENT, condition()), search("Condition?patient=p1&code=x", condition())]
    assert read_record(given).supplied == EVERY


def test_a_bundle_of_bundles_says_no_more_than_they_do() -> None:
    searched = search("Condition?patient=p1", condition())
    assert read_record(bundle(PATIENT, searched)).supplied == {"Condition", "Patient"}


def test_a_host_may_give_each_kind_what_a_search_for_it_gave() -> None:
    record = read_record(
        {
            "Patient": PATIENT,
            "Condition": bundle(condition(), kind="searchset"),
            "Encounter": None,
            "Observation": outcome("error", "timeout"),
            "Procedure": [],
            "Communication": [resource("Communication", category=[{"text": "letter"}])],
            "Flag": search("Flag?patient=p1&status=active"),
            "CarePlan": bundle(kind="collection"),
        }
    )
    assert record.supplied == {"Patient", "Condition", "Procedure", "Communication", "CarePlan"}
    assert record.incomplete["Encounter"] == "Encounter is null: it was not supplied"
    assert "timeout" in record.incomplete["Observation"]
    assert "status" in record.incomplete["Flag"]
    assert record.incomplete["EpisodeOfCare"] == "not supplied"


@pytest.mark.parametrize("value", [5, True, {}])
def test_a_value_that_is_no_search_result_leaves_its_kind_open(value: object) -> None:
    record = read_record({"Patient": PATIENT, "Condition": value})
    assert record.supplied == {"Patient"}
    assert record.quarantined[0].place == "Condition"


def test_keys_that_are_no_kinds_are_refused() -> None:
    with pytest.raises(RecordError, match=r"'problems' is no kind that is read: send FHIR"):
        read_record({"Patient": PATIENT, "problems": []})
    with pytest.raises(RecordError, match="'a key' is no kind"):
        read_record({"Ann Example, born 1950": 1})


@pytest.mark.parametrize("wrapped", [{"resource": bundle(PATIENT, condition())}, {"resource": PATIENT}])
def test_parameters_are_unwrapped(wrapped: Json) -> None:
    record = read_record({"resourceType": "Parameters", "parameter": [{"name": "x"}, 5, wrapped]})
    assert record.reference == "Patient/p1"
    assert "Patient" in record.supplied


def test_parameters_that_are_no_list_are_refused() -> None:
    with pytest.raises(RecordError, match="parameter: expected a list, found text"):
        read_record({"resourceType": "Parameters", "parameter": "x"})


def test_containers_in_containers_have_an_end() -> None:
    deep = bundle(condition())
    for _ in range(20):
        deep = bundle(deep)
    record = read_record([PATIENT, deep])
    assert record.quarantined[0].reason == "containers nested too deeply"
    assert record.entries == ()


# Profiles


def test_a_profile_says_what_is_supplied_kept_and_assumed() -> None:
    record = read_record([PATIENT, condition(), encounter()], profile="condition-encounter")
    assert record.supplied == {"Patient", "Condition", "Encounter"}
    assert record.keeps == {"*diagnosis": ("Condition",), "*activity": ("Encounter",)}
    assert record.assumed == PROFILES["condition-encounter"].assumed
    assert record.incomplete["Observation"] == "the profile condition-encounter does not supply it"


def test_without_a_profile_nothing_is_assumed() -> None:
    record = record_of(condition())
    assert (record.assumed, record.keeps) == ((), {})


def test_the_profiles_shipped() -> None:
    assert set(PROFILES) == {"whole-record", "condition-encounter", "gp-connect"}
    assert all(profile.assumed for profile in PROFILES.values())
    assert set(PROFILES["whole-record"].supplies) == EVERY
    assert PROFILES["gp-connect"].keeps_for("cancer-diagnosis", "diagnosis") == ("Condition", "Observation")
    assert PROFILES["gp-connect"].keeps_for("cancer-care-review", "activity") == ("Observation", "Encounter")
    assert PROFILES["whole-record"].keeps_for("cancer-diagnosis", "diagnosis") is None


def test_a_host_may_bring_its_own_profile() -> None:
    own = HostProfile(
        "ours", ("Condition", "Flag"), {"cancer-invitation": ("Flag",), "*activity": ("Condition",)}, ("So.",)
    )
    record = read_record([PATIENT, condition()], profile=own)
    assert record.supplied == {"Condition", "Flag"}
    assert kinds_kept(record.keeps, "cancer-invitation", "activity") == ("Flag",)
    assert kinds_kept(record.keeps, "cancer-care-review", "activity") == ("Condition",)
    assert kinds_kept(record.keeps, "cancer-diagnosis", "diagnosis") is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"profile": "gp-conect"}, "no profile 'gp-conect': did you mean 'gp-connect'?"),
        ({"profile": "nothing like it"}, "choose from whole-record, condition-encounter, gp-connect"),
        ({"profile": HostProfile("ours", ("Problem",))}, "'Problem' is no kind"),
        ({"supplied": ["Conditions"]}, "did you mean 'Condition'?"),
        ({"version": "R6"}, "no FHIR version 'R6': choose from auto, R4, R4B, R5, STU3"),
    ],
)
def test_options_that_do_not_exist_are_refused_with_the_nearest(
    options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError) as refusal:
        record_of(condition(), **options)
    assert message in refusal.value.message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("the search failed (a time-out)", "the search failed (a time-out)"),
        ("<b>", "it was not supplied"),
        ("x" * 301, "it was not supplied"),
    ],
)
def test_a_mapping_may_say_why_there_is_no_result_or_no_further_one(text: str, told: str) -> None:
    record = read_record(
        {"Patient": PATIENT, "Condition": text, "Encounter": [search("Encounter?patient=p1"), text]}
    )
    assert record.incomplete["Condition"] == record.incomplete["Encounter"] == told
