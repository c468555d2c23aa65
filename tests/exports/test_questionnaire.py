"""A ruleset's reviews as one FHIR Questionnaire."""

import json
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from msgspec.structs import replace

from ccr_rules.codelists.codelist import suggestible
from ccr_rules.errors import UsageError
from ccr_rules.exports.form import links
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.record.strict import fault_of
from tests.exports.r4 import faults, items
from tests.exports.samples import LIBRARY, WITH_CONTENT, WITHOUT, base_of, made, talk, without

BEST = LIBRARY.find("best-practice-ccr@2025")
SNOMED = "http://snomed.info/sct"


def item(questionnaire: dict[str, Any], link_id: str) -> dict[str, Any]:
    (found,) = (each for each in items(questionnaire) if each["linkId"] == link_id)
    return found


def test_best_practice_and_its_local_schemes_have_one() -> None:
    ids = {ruleset.id for ruleset in WITH_CONTENT}
    assert {"best-practice-ccr", "local-humber-north-yorkshire", "local-greater-manchester"} <= ids


@pytest.mark.parametrize("ruleset", WITH_CONTENT, ids=lambda ruleset: ruleset.reference)
class TestEveryRulesetWithContent:
    def test_gives_valid_fhir(self, ruleset: Ruleset) -> None:
        questionnaire = made(ruleset, base=base_of(ruleset))
        assert fault_of(questionnaire, "Questionnaire", "R4") == ""
        assert faults(questionnaire) == []

    def test_comes_back_from_the_models_of_fhir_as_it_went_in(self, ruleset: Ruleset) -> None:
        text = json.dumps(made(ruleset, base=base_of(ruleset)))
        again = Questionnaire.model_validate_json(text).model_dump_json()
        assert json.loads(again) == json.loads(text)

    def test_gives_the_same_bytes_each_time(self, ruleset: Ruleset) -> None:
        assert json.dumps(made(ruleset)) == json.dumps(made(ruleset))

    def test_has_a_tab_for_each_review_in_its_order(self, ruleset: Ruleset) -> None:
        tabs = [(tab["linkId"], tab["text"]) for tab in made(ruleset)["item"]]
        assert tabs == [(review.id, review.title) for review in ruleset.reviews.values()]

    def test_asks_every_content_item_in_the_words_and_order_of_the_ruleset(self, ruleset: Ruleset) -> None:
        questionnaire = made(ruleset)
        wanted = {
            f"{review.id}.{kind}.{each.id}": each.title
            for review in ruleset.reviews.values()
            for kind, content in review.content.items()
            for each in content
        }
        asked = {each["linkId"]: each["text"] for each in items(questionnaire) if each["linkId"] in wanted}
        assert list(asked.items()) == list(wanted.items())

    def test_gives_each_linkid_a_meaning(self, ruleset: Ruleset) -> None:
        assert [each["linkId"] for each in items(made(ruleset))] == list(links(ruleset))

    def test_offers_only_verified_codes_of_the_codelists(self, ruleset: Ruleset) -> None:
        verified = {
            (SNOMED, entry.code, entry.display)
            for use in ruleset.codelists.values()
            for entry in suggestible(LIBRARY.codelist(use.codelist, use.release))
        }
        codes = [code for each in items(made(ruleset)) for code in each.get("code", ())]
        assert {(code["system"], code["code"], code["display"]) for code in codes} <= verified


@pytest.mark.parametrize("ruleset", WITHOUT, ids=lambda ruleset: ruleset.reference)
def test_a_ruleset_whose_reviews_say_nothing_of_their_content_has_none(ruleset: Ruleset) -> None:
    with pytest.raises(UsageError, match=f"^{ruleset.reference} has no questionnaire: none of its reviews"):
        made(ruleset)


# --- what is asked -------------------------------------------------------------------------------


def test_a_tab_goes_from_before_the_conversation_to_after_it() -> None:
    (tab,) = made(talk())["item"]
    assert [(group["linkId"], group["text"]) for group in tab["item"]] == [
        ("talk.before", "Before"),
        ("talk.during", "In the conversation"),
        ("talk.after", "Afterwards"),
    ]


