"""Who sees which prompt. In doubt it is shown."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from ccr_care_team.plugin import CareTeam

from ccr_rules import Engine
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting.plugins import Plugins
from ccr_rules.library.library import Library

ROLES = {"Salaried GP": "GP", "Practice nurse": "nurse", "Reception": "receptionist"}
SUPPORT = "support-conversation-due"
REVIEW = "cancer-care-review-due"
INVITE = "invite-to-cancer-care-review"


def example(name: str) -> bytes:
    return Path("fhir_examples", name, "record.json").read_bytes()


def evaluate(
    settings: Mapping[str, Any],
    host: Mapping[str, Any],
    record: str = "last-28-days",
    as_of: str | date = "2026-11-21",
    folders: tuple[Path, ...] = (),
    rulesets: tuple[str, ...] = (),
) -> Evaluation:
    plugins = Plugins.of({"care-team": CareTeam()}, {"care-team": {"roles": ROLES, **settings}})
    engine = Engine.hosting(plugins, *folders)
    return engine.evaluate(example(record), as_of, host=host, rulesets=rulesets)


def shown(evaluation: Evaluation) -> list[str]:
    assert evaluation.hosted.faults == ()
    return [each.id for each in evaluation.prompts]


def test_by_default_everybody_sees_everything() -> None:
    for host in ({}, {"userRole": "Reception"}, {"userRole": "Practice nurse"}):
        evaluation = evaluate({}, host)
        assert (shown(evaluation), evaluation.held) == ([REVIEW, INVITE], [])


def test_a_role_does_not_see_what_it_does_not_act_on() -> None:
    settings = {"does_not_act_on": {"receptionist": [REVIEW], "GP": [f"{INVITE}@best-practice-ccr"]}}
    office = evaluate(settings, {"userRole": "Reception"})
    assert (shown(office), shown(evaluate(settings, {"userRole": "Salaried GP"}))) == ([INVITE], [REVIEW])
    assert shown(evaluate(settings, {"userRole": "Practice nurse"})) == [REVIEW, INVITE]
    (held,) = office.held
    assert (held.id, held.kind, held.ruleset) == (REVIEW, "withheld", "best-practice-ccr@2026.1.0")
    assert held.reason == (
        "care-team: this practice has set it up that the role receptionist does not act on it"
    )


def test_reviews_and_headline_say_the_same_to_everybody() -> None:
    settings = {"does_not_act_on": {"receptionist": [REVIEW, INVITE]}}
    office, everybody = evaluate(settings, {"userRole": "Reception"}), evaluate(settings, {})
    assert shown(office) == []
    assert (office.headline, office.reviews) == (everybody.headline, everybody.reviews)


@pytest.mark.parametrize("host", [{}, {"userRole": "Locum"}, {"userRole": None}, {"slotType": "Letters"}])
def test_somebody_of_whom_no_role_is_known_sees_everything(host: dict[str, Any]) -> None:
    settings = {"does_not_act_on": {"receptionist": [REVIEW, INVITE]}, "most_shown": 1}
    assert shown(evaluate(settings, {**host, "promptsShown": times(9)})) == [REVIEW, INVITE]


def test_a_prompt_of_another_ruleset_is_another_prompt() -> None:
    settings = {"does_not_act_on": {"receptionist": [f"{REVIEW}@qof-cancer"]}}
    assert shown(evaluate(settings, {"userRole": "Reception"})) == [REVIEW, INVITE]


@pytest.mark.parametrize(("days", "is_shown"), [(20, True), (21, True), (22, False), (23, False)])
def test_what_is_overdue_for_longer_is_shown_to_everybody(days: int, is_shown: bool) -> None:
    """The conversation was due on 30 October, 22 days before."""
    settings = {"does_not_act_on": {"receptionist": [SUPPORT]}, "overdue_days": days}
    evaluation = evaluate(settings, {"userRole": "Reception"}, "support-overdue")
    assert (shown(evaluation) == [SUPPORT]) is is_shown


@pytest.mark.parametrize(
    ("as_of", "is_shown"), [("2026-10-29", False), ("2026-10-30", False), ("2026-10-31", True)]
)
def test_unless_set_otherwise_one_day_is_enough(as_of: str, is_shown: bool) -> None:
    settings = {"does_not_act_on": {"receptionist": [SUPPORT]}}
    evaluation = evaluate(settings, {"userRole": "Reception"}, "support-overdue", as_of)
    assert (shown(evaluation) == [SUPPORT]) is is_shown


def test_a_due_day_known_by_its_month_may_be_its_first() -> None:
    settings = {"does_not_act_on": {"receptionist": [SUPPORT]}}
    everything = evaluate({}, {}, "diagnosis-known-by-month")
    (review,) = (each for each in everything.reviews if each.id == "support-conversation")
    assert review.due is not None
    assert review.due.first < review.due.last
    for late, is_shown in ((-1, False), (0, False), (1, True)):
        day = review.due.first + timedelta(days=late)
        evaluation = evaluate(settings, {"userRole": "Reception"}, "diagnosis-known-by-month", day)
        assert (shown(evaluation) == [SUPPORT]) is is_shown


OVERLAY = """\
ruleset: local-example
version: 2026.1.0
title: Example
jurisdiction: GB-ENG
status: draft
in_force: {{from: 2026-01-01}}
extends: {{ruleset: best-practice-ccr, version: 2025.1.0, digest: "{digest}"}}
prompts:
  look-critical: {{when: has_cancer, severity: critical, summary: Look, choice: "of this test"}}
  look-calm: {{when: has_cancer, severity: info, summary: Look, choice: "of this test"}}
