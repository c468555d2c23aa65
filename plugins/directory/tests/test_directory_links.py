"""The links on the card, for people of the examples, with the whole engine."""

import json
import logging
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from ccr_directory.choosing import NO_SUCH_CANCER, NOT_GENTLE, OTHER_CANCER, TOO_YOUNG, ask
from ccr_directory.domains import TITLES
from ccr_directory.plugin import SHEET, DirectoryPlugin
from ccr_directory.sheet import make_sheet
from ccr_directory.wishes import KEYS, read_wishes
from directory_support import (
    AS_OF,
    MACMILLAN,
    PRESCRIBER,
    SUNRISE,
    WALKS,
    Host,
    evaluated,
    groups,
    record_of,
    usual,
)
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules import Days, Engine, UsageError, read_record
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


# --- palliative care ------------------------------------------------------------------------------


def test_in_palliative_care_only_what_suits_is_offered() -> None:
    host = usual()
    evaluation = host.evaluate("palliative")
    assert [each.label for each in host.links(evaluation)] == [
        "Example Hospice at Home",
        "Example Carers' Cafe",
        MACMILLAN,
    ]
    sheet = host.sheet(evaluation, concerns="physical=9")
    assert next(iter(groups(sheet))) == TITLES["palliative"]
    assert groups(sheet)[TITLES["physical"]] == [MACMILLAN]
    for name in (WALKS, "5K Your Way", PRESCRIBER):
        assert name not in sheet


def test_nobody_else_reads_of_palliative_care_unless_it_was_asked_for() -> None:
    host = usual()
    evaluation = host.evaluate("support-overdue")
    for options in ({}, {"concerns": "palliative=0"}):
        sheet = host.sheet(evaluation, **options)
        for word in ("alliative", "ospice", "Marie Curie"):
            assert word not in sheet
    asked = host.sheet(evaluation, concerns="palliative=3")
    assert groups(asked)[TITLES["palliative"]] == [
        "Example Hospice at Home",
        MACMILLAN,
        "Marie Curie Support Line",
        "Hospice UK",
    ]


def test_where_palliative_care_cannot_be_told_what_suits_both_is_offered() -> None:
    host = usual()
    evaluation = host.evaluate("support-overdue", supplied=["Patient", "Condition"])
    assert evaluation.card is not None
    assert [each.label for each in host.links(evaluation)] == [MACMILLAN, "Maggie's"]
    sheet = host.sheet(evaluation)
    assert WALKS not in sheet
    assert "Hospice" not in sheet


def test_why_services_were_left_out_is_told_to_programs_and_not_printed() -> None:
    host = usual()
    evaluation = host.evaluate("palliative")
    search = ask(host.plugin.directory, host.plugin.settings, evaluation, {})
    assert search is not None
    sheet = make_sheet(search, evaluation.moment.as_of, 5)
    assert sheet is not None
    assert sheet.left_out[NOT_GENTLE] >= 10
    assert "palliative care" not in host.sheet(evaluation)


PAUSING = """
ruleset: our-scheme
version: 2026.1.0
title: Our scheme
jurisdiction: GB-ENG
status: draft
in_force: {from: 2026-04-01}
sources: [{id: us, title: Our meeting}]
codelists: {CANCER: cancer-diagnosis, REVIEW: cancer-care-review, PALLIATIVE: palliative-care}
dates:
  DIAGNOSED: {earliest: CANCER, class: primary}
  REVIEWED: {earliest: REVIEW, from: DIAGNOSED}
  PALLIATIVE_DAT: {latest: PALLIATIVE}
reviews:
  review:
    title: Review
    applies: DIAGNOSED is not null
    opens: DIAGNOSED
    due: DIAGNOSED + 12 months
    remind: 28 days
    until: never
    done: REVIEWED
    pause: PALLIATIVE_DAT is not null
    record: [REVIEW]
    source: us
"""


@pytest.mark.parametrize(("story", "offered"), [("palliative", False), ("support-overdue", True)])
def test_where_a_ruleset_pauses_by_a_name_of_its_own_it_may_be_for_palliative_care(
    tmp_path: Path, story: str, offered: bool
) -> None:
    folder = tmp_path / "our-scheme" / "2026"
    folder.mkdir(parents=True)
    (folder / "ruleset.yaml").write_text(PAUSING)
    host = usual()
    engine = Engine.hosting(host.plugins, tmp_path)
    sheet = host.sheet(engine.evaluate(record_of(story), AS_OF, rulesets=["our-scheme"]))
    assert (WALKS in sheet) is offered
    assert MACMILLAN in sheet
    assert "ospice" not in sheet


# --- where somebody lives -------------------------------------------------------------------------

PLACES = [
    ({"postcode": "NR1 3AB"}, True, "https://lifts.example.org", ""),
    ({"postcode": "nr13ab"}, True, "https://lifts.example.org", ""),
    ({"postcode": "NR3"}, True, "https://lifts.example.org", ""),
    ({}, True, "", "Local services are those near the practice."),
    ({"postcode": None}, True, "", "Local services are those near the practice."),
    ({"postcode": "NR10 4AB"}, True, "", ""),
    ({"postcode": "IP1 1AA"}, False, "", ""),
    ({"postcode": "not known"}, True, "", "lies in no district that is known here"),
    ({"postcode": "BFPO 12"}, True, "", "Local services are those near the practice."),
    ({"postcode": 12}, True, "", "lies in no district that is known here"),
]


