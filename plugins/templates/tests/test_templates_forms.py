"""The forms: what they ask, in which words, and that they are valid FHIR R4."""

import json
from collections import Counter
from typing import Any

import pytest
from ccr_templates.originals import originals_of
from fhir.resources.R4B.questionnaire import Questionnaire
from templates_support import (
    BEFORE,
    BEST,
    ENGINE,
    PLUGINS,
    REVIEW,
    SNOMED,
    TALK,
    TEMPLATE,
    exported,
    item,
    walk,
)

from ccr_rules.codelists.codelist import suggestible
from ccr_rules.errors import UsageError
from ccr_rules.exports.form import links, with_content
from ccr_rules.exports.questionnaire import questionnaire
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.record.strict import fault_of

CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
WITH_CONTENT = [ruleset for ruleset in ENGINE.library.rulesets if with_content(ruleset)]
WITHOUT = next(ruleset for ruleset in ENGINE.library.rulesets if not with_content(ruleset))
CONCERNS = ("physical", "emotional", "practical", "relationships", "money-and-work", "information")


def control(of: dict[str, Any]) -> str:
    (found,) = (each["valueCodeableConcept"] for each in of["extension"] if each["url"] == CONTROL)
    (coding,) = found["coding"]
    assert coding["system"] == CONTROLS
    return str(coding["code"])


def every_form(ruleset: Ruleset) -> list[dict[str, Any]]:
    names = ("review-template", "pre-review-questionnaire")
    documents = [each for name in names for each in PLUGINS.export(ruleset, ENGINE.library, name)]
    assert {each.media_type for each in documents} == {"application/fhir+json"}
    return [json.loads(each.content) for each in documents]


def faults(form: dict[str, Any]) -> list[str]:
    """Return what R4 forbids beside the shape: que-1, -2 and -5, and conditions that cannot be met."""
    every = list(walk(form["item"]))
    by_id = {each["linkId"]: each for each in every}
    counted = Counter(each["linkId"] for each in every)
    found = [f"que-2 {link_id}" for link_id, count in counted.items() if count > 1]
    for each in every:
        if each["type"] == "group" and not each.get("item"):
            found.append(f"que-1 {each['linkId']}")
        if each["type"] == "display" and "item" in each:
            found.append(f"que-1 {each['linkId']}")
        if "answerOption" in each and each["type"] != "choice":
            found.append(f"que-5 {each['linkId']}")
        for condition in each.get("enableWhen", ()):
            asked = by_id[condition["question"]]
            wanted = condition.get("answerCoding")
            if asked["type"] == "choice" and {"valueCoding": wanted} not in asked["answerOption"]:
                found.append(f"an answer that nobody can give {each['linkId']}")
            if asked["type"] == "boolean" and condition.get("answerBoolean") is not True:
                found.append(f"a condition of another type {each['linkId']}")
    return found


@pytest.mark.parametrize("ruleset", WITH_CONTENT, ids=lambda ruleset: ruleset.reference)
class TestEveryRulesetWithContent:
    def test_gives_valid_fhir(self, ruleset: Ruleset) -> None:
        for form in every_form(ruleset):
            assert fault_of(form, "Questionnaire", "R4") == ""
            assert faults(form) == []

    def test_comes_back_from_the_models_of_fhir_as_it_went_in(self, ruleset: Ruleset) -> None:
        for form in every_form(ruleset):
            again = Questionnaire.model_validate_json(json.dumps(form)).model_dump_json()
            assert json.loads(again) == form

    def test_gives_the_same_bytes_each_time(self, ruleset: Ruleset) -> None:
        assert json.dumps(every_form(ruleset)) == json.dumps(every_form(ruleset))

    def test_keeps_every_linkid_of_the_rulesets_own_questionnaire(self, ruleset: Ruleset) -> None:
        template, *_ = every_form(ruleset)
        assert links(ruleset).keys() <= {each["linkId"] for each in walk(template["item"])}

    def test_offers_only_verified_codes_of_the_codelists(self, ruleset: Ruleset) -> None:
        verified = {
            (SNOMED, entry.code, entry.display)
            for use in ruleset.codelists.values()
            for entry in suggestible(ENGINE.library.codelist(use.codelist, use.release))
        }
        every = [each for form in every_form(ruleset) for each in walk(form["item"])]
        codes = {tuple(code.values()) for each in every for code in each.get("code", ())}
        assert codes
        assert codes <= verified


