"""The links on the card, for people of the examples, with the whole engine."""

import json
from typing import Any

import msgspec
import pytest
from ccr_directory.plugin import SHEET
from ccr_directory.wishes import KEYS, read_wishes
from directory_support import AS_OF, MACMILLAN, PRESCRIBER, SUNRISE, WALKS, Host, evaluated, record_of, usual
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules import Engine, read_record
from ccr_rules.hosting import Context, Link

# --- a card with links ----------------------------------------------------------------------------


def test_a_card_has_a_few_links_the_near_ones_first_and_the_prescriber_last() -> None:
    host = usual()
    evaluation = host.evaluate("support-overdue")
    assert evaluation.card is not None
    assert host.links(evaluation) == (
        Link(WALKS, "https://walking.example.org"),
        Link(SUNRISE, "tel:01632960002"),
        Link(PRESCRIBER, "tel:01632960003"),
    )


def test_the_prompts_and_the_answer_stay_as_they_are() -> None:
    evaluation = usual().evaluate("support-overdue", host={"postcode": "NR1 3AB"})
    plain = Engine.default().evaluate(record_of("support-overdue"), AS_OF)
    assert evaluation.to_dict() == plain.to_dict()


def test_what_concerns_most_leads_and_what_is_no_concern_is_left_out() -> None:
    host = usual()
    concerns = {"money-and-work": 9, "practical": 4, "emotional": 9, "physical": 0}
    assert host.names("support-overdue", {"concerns": concerns}) == [SUNRISE, MACMILLAN, PRESCRIBER]
    assert host.names("support-overdue", {"concerns": "information=2"})[0] == MACMILLAN
    assert WALKS not in host.names("support-overdue", {"concerns": {"physical": 0}})


def test_no_link_leads_to_what_is_unverified() -> None:
    host = Host(most=10)
    links = host.links(host.evaluate("support-overdue"), {"concerns": {"money-and-work": 9}})
    assert "Free prescriptions in England" not in [each.label for each in links]
    assert "Free prescriptions in England" in host.sheet(host.evaluate("support-overdue"))


@pytest.mark.parametrize("most", range(1, 11))
def test_there_are_at_most_as_many_as_is_set_and_none_twice(most: int) -> None:
    host = Host(most=most)
    links = host.links(host.evaluate("support-overdue"), {"postcode": "NR1 3AB"})
    assert len(links) == most
    assert len({each.url for each in links}) == most
    assert (links[-1].label == PRESCRIBER) is (most > 1)


def test_where_a_social_prescriber_was_asked_or_nobody_is_named_the_place_goes_to_another() -> None:
    host = usual()
    evaluation = host.evaluate("support-overdue")
    assert host.names("all-done-in-time") == []  # done, and without a card
    referred = json.loads(record_of("support-overdue"))
    resources = [each["resource"] for each in referred["entry"]]
    patient = next(each for each in resources if each["resourceType"] == "Patient")
    code = next(iter(evaluation.results[0].codelists["social-prescribing-referral"].codes.values()))
    coding = {"system": "http://snomed.info/sct", "code": code.code, "display": code.display}
    referral = {
        "resourceType": "ServiceRequest",
        "id": "asked",
        "status": "completed",
        "intent": "order",
        "subject": {"reference": f"Patient/{patient['id']}"},
        "code": {"coding": [coding]},
        "authoredOn": "2026-10-01",
        "occurrenceDateTime": "2026-10-01",
    }
    referred["entry"].append({"resource": referral})
    again = host.engine.evaluate(referred, AS_OF)
    assert again.card is not None
    names = [each.label for each in host.links(again)]
    assert PRESCRIBER not in names
    assert len(names) == 3
    assert PRESCRIBER in host.sheet(again)
    without = host.evaluate("support-overdue", rulesets=["qof-cancer@2026"])
    assert PRESCRIBER not in [each.label for each in host.links(without)]


def test_who_may_care_for_somebody_sees_what_there_is_for_carers_first() -> None:
    assert usual().names("carer-and-long-term-conditions")[0] == "Example Carers' Cafe"


# --- to whom nothing is offered -------------------------------------------------------------------


@pytest.mark.parametrize("story", ["died", "history-of-code", "in-situ-and-skin", "unlisted-cancer-code"])
def test_nothing_is_offered_to_the_dead_or_where_no_cancer_is_known(story: str) -> None:
    host = usual()
    evaluation = host.evaluate(story)
    assert host.links(evaluation, {"concerns": {"palliative": 10}}) == ()
    assert host.plugins.render([evaluation], SHEET) is None


def test_nothing_is_offered_to_who_may_be_dead() -> None:
    host = usual()
    record = read_record(record_of("support-overdue"))
    dead = host.engine.evaluate(msgspec.structs.replace(record, is_dead=True), AS_OF)
    assert host.links(dead) == ()
    assert host.plugins.render([dead], SHEET) is None


def test_without_a_card_there_are_no_links_but_the_sheet_can_be_printed() -> None:
    host = usual()
    evaluation = host.evaluate("all-done-in-time")
    assert evaluation.card is None
    assert host.links(evaluation) == ()
    assert MACMILLAN in host.sheet(evaluation)


# --- what a host says is read leniently -----------------------------------------------------------

SCORES = [
    ({"emotional": 8, "physical": 8, "practical": 9}, ["practical", "physical", "emotional"], False),
    ("emotional=8, practical=3,", ["emotional", "practical"], False),
    ("emotional", [], True),
    ({"emotional": 11}, [], True),
    ({"emotional": -1}, [], True),
    ({"emotional": True}, [], True),
    ({"emotional": "8"}, [], True),
    ({"spiritual": 3, "emotional": 2}, ["emotional"], True),
    ({3: 3}, [], True),
    ([("emotional", 3)], [], True),
    (None, [], False),
    ("", [], False),
]


@pytest.mark.parametrize(("given_", "order", "noted"), SCORES)
def test_concerns_are_ordered_by_score_and_what_cannot_be_used_is_noted(
    given_: object, order: list[str], noted: bool
) -> None:
    wishes = read_wishes({"concerns": given_}, None, "en")
    assert list(wishes.scores) == order
    assert any("could not be used" in note for note in wishes.notes) is noted


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@given(st.fixed_dictionaries(dict.fromkeys(KEYS, anything)))
def test_whatever_a_host_passes_along_no_consultation_is_disturbed(host: dict[str, Any]) -> None:
    evaluation = evaluated()
    found = usual().plugin.ccr_links(
        evaluation, Context(evaluation.moment.as_of, evaluation.moment.known_on, host)
    )
    assert found
    assert usual().plugin.ccr_render([evaluation], SHEET, host) is not None
