"""What the host says is completely supplied: by itself, kind by kind, or by a profile."""

from typing import Any

import pytest

from ccr_rules.errors import RecordError, UsageError
from ccr_rules.record.profiles import PROFILES, HostProfile, kinds_kept
from ccr_rules.record.reading import read_record
from tests.record.samples import (
    EVERY,
    PATIENT,
    Json,
    bundle,
    condition,
    encounter,
    observation,
    outcome,
    record_of,
    resource,
    search,
)

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