def test_a_ruleset_whose_reviews_say_nothing_of_their_content_has_no_form() -> None:
    for form in ("review-template", "review-template-html", "pre-review-questionnaire"):
        assert PLUGINS.export(WITHOUT, ENGINE.library, form) == ()


# --- the template --------------------------------------------------------------------------------


def test_the_template_is_one_container_of_tabs() -> None:
    (container,) = TEMPLATE["item"]
    assert (container["type"], control(container)) == ("group", "tab-container")
    assert [(tab["linkId"], tab["text"]) for tab in container["item"]] == [
        ("templates.record", "What the record holds"),
        (TALK, "Cancer support conversation"),
        (REVIEW, "Cancer care review"),
        ("templates.sources", "Originals and sources"),
    ]
    assert {tab["type"] for tab in container["item"]} == {"group"}


def test_the_template_says_of_which_ruleset_and_version_it_is() -> None:
    assert (
        TEMPLATE["url"] == "https://ccr-rules.example/fhir/Questionnaire/best-practice-ccr.templates.review"
    )
    assert TEMPLATE["version"] == "2026.1.0-templates.1"
    assert TEMPLATE["name"] == "CcrBestPracticeCcrReviewTemplate"
    own = questionnaire(BEST, ENGINE.library.codelist)
    assert TEMPLATE["derivedFrom"] == [f"{own['url']}|{own['version']}"]
    assert TEMPLATE["identifier"] == own["identifier"]
    assert TEMPLATE["status"] == "draft"


@pytest.mark.parametrize("review", [TALK, REVIEW])
@pytest.mark.parametrize("concern", CONCERNS)
def test_each_concern_is_yes_or_no_then_a_score_then_words(review: str, concern: str) -> None:
    link_id = f"{review}.concerns.{concern}"
    group = item(TEMPLATE, f"{link_id}.about")
    raised, score, said = group["item"]
    title = next(each.title for each in BEST.reviews[review].concerns if each.id == concern)
    assert (group["type"], group["text"]) == ("group", title)
    assert (raised["linkId"], raised["type"]) == (f"{link_id}.raised", "boolean")
    assert (score["linkId"], score["type"], control(score)) == (link_id, "integer", "slider")
    assert (said["linkId"], said["type"]) == (f"{link_id}.words", "text")
    assert score["enableWhen"] == [{"question": raised["linkId"], "operator": "=", "answerBoolean": True}]


def test_a_score_goes_from_0_to_10_in_steps_of_one() -> None:
    score = item(TEMPLATE, f"{REVIEW}.concerns.physical")
    numbers = {each["url"].rpartition("/")[2]: each.get("valueInteger") for each in score["extension"]}
    assert (numbers["minValue"], numbers["maxValue"]) == (0, 10)
    assert numbers["questionnaire-sliderStepValue"] == 1


@pytest.mark.parametrize(
    "link_id",
    [
        f"{REVIEW}.covers.medication-review.discussed",
        f"{REVIEW}.covers.carers-needs.discussed",
        f"{REVIEW}.covers.cares-for-others.discussed",
        f"{REVIEW}.covers.physical-effects.discussed",
        f"{REVIEW}.covers.quality-of-life-survey.discussed",
        f"{REVIEW}.follows.social-prescribing",
        f"{REVIEW}.follows.care-plan",
        f"{TALK}.follows.social-prescribing",
    ],
)
def test_the_template_asks_what_a_review_template_needs(link_id: str) -> None:
    assert item(TEMPLATE, link_id)["type"] in ("boolean", "choice")


def test_that_something_was_talked_of_is_not_yet_that_it_is_recorded() -> None:
    talked = item(TEMPLATE, f"{REVIEW}.covers.medication-review.discussed")
    asked = item(TEMPLATE, f"{REVIEW}.covers.medication-review.discussed.record.medication-review")
    assert "code" not in talked
    assert asked["text"] == "To be recorded as “Medication review done”"
    assert (asked["type"], asked["code"][0]["code"]) == ("boolean", "314530002")
    assert asked["enableWhen"] == [{"question": talked["linkId"], "operator": "=", "answerBoolean": True}]