"""


def test_what_is_critical_is_shown_to_everybody(tmp_path: Path) -> None:
    folder = tmp_path / "local-example" / "2026"
    folder.mkdir(parents=True)
    digest = Library.shipped(cache=None).find("best-practice-ccr@2025.1.0").digest
    (folder / "ruleset.yaml").write_text(OVERLAY.format(digest=digest), encoding="utf-8")
    settings = {"does_not_act_on": {"receptionist": ["look-critical", "look-calm"]}}
    host = {"userRole": "Reception"}
    evaluation = evaluate(settings, host, folders=(tmp_path,), rulesets=("local-example",))
    assert "look-critical" in shown(evaluation)
    assert [each.id for each in evaluation.held] == ["look-calm"]


def times(number: Any) -> dict[str, Any]:
    return {f"{REVIEW}@best-practice-ccr@2026.1.0": number}


@pytest.mark.parametrize(
    ("told", "is_shown"),
    [
        (None, True),
        ({}, True),
        (times(0), True),
        (times(1), True),
        (times(2), False),
        (times(3), False),
        (times(True), True),
        (times("2"), True),
        (times(2.0), True),
        ({REVIEW: 2}, True),
        ([REVIEW, REVIEW], True),
    ],
)
def test_what_this_user_has_seen_twice_in_this_consultation(told: Any, is_shown: bool) -> None:
    """Only where the host says so in whole numbers: the plugin does not know one patient from another."""
    host = {"userRole": "Practice nurse", "promptsShown": told}
    evaluation = evaluate({"most_shown": 2}, host)
    assert shown(evaluation) == ([REVIEW, INVITE] if is_shown else [INVITE])
    assert shown(evaluate({}, host)) == [REVIEW, INVITE]
    assert all("in this consultation already" in each.reason for each in evaluation.held)


def test_what_is_overdue_is_shown_again_and_again() -> None:
    name = f"{SUPPORT}@best-practice-ccr@2026.1.0"
    host = {"userRole": "Practice nurse", "promptsShown": {name: 50}}
    assert shown(evaluate({"most_shown": 1}, host, "support-overdue")) == [SUPPORT]