def test_what_is_prepared_is_yes_or_no() -> None:
    invitation = item(made(talk()), "talk.prepare.invitation")
    assert (invitation["type"], invitation["text"]) == ("boolean", "Invitation sent")


def test_a_concern_is_a_score_from_0_to_10() -> None:
    questionnaire = made(talk())
    group = item(questionnaire, "talk.concerns")
    assert group["text"] == "How much each concerns the person, from 0 (not at all) to 10"
    (money,) = group["item"]
    assert (money["linkId"], money["type"]) == ("talk.concerns.money", "integer")
    limits = {each["url"].rpartition("/")[2]: each.get("valueInteger") for each in money["extension"]}
    assert (limits["minValue"], limits["maxValue"]) == (0, 10)


def test_whether_the_review_was_held_is_asked_with_its_day_only_if_it_was() -> None:
    questionnaire = made(talk())
    outcome, day = item(questionnaire, "talk.outcome"), item(questionnaire, "talk.date")
    options = [option["valueCoding"] for option in outcome["answerOption"]]
    assert [option["code"] for option in options] == ["held", "declined"]
    assert day["type"] == "date"
    assert day["enableWhen"] == [
        {"question": "talk.outcome", "operator": "=", "answerCoding": options[0]},
    ]


def test_what_is_covered_can_be_ticked_and_noted() -> None:
    work = item(made(talk()), "talk.covers.work")
    assert (work["type"], work["text"]) == ("group", "Work")
    assert [(each["linkId"], each["type"]) for each in work["item"]] == [
        ("talk.covers.work.discussed", "boolean"),
        ("talk.covers.work.notes", "text"),
    ]


def test_what_follows_is_done_offered_or_declined() -> None:
    plan = item(made(talk()), "talk.follows.care-plan")
    answers = [option["valueCoding"] for option in plan["answerOption"]]
    assert [answer["code"] for answer in answers] == ["done", "offered", "declined"]
    assert {answer["system"] for answer in answers} == {
        "https://ccr-rules.example/fhir/CodeSystem/review-answers"
    }


@pytest.mark.parametrize("kind", ["prepare", "concerns"])
def test_a_kind_of_content_that_a_review_does_not_have_is_not_asked(kind: str) -> None:
    assert not any(f".{kind}" in link_id for link_id in links(without(f"{kind}:")))


def test_a_group_in_which_nothing_would_be_asked_is_not_there() -> None:
    assert list(links(without("prepare:", "concerns:", "follows:"))) == [
        "talk",
        "talk.during",
        "talk.outcome",
        "talk.date",
        "talk.covers.work",
        "talk.covers.work.discussed",
        "talk.covers.work.notes",
    ]


def test_only_the_question_whose_answer_would_be_recorded_has_the_code() -> None:
    coded = {each["linkId"]: each["code"] for each in items(made(talk())) if "code" in each}
    review = {"system": SNOMED, "code": "720006006", "display": "Cancer care review"}
    plan = {"system": SNOMED, "code": "736252007", "display": "Cancer care plan"}
    assert coded == {
        "talk.outcome": [review],
        "talk.covers.work.discussed": [plan],
        "talk.follows.care-plan": [plan],
    }


def test_where_only_the_official_term_is_known_there_is_no_code() -> None:
    assert "code" not in item(made(BEST), "support-conversation.outcome")


def test_of_a_long_codelist_the_preferred_codes_are_named() -> None:
    codes = item(made(BEST), "cancer-care-review.covers.medication-review.discussed")["code"]
    assert (len(codes), codes[0]["code"]) == (6, "314530002")


def test_each_item_says_where_its_words_are_from() -> None:
    plan = item(made(talk()), "talk.follows.care-plan")
    (note,) = plan["extension"]
    assert note["url"] == "http://hl7.org/fhir/StructureDefinition/designNote"
    assert note["valueMarkdown"] == "source: us; UNVERIFIED: by whom"


