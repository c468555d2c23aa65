"""From a form through random answers to entries and back: nothing is lost, nothing is there twice."""

import json
from collections import Counter
from typing import Any

from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from hypothesis import given, settings
from hypothesis import strategies as st
from templates_support import (
    PLUGINS,
    REVIEW,
    SNOMED,
    TALK,
    TEMPLATE,
    Item,
    evaluated,
    reasons,
    response,
    status,
    walk,
)

from ccr_rules.record.entry import Entry
from ccr_rules.record.fhir_dates import days_of

QUESTIONS = [each for each in walk(TEMPLATE["item"]) if each["type"] not in ("group", "display", "reference")]
ASKED = [each for each in QUESTIONS if not each.get("readOnly")]
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
DATES = st.sampled_from(["@2026", "@2026-10", "@2026-11-10", "@2026-05-04"])


def values_of(question: Item) -> st.SearchStrategy[Any]:
    if question["type"] == "choice":
        return st.sampled_from([f"={option['valueCoding']['code']}" for option in question["answerOption"]])
    kinds = {
        "boolean": st.booleans(),
        "integer": st.integers(0, 10),
        "text": WORDS.filter(str.strip).map(lambda text: {"valueString": text}),
        "date": DATES,
    }
    return kinds[question["type"]]


def wanted(question: Item, answers: dict[str, Any]) -> bool:
    """Say whether a question is asked, after the other answers."""
    for condition in question.get("enableWhen", ()):
        coding = condition.get("answerCoding")
        value = f"={coding['code']}" if coding else condition["answerBoolean"]
        if answers.get(condition["question"]) != value:
            return False
    return True


@st.composite
def answered(draw: st.DrawFn) -> dict[str, Any]:
    chosen = draw(st.sets(st.sampled_from(range(len(ASKED))), max_size=40))
    often = [n for n, each in enumerate(ASKED) if "outcome" in each["linkId"] or "code" in each]
    chosen |= draw(st.sets(st.sampled_from(often)))
    conditions = {c["question"] for n in chosen for c in ASKED[n].get("enableWhen", ())}
    answers: dict[str, Any] = {}
    for number, question in enumerate(ASKED):
        asked = number in chosen or question["linkId"] in conditions
        if asked and wanted(question, answers):
            answers[question["linkId"]] = draw(values_of(question))
    return answers


def shuffled(items: list[Item], random: Any) -> list[Item]:
    mixed = [{**each, "item": shuffled(each["item"], random)} if "item" in each else each for each in items]
    random.shuffle(mixed)
    return mixed


def expected(answers: dict[str, Any]) -> Counter[tuple[str, str]]:
    """Return what is to be recorded, term and state, worked out from the form and its codes alone."""
    found: Counter[tuple[str, str]] = Counter()
    states = {"=held": "done", "=declined": "declined"}
    told = "Provision of information about cancer support services available in primary care"
    for review, term in ((REVIEW, "Cancer care review"), (TALK, told)):
        if f"{review}.outcome" in answers:
            found[term, states[answers[f"{review}.outcome"]]] += 1
    for question in ASKED:
        if ".record." in question["linkId"]:
            term = question["code"][0]["display"]
            if answers.get(question["linkId"]) is True:
                found[term, "done"] += 1
            elif answers.get(question["linkId"].partition(".record.")[0]) == "=declined":
                found[term, "declined"] += 1
    return found


def added(made: Any) -> list[Entry]:
    return [each for each in made.record.entries if each.reference == "QuestionnaireResponse/qr1"]


@settings(deadline=None, max_examples=50)
@given(answered(), st.randoms(use_true_random=False))
def test_every_answer_that_is_to_be_recorded_is_there_exactly_once(
    answers: dict[str, Any], random: Any
) -> None:
    sent = response(answers)
    QuestionnaireResponse.model_validate_json(json.dumps(sent))
    made = evaluated(sent)
    assert reasons(made) == []
    entries = added(made)
    assert Counter((each.text, each.state) for each in entries) == expected(answers)
    for each in entries:
        assert {coding.system for coding in each.codings} <= {SNOMED}
        assert each.recorded == days_of("2026-11-10")
    mixed = evaluated({**sent, "item": shuffled(sent["item"], random)})
    assert sorted(map(repr, added(mixed))) == sorted(map(repr, entries))


@settings(deadline=None, max_examples=50)
@given(answered())
def test_after_a_review_that_was_held_the_review_is_done(answers: dict[str, Any]) -> None:
    held = answers | {f"{REVIEW}.outcome": "=held", f"{REVIEW}.date": "@2026-11-10"}
    assert status(evaluated(response(held))) == "done"


@settings(deadline=None, max_examples=50)
@given(answered(), st.sampled_from(sorted({each["linkId"] for each in ASKED})), st.integers())
def test_one_spoiled_answer_leaves_the_others_and_never_a_wrong_review(
    answers: dict[str, Any], spoiled: str, number: int
) -> None:
    """What a spoiled answer might change is never called open, overdue or done in time."""
    told = {each: status(evaluated(response(answers)), each) for each in (REVIEW, TALK)}
    made = evaluated(response(answers | {spoiled: {"valueDecimal": number}}))
    assert len(reasons(made)) >= 1
    for review, before in told.items():
        assert status(made, review) in (before, "cannot tell")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-20, 20) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ELEMENTS = st.sampled_from([*response({}), "modifierExtension", "implicitRules", "contained"])
NAMES = st.sampled_from([each["linkId"] for each in QUESTIONS])
ITEMS = st.recursive(
    st.fixed_dictionaries({"linkId": NAMES | JSON}, optional={"answer": JSON, "item": JSON}),
    lambda inner: st.fixed_dictionaries({"linkId": NAMES}, optional={"item": st.lists(inner, max_size=3)}),
    max_leaves=6,
)


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(ELEMENTS, JSON, max_size=3), st.lists(ITEMS, max_size=3), JSON)
def test_whatever_is_handed_over_the_evaluation_stands(
    changes: dict[str, Any], items: list[Any], anything: Any
) -> None:
    changes = {name: value for name, value in changes.items() if value is not None}
    made = evaluated({**response({}, item=items), **changes}, anything)
    assert not made.answer.plugin_faults
    assert status(made) in ("open", "cannot tell")
    assert made.record.quarantined, "the second is no QuestionnaireResponse"


@settings(deadline=None, max_examples=50)
@given(answered())
def test_a_prefilled_form_that_is_completed_as_it_is_records_nothing(answers: dict[str, Any]) -> None:
    sent = response(answers)
    document = PLUGINS.render([evaluated(sent)], "review-prefill", {"questionnaireResponses": [sent]})
    assert document is not None
    prefilled = json.loads(document.content)
    again = evaluated({**prefilled, "id": "qr9", "status": "completed", "authored": "2026-11-20"})
    assert reasons(again) == []
    assert not [each for each in again.record.entries if each.reference == "QuestionnaireResponse/qr9"]