def test_a_referral_that_was_considered_is_not_yet_one_that_is_recorded() -> None:
    considered = item(TEMPLATE, f"{REVIEW}.follows.social-prescribing")
    asked = item(TEMPLATE, f"{REVIEW}.follows.social-prescribing.record.social-prescribing-referral")
    assert "code" not in considered
    assert asked["text"] == "To be recorded as “Referral to social prescribing service”"
    (condition,) = asked["enableWhen"]
    assert condition["answerCoding"]["code"] == "done"


def test_whether_the_review_was_held_keeps_its_code() -> None:
    assert [code["code"] for code in item(TEMPLATE, f"{REVIEW}.outcome")["code"]] == ["720006006"]


def test_what_the_record_holds_is_read_only_and_says_where_it_stands() -> None:
    inside = [each for each in walk(item(TEMPLATE, "templates.record")["item"]) if each["type"] != "group"]
    assert all(each["readOnly"] for each in inside)
    shown = [each for each in inside if each["type"] != "reference"]
    assert all([under["type"] for under in each["item"]] == ["reference"] for each in shown)
    asked = {each["linkId"] for each in shown}
    assert "templates.record.diagnosis" in asked
    assert {f"templates.record.item.{id_}" for id_ in BEST.items} <= asked
    assert {f"templates.record.review.{REVIEW}.{each}" for each in ("from", "due", "held")} <= asked


# --- originals -----------------------------------------------------------------------------------


def test_originals_are_named_and_linked_only_where_an_address_was_read() -> None:
    linked = {
        each["linkId"].rpartition(".")[2]: extension["valueUri"]
        for each in item(TEMPLATE, "templates.sources")["item"]
        for extension in each.get("extension", ())
        if extension["url"].endswith("questionnaire-supportLink")
    }
    macmillan = BEST.sources["macmillan"].url
    survey = "https://www.cancerqol.england.nhs.uk/"
    assert linked == {"quality-of-life-survey": survey, "source-macmillan": macmillan}
    assert macmillan.startswith("https://www.macmillan.org.uk/")


def test_every_original_says_where_it_was_named() -> None:
    assert all(each.seen_in and each.publisher for each in originals_of(BEST))
    checklist = item(TEMPLATE, "templates.sources.macmillan-checklist")
    assert checklist["text"] == "Concerns checklist for cancer care reviews (Macmillan Cancer Support)"
    assert checklist["type"] == "display"


# --- before the review ---------------------------------------------------------------------------


def test_there_is_one_form_for_the_person_before_each_review() -> None:
    assert list(BEFORE) == [TALK, REVIEW]
    titles = [form["title"] for form in BEFORE.values()]
    assert titles == ["Before we meet: cancer support conversation", "Before we meet: cancer care review"]


def test_the_option_review_asks_for_one_of_them() -> None:
    (form,) = exported("pre-review-questionnaire", review=TALK)
    assert form == BEFORE[TALK]
    assert exported("pre-review-questionnaire", review="none") == []


def test_an_option_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError):
        exported("review-template", review=TALK)


def test_the_form_for_the_person_speaks_to_them_and_asks_no_more_than_their_concerns() -> None:
    form = BEFORE[REVIEW]
    kinds = {each["linkId"].split(".")[1] for each in walk(form["item"])}
    assert kinds == {"opening", "urgent", "concerns", "most", "else"}
    assert item(form, f"{REVIEW}.concerns.physical.raised")["text"] == "Does this concern you?"
    assert not any("the person" in each["text"] for each in walk(form["item"]))
    assert "Nobody reads this at once" in item(form, f"templates.urgent.{REVIEW}")["text"]


def test_nothing_that_the_person_fills_in_has_a_code() -> None:
    assert not any("code" in each for form in BEFORE.values() for each in walk(form["item"]))


def test_its_questions_are_those_of_the_template() -> None:
    asked = {each["linkId"]: each["type"] for each in walk(BEFORE[REVIEW]["item"])}
    questions = {link_id: type_ for link_id, type_ in asked.items() if type_ != "display"}
    template = {each["linkId"]: each["type"] for each in walk(TEMPLATE["item"])}
    assert questions.items() <= template.items()