# --- what it says of itself ----------------------------------------------------------------------


def test_it_says_which_ruleset_it_is_made_of() -> None:
    ruleset = talk()
    said = made(ruleset)
    assert said["url"] == "https://ccr-rules.example/fhir/Questionnaire/local-scheme"
    assert (said["version"], said["title"], said["status"]) == ("2026.1.0", "A local scheme", "active")
    assert said["name"] == "CcrLocalScheme"
    assert said["identifier"][0]["value"] == ruleset.digest
    assert said["effectivePeriod"] == {"start": "2026-01-01"}
    assert said["description"] == "A local scheme."
    assert said["subjectType"] == ["Patient"]
    assert said["purpose"].endswith("which rests on:\n\n- us: Ourselves")
    assert "not copied" in said["copyright"]


def test_nothing_in_it_is_from_a_clock() -> None:
    assert not {"date", "approvalDate", "lastReviewDate", "meta"} & made(talk()).keys()


def test_a_period_that_ended_is_said_whole() -> None:
    pilot = LIBRARY.find("local-east-of-england-quality-ccr")
    assert made(pilot)["effectivePeriod"] == {"start": "2019-10-01", "end": "2020-03-31"}


@pytest.mark.parametrize("status", ["draft", "active", "retired"])
def test_it_is_as_far_as_its_ruleset(status: str) -> None:
    assert made(talk(("status: active", f"status: {status}")))["status"] == status


@pytest.mark.parametrize(
    ("jurisdiction", "system"),
    [("GB-ENG", "urn:iso:std:iso:3166:-2"), ("GB", "urn:iso:std:iso:3166")],
)
def test_it_says_where_it_holds(jurisdiction: str, system: str) -> None:
    said = made(talk(("jurisdiction: GB-ENG", f"jurisdiction: {jurisdiction}")))
    assert said["jurisdiction"] == [{"coding": [{"system": system, "code": jurisdiction}]}]


def test_a_ruleset_without_sources_says_so() -> None:
    assert made(replace(talk(), sources={}))["purpose"].endswith(
        "which rests on:\n\n- no source that it names"
    )


def test_resources_belong_where_they_are_said_to() -> None:
    said = made(talk(), canonical="https://icb.example/fhir/")
    assert said["url"] == "https://icb.example/fhir/Questionnaire/local-scheme"
    outcome = item(said, "talk.outcome")["answerOption"][0]["valueCoding"]
    assert outcome["system"] == "https://icb.example/fhir/CodeSystem/review-answers"


# --- overlays, and one review --------------------------------------------------------------------


def test_an_overlay_is_derived_from_the_questionnaire_of_its_base() -> None:
    later = LIBRARY.find("best-practice-ccr@2026")
    assert made(later, base=BEST)["derivedFrom"] == [
        "https://ccr-rules.example/fhir/Questionnaire/best-practice-ccr|2025.1.0"
    ]
    assert "derivedFrom" not in made(BEST)


def test_it_is_derived_from_nothing_where_the_base_has_none() -> None:
    assert "derivedFrom" not in made(talk(), base=LIBRARY.find("qof-cancer@2023"))


def test_one_review_makes_a_questionnaire_of_its_own_with_the_same_linkids() -> None:
    one = made(BEST, review="cancer-care-review")
    assert one["url"] == "https://ccr-rules.example/fhir/Questionnaire/best-practice-ccr.cancer-care-review"
    assert one["name"] == "CcrBestPracticeCcrCancerCareReview"
    assert one["title"] == "Cancer care reviews, best practice from 2025/26: Cancer care review"
    assert one["derivedFrom"] == ["https://ccr-rules.example/fhir/Questionnaire/best-practice-ccr|2025.1.0"]
    assert one["item"] == [tab for tab in made(BEST)["item"] if tab["linkId"] == "cancer-care-review"]
    assert fault_of(one, "Questionnaire", "R4") == ""
    assert faults(one) == []


def test_a_review_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(
        UsageError, match=r"of a review review; name support-conversation or cancer-care-review$"
    ):
        made(BEST, review="review")
