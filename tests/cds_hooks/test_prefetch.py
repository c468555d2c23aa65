"""What it means that a host sent a kind of resource along, or did not."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.cds_hooks.calls import read_call
from ccr_rules.cds_hooks.errors import Unobtainable, Unprocessable
from ccr_rules.cds_hooks.hooks import HOOKS, discovery
from ccr_rules.cds_hooks.messages import encode
from ccr_rules.cds_hooks.prefetch import templates
from ccr_rules.cds_hooks.records import read_sent, sent_with
from tests.cds_hooks.samples import (
    DAY,
    Json,
    answered,
    body,
    call_of,
    card_of,
    extension_of,
    kinds,
    obtained,
    patient,
    prefetch_of,
    searchset,
    sent,
)
from tests.record.samples import condition, observation

DIAGNOSIS = condition(onsetDateTime="2026-07-01")
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
INFORMS = {"severity": "information", "code": "informational"}
NEXT = [{"relation": "next", "url": "https://ehr.example/fhir?page=2"}]


def with_(**changed: Any) -> Json:
    """Return the prefetch of somebody with a cancer, with some keys as they are given; `...` is absent."""
    found = prefetch_of(patient(), DIAGNOSIS) | changed
    return {kind: value for kind, value in found.items() if value is not ...}


KINDS_SENT = st.sampled_from(["Condition", "Observation", "Encounter", "Basic"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(KINDS_SENT, VALUES, min_size=1, max_size=4), st.booleans(), st.booleans())
def test_what_is_kept_of_a_call_is_the_json_of_its_kinds(prefetch: Json, brings: bool, repeats: bool) -> None:
    """Written once, when repeated keys were looked for; whatever it was not written for is written now."""
    hook = "problem-list-item-create" if brings else "patient-view"
    context = {"conditions": {"resourceType": "Bundle", "entry": [{"resource": DIAGNOSIS}]}} if brings else {}
    raw = json.dumps(body(prefetch, hook, context=context))
    raw = raw.replace('"prefetch": {', '"prefetch": {"Flag": {"a": 1, "a": 2}, ') if repeats else raw
    call = read_call(raw.encode(), HOOKS[hook])
    made = sent_with(call, obtained(call), DAY)
    assert made.to_json() == msgspec.json.encode(made.kinds)


def test_the_texts_of_a_prefetch_are_there_unless_a_key_stands_twice() -> None:
    raw = json.dumps(body(with_()))
    call = read_call(raw.encode(), HOOKS["patient-view"])
    assert {kind: json.loads(text) for kind, text in call.texts.items()} == call.prefetch
    twice = raw.replace('"resourceType": "Patient"', '"resourceType": "Patient", "id": "p2"')
    assert read_call(twice.encode(), HOOKS["patient-view"]).texts == {}


def test_what_the_rulesets_look_at_is_asked_for_and_no_filter_loses_any_of_it() -> None:
    asked = templates(kinds())
    assert asked["Patient"] == "Patient/{{context.patientId}}"
    assert asked["Condition"] == "Condition?patient={{context.patientId}}"
    assert {"Encounter", "Observation", "Procedure", "ServiceRequest", "Communication"} <= set(asked)
    assert not any("category" in query or "code" in query or "date" in query for query in asked.values())


def test_the_patient_and_conditions_are_asked_for_whatever_the_rulesets_need() -> None:
    assert list(templates(())) == ["Patient", "Condition"]


def test_discovery_has_a_service_for_each_hook() -> None:
    told = json.loads(encode(discovery(kinds(), ["a@1", "b@2"], "0.1")))
    assert [each["hook"] for each in told["services"]] == list(HOOKS)
    assert len({each["id"] for each in told["services"]}) == len(HOOKS)
    assert all("a@1, b@2" in each["description"] for each in told["services"])
    assert "with no ruleset in force" in discovery(kinds(), [], "0.1").services[0].description


def test_a_complete_prefetch_is_complete() -> None:
    made = answered(with_())
    assert extension_of(made)["completeness"] == "complete"
    assert "incomplete" not in extension_of(made)


def test_nobody_with_a_cancer_has_no_card_and_that_is_known() -> None:
    made = answered(prefetch_of(patient()))
    assert sent(made)["cards"] == []
    assert extension_of(made)["completeness"] == "complete"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (..., "not in the prefetch"),
        (None, "null: the client had none to give"),
        (OUTCOME, "the search failed"),
        (searchset(OUTCOME), "OperationOutcome"),
        (searchset(DIAGNOSIS, link=NEXT), "a further page"),
        (searchset(DIAGNOSIS, total=9), "1 of 9"),
        (observation(), "not a Bundle"),
        ([], "not a Bundle"),
    ],
)
def test_observations_that_are_not_all_there_leave_the_rest_to_be_said(value: Any, reason: str) -> None:
    made = answered(with_(Observation=value))
    told = extension_of(made)
    assert told["completeness"] == "partial"
    (lacking,) = told["incomplete"]
    assert lacking["kind"] == "Observation"
    assert reason in lacking["reason"]
    assert card_of(made)["summary"], "there is a cancer, and something is known of its reviews"


@pytest.mark.parametrize(
    "value",
    [
        ...,
        None,
        OUTCOME,
        searchset(OUTCOME),
        searchset(total=1),
        searchset(link=NEXT),
        condition(code=None),
    ],
)
def test_conditions_that_could_not_be_had_are_no_empty_list_of_cards(value: Any) -> None:
    with pytest.raises(Unobtainable, match="Conditions could not be had") as caught:
        answered(
            prefetch_of(patient()) | ({} if value is ... else {"Condition": value})
            if value is not ...
            else {key: each for key, each in prefetch_of(patient()).items() if key != "Condition"}
        )
    assert (caught.value.status, caught.value.issue) == (412, "incomplete")


@pytest.mark.parametrize(
    "entry",
    [
        [
            {
                "resource": {"resourceType": "OperationOutcome", "issue": [INFORMS]},
                "search": {"mode": "outcome"},
            }
        ],
        "no list",
        ["no object"],
    ],
)
def test_what_only_informs_is_no_failure(entry: Any) -> None:
    assert (
        "Condition"
        not in obtained(call_of(with_(Condition=searchset() | {"entry": entry, "total": 0}))).missing
    )


def test_without_any_prefetch_nobody_can_tell() -> None:
    with pytest.raises(Unobtainable):
        answered()


def test_a_cancer_that_is_known_is_told_though_there_are_further_pages() -> None:
    made = answered(with_(Condition=searchset(DIAGNOSIS, link=NEXT)))
    assert card_of(made)["summary"]
    assert extension_of(made)["completeness"] == "partial"


def test_a_cancer_known_from_observations_is_told_without_conditions() -> None:
    found = observation(code=DIAGNOSIS["code"], effectiveDateTime="2026-07-01")
    made = answered(prefetch_of(patient(), found) | {"Condition": OUTCOME})
    assert card_of(made)["summary"]


def test_an_empty_search_is_the_only_sign_that_there_is_none() -> None:
    assert extension_of(answered(with_(Observation=searchset())))["completeness"] == "complete"


def test_a_condition_that_cannot_be_read_is_set_aside_and_told() -> None:
    bad = condition("c2", code=7)
    told = extension_of(answered(prefetch_of(patient(), bad)))
    assert told["completeness"] == "partial"
    (aside,) = told["quarantined"]
    assert aside["place"] == "Condition[0].entry[0].resource"


def test_a_record_of_which_nothing_can_be_read_is_unprocessable() -> None:
    with pytest.raises(Unprocessable, match="nothing in the record could be read") as caught:
        answered({"Condition": searchset(condition("c2", code=7))})
    assert caught.value.status == 422


def test_the_record_of_somebody_else_is_refused() -> None:
    with pytest.raises(Unprocessable):
        answered(prefetch_of(patient(id="p2")))


def test_keys_that_nobody_asked_for_are_no_part_of_the_record() -> None:
    call = call_of(with_() | {"somethingElse": OUTCOME})
    assert set(obtained(call).pages) == set(kinds())


def test_a_patient_may_come_in_a_bundle() -> None:
    made = answered(with_(Patient=searchset(patient())))
    assert extension_of(made)["completeness"] == "complete"


def test_a_key_that_stands_twice_in_a_resource_sets_this_resource_aside() -> None:
    text = json.dumps(body(with_(Observation=searchset(observation("o9")), Patient=patient())))
    twice = text.replace('"id": "o9"', '"id": "o9", "id": "o9"').encode()
    call = read_call(twice, HOOKS["patient-view"])
    record = read_sent(sent_with(call, obtained(call), DAY))
    (aside,) = record.quarantined
    assert (aside.place, aside.kind) == ("Observation[0].entry[0].resource", "Observation")
    assert "Observation" in record.incomplete


def test_a_key_that_stands_twice_in_a_bundle_makes_the_record_unusable() -> None:
    text = json.dumps(body(with_()))
    twice = text.replace('"type": "searchset"', '"type": "searchset", "type": "searchset"', 1).encode()
    call = read_call(twice, HOOKS["patient-view"])
    with pytest.raises(Unprocessable, match="stands twice"):
        read_sent(sent_with(call, obtained(call), DAY))


def test_links_that_lead_nowhere_are_no_further_page() -> None:
    links = [7, {"relation": "self", "url": "x"}, {"relation": "next"}]
    assert extension_of(answered(with_(Observation=searchset(link=links))))["completeness"] == "complete"


def test_a_condition_of_the_context_without_an_id_is_new() -> None:
    new = {"resourceType": "Condition", "subject": {"reference": "Patient/p1"}, "code": DIAGNOSIS["code"]}
    on_file = searchset(DIAGNOSIS | {"id": 7})
    made = answered(
        with_(Condition=on_file), "problem-list-item-create", context={"conditions": searchset(new)}
    )
    assert {each.kind for each in made.evaluation.record.entries} == {"Condition"}


def test_a_profile_says_what_a_host_keeps_where() -> None:
    made = answered(with_(Observation=..., Procedure=...), profile="condition-encounter")
    told = extension_of(made)
    assert told["assumed"]
    assert {each["kind"] for each in told["incomplete"]} >= {"Observation", "Procedure"}
