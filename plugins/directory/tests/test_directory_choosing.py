"""Which services are offered: by where somebody lives, the cancer, languages, ages and days."""

import logging
from datetime import date
from typing import Any

import msgspec
import pytest
from ccr_directory.choosing import NO_SUCH_CANCER, OTHER_CANCER, TOO_YOUNG, ask
from ccr_directory.plugin import SHEET, DirectoryPlugin
from directory_support import MACMILLAN, PRESCRIBER, SUNRISE, Host, record_of, usual

from ccr_rules import Days, UsageError, read_record

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
