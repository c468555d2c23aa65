"""A person, an engine with the plugin, and short ways to answer a form.

`python plugins/templates/tests/templates_support.py` writes `examples` anew.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ccr_templates.plugin import Templates

from ccr_rules import Engine, Evaluation, Plugins
from ccr_rules.exports.canonical import CANONICAL
from ccr_rules.hosting.choice import Chosen
from ccr_rules.hosting.loading import Plugin

EXAMPLES = Path(__file__).parents[1] / "examples"


def plugins(itself: Any = None, **settings: Any) -> Plugins:
    """Return the plugin with more time than a host gives it, since machines that run tests are busy."""
    chosen = Chosen(
        name="templates", settings=settings, seconds=dict.fromkeys(("ccr_enrich_record", "ccr_render"), 60.0)
    )
    return Plugins([Plugin("templates", "", itself or Templates(), chosen)])


PLUGINS = plugins()
ENGINE = Engine.hosting(PLUGINS)
BEST = ENGINE.library.find("best-practice-ccr@2026")
SNOMED = "http://snomed.info/sct"
PATIENT = "Patient/p1"
REVIEW = "cancer-care-review"
TALK = "support-conversation"

Item = dict[str, Any]


def exported(form: str, **options: Any) -> list[dict[str, Any]]:
    """Return the Questionnaires of a form of the best-practice ruleset."""
    return [json.loads(each.content) for each in PLUGINS.export(BEST, ENGINE.library, form, options)]


(TEMPLATE,) = exported("review-template")
BEFORE = {each["url"].rpartition(".")[2]: each for each in exported("pre-review-questionnaire")}


def walk(items: list[Item]) -> Iterator[Item]:
    """Yield items and all that stand in them, outer ones first."""
    for each in items:
        yield each
        yield from walk(each.get("item", []))


def item(questionnaire: Mapping[str, Any], link_id: str) -> Item:
    """Return an item by its linkId."""
    (found,) = (each for each in walk(questionnaire["item"]) if each["linkId"] == link_id)
    return found


def coded(code: str) -> Item:
    """Return the answer to a choice."""
    return {"valueCoding": {"system": f"{CANONICAL}/CodeSystem/review-answers", "code": code}}


def answer(value: Any) -> Item:
    """Return an answer for a value: a score, yes or no, a choice (`=held`), a date (`@2026`), or a text."""
    if isinstance(value, dict):
        return value
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int | float):
        return {"valueInteger": value}
    if value.startswith("="):
        return coded(value[1:])
    return {"valueDate": value[1:]} if value.startswith("@") else {"valueString": value}


def filled(questionnaire: Mapping[str, Any], values: Mapping[str, Any]) -> list[Item]:
    """Return the items of a response in which values, by linkId, stand where the form has them."""
    return list(_filled(questionnaire["item"], values))


def _filled(items: list[Item], values: Mapping[str, Any]) -> Iterator[Item]:
    for each in items:
        inside = list(_filled(each.get("item", []), values))
        if each["linkId"] in values:
            yield {"linkId": each["linkId"], "answer": [answer(values[each["linkId"]])]}
        elif inside:
            yield {"linkId": each["linkId"], "item": inside}


def response(
    values: Mapping[str, Any], form: Mapping[str, Any] = TEMPLATE, /, **changes: Any
) -> dict[str, Any]:
    """Return a completed response with values by linkId; a change of None takes an element away."""
    made = {
        "resourceType": "QuestionnaireResponse",
        "id": "qr1",
        "questionnaire": f"{form['url']}|{form['version']}",
        "status": "completed",
        "subject": {"reference": PATIENT},
        "authored": "2026-11-10T10:30:00+00:00",
        "author": {"display": "Practice nurse"},
        "item": filled(form, values),
    }
    return {key: value for key, value in (made | changes).items() if value is not None}


HELD = {f"{REVIEW}.outcome": "=held"}


def record(*resources: dict[str, Any]) -> dict[str, Any]:
    """Return the whole record of a person with breast cancer since 4 May 2026, and more resources."""
    subject = {"reference": PATIENT}
    diagnosis = {
        "resourceType": "Condition",
        "id": "dx",
        "subject": subject,
        "code": {
            "coding": [{"system": SNOMED, "code": "254837009", "display": "Malignant neoplasm of breast"}]
        },
        "onsetDateTime": "2026-05-04",
        "recordedDate": "2026-05-06",
    }
    patient = {"resourceType": "Patient", "id": "p1", "birthDate": "1961-04-02"}
    every = (patient, diagnosis, *({**each, "subject": subject} for each in resources))
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in every]}


def procedure(id_: str, code: str, on: str) -> dict[str, Any]:
    """Return something that was done on a day."""
    coding = {"system": SNOMED, "code": code}
    return {
        "resourceType": "Procedure",
        "id": id_,
        "status": "completed",
        "code": {"coding": [coding]},
        "performedDateTime": on,
    }


def evaluated(
    *responses: Any, of: dict[str, Any] | None = None, as_of: str = "2026-11-21", **more: Any
) -> Evaluation:
    """Evaluate a record with responses that the host hands over."""
    host = {"questionnaireResponses": list(responses)}
    return ENGINE.evaluate(of or record(), as_of, host=host, rulesets=["best-practice-ccr@2026"], **more)


def status(evaluation: Evaluation, review: str = REVIEW) -> str:
    """Return where a review stands."""
    return next(each.status for each in evaluation.reviews if each.id == review)


def reasons(evaluation: Evaluation) -> list[str]:
    """Return why something was quarantined."""
    assert not evaluation.answer.plugin_faults
    return [each.reason for each in evaluation.record.quarantined]


# --- examples ------------------------------------------------------------------------------------


def examples() -> dict[str, str]:
    """Return the files of `examples`: what goes in, and what comes out of it."""
    before = response(
        {
            f"{REVIEW}.concerns.physical.raised": True,
            f"{REVIEW}.concerns.physical": 7,
            f"{REVIEW}.concerns.physical.words": "My arm is stiff, and I am tired by noon.",
            f"{REVIEW}.concerns.money-and-work.raised": True,
            f"{REVIEW}.concerns.money-and-work": 4,
            f"{REVIEW}.concerns.emotional.raised": False,
            f"templates.most.{REVIEW}": "When I can go back to work.",
        },
        BEFORE[REVIEW],
        id="before-the-review",
        authored="2026-11-03T20:15:00+00:00",
        author={"reference": PATIENT},
    )
    completed = response(
        {
            f"{REVIEW}.outcome": "=held",
            f"{REVIEW}.date": "@2026-11-20",
            f"{REVIEW}.covers.work.discussed": True,
            f"{REVIEW}.covers.work.notes": "Would like to start with mornings.",
            f"{REVIEW}.follows.social-prescribing": "=done",
            f"{REVIEW}.follows.social-prescribing.record.social-prescribing-referral": True,
            f"{REVIEW}.follows.care-plan": "=done",
            f"{REVIEW}.follows.care-plan.record.cancer-care-plan": True,
        },
        id="review",
        authored="2026-11-20T11:40:00+00:00",
    )
    spoiled = {**completed, "questionnaire": completed["questionnaire"].replace("templates.1", "templates.9")}
    of = record(procedure("assessment", "787261000000106", "2026-09-02"))
    told = {
        "without a response": evaluated(of=of),
        "with review-response.json": evaluated(completed, of=of),
        "with the same response to a version of the form that is not known": evaluated(spoiled, of=of),
    }
    prefill = PLUGINS.render(
        [told["without a response"]], "review-prefill", {"questionnaireResponses": [before]}
    )
    (page,) = PLUGINS.export(BEST, ENGINE.library, "review-template-html")
    if prefill is None:
        raise AssertionError("there is a template")
    return {
        "record.json": _json(of),
        "pre-review-questionnaire.json": _json(BEFORE[REVIEW]),
        "pre-review-response.json": _json(before),
        "review-prefill.json": prefill.content.decode(),
        "review-response.json": _json(completed),
        "review-template.html": page.content.decode(),
        "before-and-after.json": _json({name: _summary(each) for name, each in told.items()}),
    }


def _summary(evaluation: Evaluation) -> dict[str, Any]:
    added = [
        each for each in evaluation.record.entries if each.reference.startswith("QuestionnaireResponse/")
    ]
    return {
        "headline": evaluation.headline,
        "reviews": {each.id: each.status for each in evaluation.reviews},
        "prompts": [each.id for each in evaluation.prompts],
        "items": {each.id: each.state for each in evaluation.items if each.state != "not seen"},
        "entries": [f"{each.text}: {each.state}" for each in added],
        "quarantined": [each.reason for each in evaluation.record.quarantined],
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    for name, text in examples().items():
        (EXAMPLES / name).write_text(text, encoding="utf-8")
