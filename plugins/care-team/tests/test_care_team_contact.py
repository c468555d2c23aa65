"""Slots, sessions and users: what is in the settings is known, and nothing else."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ccr_care_team.contact import consultation_of, role_of
from ccr_care_team.plugin import CareTeam
from ccr_care_team.settings import Settings, read_settings

from ccr_rules import Engine, UsageError
from ccr_rules.hosting import Context
from ccr_rules.hosting.plugins import Plugins
from ccr_rules.record.entry import Days
from ccr_rules.record.patient import Consultation

DAY = date(2026, 11, 20)
TODAY = Days(DAY, DAY)
SETTINGS: dict[str, Any] = {
    "slots": {
        "Telephone triage": {"mode": "telephone", "role": "GP"},
        "Blue slot": {"role": "nurse"},
        "Letters": {"mode": "administrative"},
    },
    "sessions": {"Home visits": {"mode": "home-visit", "role": "GP"}},
    "roles": {"R8000": "GP", "Salaried GP": "GP", "Reception": "receptionist"},
}


def read(host: Mapping[str, Any]) -> tuple[Consultation | None, str]:
    settings = read_settings(SETTINGS)
    return consultation_of(settings, Context(DAY, DAY, host)), role_of(settings, host)


def now(mode: Any, role: str = "", reference: str = "Encounter/now") -> Consultation:
    return Consultation(reference, mode, role, TODAY)


@pytest.mark.parametrize(
    ("host", "consultation", "role"),
    [
        ({"slotType": "Telephone triage"}, now("telephone", "GP"), "GP"),
        ({"slotType": "Telephone triage", "userRole": "Reception"}, now("telephone", "GP"), "receptionist"),
        ({"slotType": "Telephone triage", "userRole": ""}, now("telephone", "GP"), "GP"),
        ({"slotType": "Telephone triage", "userRole": "Locum"}, now("telephone", "GP"), ""),
        ({"slotType": "Telephone triage", "userRole": ["R8000"]}, now("telephone", "GP"), ""),
        ({"slotType": "Letters"}, now("administrative"), ""),
        (
            {"slotType": "Letters", "userRole": "Reception"},
            now("administrative", "receptionist"),
            "receptionist",
        ),
        ({"sessionType": "Home visits"}, now("home-visit", "GP"), "GP"),
        ({"sessionType": "Home visits", "slotType": None}, now("home-visit", "GP"), "GP"),
        ({"sessionType": "Home visits", "slotType": "Letters"}, now("administrative"), ""),
        ({"slotType": "Letters", "encounterId": "e-1"}, now("administrative", "", "Encounter/e-1"), ""),
        ({"slotType": "Letters", "encounterId": "../e"}, now("administrative"), ""),
        ({"slotType": "Letters", "encounterId": 7}, now("administrative"), ""),
    ],
)
def test_what_is_known(host: dict[str, Any], consultation: Consultation, role: str) -> None:
    assert read(host) == (consultation, role)


@pytest.mark.parametrize(
    "host",
    [
        {},
        {"slotType": ""},
        {"slotType": "telephone triage"},
        {"slotType": "Telephone triage "},
        {"slotType": "Video"},
        {"slotType": 4},
        {"slotType": {"text": "Letters"}},
        {"sessionType": "Letters"},
        {"sessionType": ["Home visits"]},
        {"slotType": "Unheard of", "sessionType": "Home visits"},
    ],
)
def test_what_is_not_in_the_settings_is_not_guessed(host: dict[str, Any]) -> None:
    assert read(host) == (None, "")


def test_a_slot_that_says_who_but_not_how_leaves_the_contact_to_the_record() -> None:
    assert read({"slotType": "Blue slot"}) == (None, "nurse")


def test_the_keys_are_the_hosts_own() -> None:
    settings = read_settings({**SETTINGS, "keys": {"slot": "appointment"}})
    found = consultation_of(settings, Context(DAY, DAY, {"appointment": "Letters"}))
    assert found == now("administrative")


def test_in_an_evaluation_the_slot_goes_before_the_record_and_the_host_before_the_slot() -> None:
    """In a contact of the office nothing is suggested that only a clinician can do (best practice)."""
    record = Path("fhir_examples/support-overdue/record.json").read_bytes()
    engine = Engine.hosting(Plugins.of({"care-team": CareTeam()}, {"care-team": SETTINGS}))
    plain = engine.evaluate(record, DAY)
    office = engine.evaluate(record, DAY, host={"slotType": "Letters"})
    asked = engine.evaluate(record, DAY, host={"slotType": "Letters"}, consultation=now("video"))
    assert [len(each.prompts) for each in (plain, office, asked)] == [1, 0, 1]
    assert office.consultation == now("administrative")
    assert (office.hosted.plugins, plain.hosted.plugins) == (("care-team",), ())


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"slot": {}}, "contains unknown field `slot`"),
        (
            {"slots": {"A": {"mode": "by phone"}}},
            r"Invalid enum value 'by phone' - at `\$.slots\[...\].mode`",
        ),
        ({"slots": {"A": {"mode": "video", "rôle": "GP"}}}, "unknown field `rôle`"),
        ({"slots": {"": {}}}, r"length >= 1 - at `key` in `\$.slots`"),
        ({"roles": {"A": "G\nP"}}, "matching regex"),
        ({"overdue_days": -1}, r"`int` >= 0 - at `\$.overdue_days`"),
        ({"overdue_days": "7"}, "Expected `int`, got `str`"),
        ({"zone": "Europe/Lodnon"}, "zone: 'Europe/Lodnon' is no time zone; write one such as Europe/London"),
        ({"zone": "/etc/localtime"}, "zone: '/etc/localtime' is no time zone"),
        ({"does_not_act_on": {"GP": ["a"]}}, "there is no role 'GP'; the roles are none; give them in roles"),
        ({"roles": {"x": "GP"}, "does_not_act_on": {"gp": ["a"]}}, "there is no role 'gp'; the roles are GP"),
        (
            {"roles": {"x": "GP"}, "does_not_act_on": {"GP": ["a b"]}},
            "does_not_act_on.GP: 'a b' is no prompt; write PROMPT or PROMPT@RULESET-ID",
        ),
        ({"watch": {"probability": 0}}, r"`float` > 0.0 - at `\$.watch.probability`"),
        ({"write_every": 0}, "write_every"),
    ],
)
def test_settings_that_do_not_fit_stop_the_start(given: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        Plugins.of({"care-team": CareTeam()}, {"care-team": given})


def test_no_prompt_may_be_withheld_from_the_whole_team() -> None:
    roles = {"x": "GP", "y": "nurse"}
    none = {"GP": ["review-due"], "nurse": ["review-due@best-practice"]}
    with pytest.raises(
        UsageError, match="review-due@best-practice would be shown to none of GP, nurse; leave"
    ):
        read_settings({"roles": roles, "does_not_act_on": none})
    some = {"GP": ["review-due@qof"], "nurse": ["review-due@best-practice"]}
    assert read_settings({"roles": roles, "does_not_act_on": some}).known_roles == {"GP", "nurse"}


def test_nothing_set_is_nothing_known() -> None:
    assert read_settings({}) == Settings()
    assert consultation_of(Settings(), Context(DAY, DAY, {"slotType": "Letters"})) is None
