"""A local scheme: its own reviews, its own lists, and lists under which nothing verified can be recorded."""

import json
from pathlib import Path
from typing import Any

import pytest
from templates_support import PLUGINS, filled, item, reasons, record, response, status, walk

from ccr_rules import Engine, Evaluation

SCHEME = """\
ruleset: our-talk
version: 2026.1.0
title: Our talk
jurisdiction: GB-ENG
status: draft
in_force: {from: 2026-01-01}
sources:
  - {id: us, title: Ourselves}
codelists:
  {DX: cancer-diagnosis, SAID: diagnosis-discussed, REVIEW: cancer-care-review, PLAN: cancer-care-plan}
parameters:
  reminder: {value: 28 days, source: us}
dates:
  DIAGNOSED: {earliest: DX, title: diagnosis}
  SPOKEN: {earliest: SAID, from: DIAGNOSED, title: talk}
conditions:
  has_cancer: DIAGNOSED is not null
reviews:
  talk:
    title: Talk
    applies: has_cancer
    opens: DIAGNOSED
    due: DIAGNOSED + 3 months
    remind: reminder
    until: DIAGNOSED + 24 months
    done: SPOKEN
    record: [SAID]
    prepare: [{id: papers, title: Papers read, record: [PLAN, REVIEW], source: us}]
    covers: [{id: illness, title: The illness, record: [DX], source: us}]
    source: us
"""


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    folder = tmp_path / "our-talk" / "2026"
    folder.mkdir(parents=True)
    (folder / "ruleset.yaml").write_text(SCHEME, encoding="utf-8")
    return Engine.hosting(PLUGINS, tmp_path)


@pytest.fixture
def template(engine: Engine) -> dict[str, Any]:
    (document,) = PLUGINS.export(engine.library.find("our-talk"), engine.library, "review-template")
    made: dict[str, Any] = json.loads(document.content)
    return made


def evaluated(engine: Engine, template: dict[str, Any], values: dict[str, Any]) -> Evaluation:
    host = {"questionnaireResponses": [response(values, template)]}
    return engine.evaluate(record(), "2026-11-21", host=host, rulesets=["our-talk"])


def test_a_ruleset_of_the_hosts_own_folder_has_a_template_and_no_form_for_the_person(
    engine: Engine, template: dict[str, Any]
) -> None:
    assert [tab["text"] for tab in template["item"][0]["item"]] == [
        "What the record holds",
        "Talk",
        "Originals and sources",
    ]
    ruleset = engine.library.find("our-talk")
    assert PLUGINS.export(ruleset, engine.library, "pre-review-questionnaire") == ()


def test_a_ruleset_without_items_shows_none(template: dict[str, Any]) -> None:
    shown = [each["linkId"] for each in walk(template["item"])]
    assert not [link_id for link_id in shown if link_id.startswith("templates.record.item")]


def test_what_is_recorded_under_two_lists_is_asked_twice(engine: Engine, template: dict[str, Any]) -> None:
    papers = "talk.prepare.papers"
    plan, review = f"{papers}.record.cancer-care-plan", f"{papers}.record.cancer-care-review"
    assert item(template, plan)["text"] == "To be recorded as “Cancer care plan”"
    assert item(template, review)["text"] == "To be recorded as “Cancer care review”"
    made = evaluated(engine, template, {papers: True, plan: True, review: True})
    assert [each.text for each in made.record.entries[-2:]] == ["Cancer care plan", "Cancer care review"]


def test_an_answer_never_makes_a_diagnosis(engine: Engine, template: dict[str, Any]) -> None:
    assert not [each for each in str(template).split("'") if "covers.illness.discussed.record" in each]
    made = evaluated(engine, template, {"talk.covers.illness.discussed": True})
    assert [each.reference for each in made.record.entries] == ["Condition/dx"]


def test_a_review_that_can_be_recorded_under_nothing_verified_cannot_be_told(
    engine: Engine, template: dict[str, Any]
) -> None:
    made = evaluated(engine, template, {"talk.outcome": "=held"})
    assert reasons(made) == ["talk.outcome: nothing verified is known to record it as (diagnosis-discussed)"]
    assert status(made, "talk") == "cannot tell"


def test_a_form_of_a_version_that_the_library_has_no_more_is_refused(
    engine: Engine, template: dict[str, Any]
) -> None:
    other = response({}, template, questionnaire=f"{template['url']}|2025.1.0-templates.1")
    before = response({}, template, questionnaire=template["url"].replace("review", "pre-review.talk"))
    before["questionnaire"] += f"|{template['version']}"
    host = {"questionnaireResponses": [other, {**before, "id": "qr2", "item": filled(template, {})}]}
    made = engine.evaluate(record(), "2026-11-21", host=host, rulesets=["our-talk"])
    assert len(reasons(made)) == 2