@pytest.mark.parametrize(("options", "norwich", "lifts", "note"), PLACES)
def test_local_services_are_those_of_the_postcode_or_else_of_the_practice(
    options: dict[str, Any], norwich: bool, lifts: str, note: str
) -> None:
    sheet = usual().sheet(usual().evaluate("support-overdue"), **options)
    assert (SUNRISE in sheet) is norwich
    assert ("https://lifts.example.org" in sheet) is bool(lifts)
    assert note in sheet
    assert ("near the practice" in sheet) is bool(note)


def test_where_no_place_is_known_what_is_for_everybody_is_listed() -> None:
    host = Host(practice_district="")
    sheet = host.sheet(host.evaluate("support-overdue"))
    assert "No place is known" in sheet
    assert SUNRISE not in sheet
    assert "Carers Direct" in sheet  # the rulesets are England's


def test_the_nation_is_that_of_the_postcode_and_else_of_the_practice_or_the_setting() -> None:
    england = "Carers Direct"
    evaluation = usual().evaluate("support-overdue")
    assert england not in usual().sheet(evaluation, postcode="EH1 1YZ")
    assert england in usual().sheet(evaluation, postcode="CH5 1AA")  # it crosses the border
    welsh = Host(nation="GB-WLS")
    assert england not in welsh.sheet(evaluation, postcode="CH5 1AA")
    assert england in Host(practice_district="SY1").sheet(evaluation)


def test_the_postcode_is_in_no_link_no_sheet_no_log_and_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    host = usual()
    evaluation = host.evaluate("support-overdue", host={"postcode": "NR1 3ZQ"})
    for postcode in ("NR1 3ZQ", "NR1 3ZQ?", "XX1 3ZQ"):
        links, faults = host.plugins.links(evaluation, {"postcode": postcode})
        page = host.plugins.render([evaluation], SHEET, {"postcode": postcode})
        with pytest.raises(UsageError) as caught:
            host.plugins.render([evaluation], SHEET, {postcode: "x"})
        assert page is not None
        told = f"{links}{faults}{page.content.decode()}{caplog.text}{caught.value}{evaluation.to_json()!r}"
        assert "3ZQ" not in told


# --- cancers, languages, ages, days ---------------------------------------------------------------


def test_a_service_for_one_cancer_is_offered_where_a_ruleset_found_it() -> None:
    host = usual()
    evening = "Example Prostate Evening"
    rulesets = ["best-practice-ccr@2026.1.0", "local-north-central-london-prostate"]
    prostate = host.evaluate("support-overdue", rulesets=rulesets)
    assert evening in host.sheet(prostate)
    other = host.evaluate("last-28-days", rulesets=rulesets)
    assert f"{evening}:" not in host.sheet(other)
    assert OTHER_CANCER not in host.sheet(other)
    unknown = host.sheet(host.evaluate("support-overdue"))
    assert evening not in unknown
    assert f"For the practice: 1 service left out: {NO_SUCH_CANCER}." in unknown


def test_a_service_in_another_language_is_for_who_speaks_it() -> None:
    host = usual()
    evaluation = host.evaluate("support-overdue")
    for language, offered in (("pl", True), ("pl-PL", True), ("PL", True), ("en", False), ("Polish", False)):
        sheet = host.sheet(evaluation, language=language)
        assert ("Example Polish Circle" in sheet) is offered
        assert ("The language that was given" in sheet) is (language == "Polish")
    assert "The language that was given" in host.sheet(evaluation, language=7)
    assert "Example Polish Circle" in Host(language="pl").sheet(evaluation)


@pytest.mark.parametrize(
    ("as_of", "offered"), [("2027-02-14", False), ("2027-02-15", True), ("2027-02-16", True)]
)
def test_a_service_is_offered_from_its_age_on(as_of: str, offered: bool) -> None:
    host = usual()
    record = read_record(record_of("support-overdue"))
    by_year = Days(date(2008, 2, 15), date(2009, 2, 15))
    young = msgspec.structs.replace(record, born=by_year)
    evaluation = host.engine.evaluate(young, as_of)
    assert ("NHS talking therapies" in host.sheet(evaluation)) is offered
    unknown = host.engine.evaluate(msgspec.structs.replace(record, born=None), as_of)
    assert "NHS talking therapies" in host.sheet(unknown)


def test_a_child_is_not_sent_to_what_is_for_adults() -> None:
    host = usual()
    evaluation = host.evaluate("child")
    search = ask(host.plugin.directory, host.plugin.settings, evaluation, {})
    assert search is not None
    assert [each.name for each in search.suitable("emotional")][:2] == [SUNRISE, MACMILLAN]
    assert search.left_out[TOO_YOUNG]


def test_what_was_not_checked_for_long_comes_last_says_so_or_is_left_out_and_counted() -> None:
    evaluation = usual().evaluate("support-overdue")
    where = {"postcode": "NR3 1AA", "concerns": {"practical": 5}}
    assert usual().names("support-overdue", where)[0] == "Example Lifts to Hospital"
    later = Host(stale_after=365)
    label = "Example Lifts to Hospital (last checked 15-Jan-2024)"
    assert later.names("support-overdue", where)[0] == label  # the others are older or undated
    assert "Last checked 15-Jan-2024; it may have changed." in later.sheet(evaluation, postcode="NR1 3AA")
    gone = Host(stale_after=365, stale="leave-out")
    assert gone.names("support-overdue", where) == [PRESCRIBER]
    assert "services left out: not checked for too long." in gone.sheet(evaluation, **where)
    day = Host(stale_after=1040)  # since the very day of its check
    assert day.names("support-overdue", where)[0] == "Example Lifts to Hospital"
    after = Host(stale_after=1039)
    assert after.names("support-overdue", where)[0] != "Example Lifts to Hospital"


def test_the_plugin_as_it_is_shipped_names_no_day() -> None:
    assert DirectoryPlugin().settings.stale_after is None


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
