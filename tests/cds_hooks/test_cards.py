"""The one card: what it says, what it suggests, and what it never does."""

from datetime import date
from uuid import UUID

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ccr_rules import Response
from ccr_rules.cds_hooks.invariants import json_faults, response_faults
from ccr_rules.cds_hooks.markdown import bullets, escaped, section
from ccr_rules.cds_hooks.schemas import RESPONSE
from tests.cds_hooks.samples import (
    ROOT,
    Json,
    answered,
    card_of,
    extension_of,
    patient,
    prefetch_of,
    searchset,
    sent,
    story_answered,
)
from tests.record.samples import condition, encounter

WHOLE = sorted(
    path.parent.name
    for path in (ROOT / "fhir_examples").glob("*/record.json")
    if '"type": "collection"' in path.read_text() and path.parent.name != "broken-resources"
)
"""The example patients whose records a host could send kind by kind, as R4."""


def resources(card: Json) -> list[Json]:
    return [action["resource"] for each in card.get("suggestions", ()) for action in each["actions"]]


def labels(card: Json) -> list[str]:
    return [each["label"] for each in card["suggestions"]]


def test_the_summary_is_what_is_most_urgent() -> None:
    card = card_of(story_answered("support-overdue"))
    assert card["summary"].startswith("Cancer support conversation suggested by 30-Oct-2026")
    assert card["indicator"] == "info"


def test_the_source_names_the_ruleset_with_its_version_and_that_it_is_a_draft() -> None:
    source = card_of(story_answered("last-28-days"))["source"]
    assert "best-practice-ccr@2026.1.0, draft" in source["label"]
    assert source["topic"]["code"] == "720006006"


def test_a_code_that_would_settle_the_review_is_offered_as_a_resource_that_records_it() -> None:
    card = card_of(story_answered("last-28-days", context_encounter="e9"))
    review = card["suggestions"][0]
    assert (review["label"], review["isRecommended"]) == ("Record: Cancer care review", True)
    (action,) = review["actions"]
    assert (action["type"], action["description"]) == (
        "create",
        "Record Cancer care review (720006006), dated 20-Nov-2026",
    )
    assert action["resource"]["resourceType"] == "Procedure"
    assert action["resource"]["performedDateTime"] == "2026-11-20"


def test_an_offer_knows_its_prompt_and_its_code() -> None:
    made = story_answered("last-28-days").made
    assert made is not None
    review, letter, *_, task = made.offers
    assert (review.prompt.id, review.codelist, review.code) == (
        "cancer-care-review-due",
        "cancer-care-review",
        "720006006",
    )
    assert (letter.prompt.id, letter.codelist) == ("invite-to-cancer-care-review", "cancer-invitation")
    assert (task.prompt.review, task.code) == ("cancer-care-review", "")


def test_of_several_letters_none_is_recommended() -> None:
    card = card_of(story_answered("last-28-days"))
    letters = [each for each in card["suggestions"] if "Cancer monitoring" in each["label"]]
    assert len(letters) > 1
    assert not any(each["isRecommended"] for each in letters)
    assert {each["actions"][0]["resource"]["resourceType"] for each in letters} == {"Communication"}


def test_a_task_proposes_the_review_by_its_last_day() -> None:
    (task,) = [
        each for each in resources(card_of(story_answered("last-28-days"))) if each["resourceType"] == "Task"
    ]
    assert task["intent"] == "proposal"
    assert task["restriction"] == {"period": {"end": "2026-12-11"}}


def test_a_task_for_what_is_overdue_has_no_last_day() -> None:
    (task,) = [
        each
        for each in resources(card_of(story_answered("support-overdue")))
        if each["resourceType"] == "Task"
    ]
    assert "restriction" not in task


def test_where_no_code_is_verified_none_is_offered_and_the_term_is_named() -> None:
    card = card_of(story_answered("support-overdue"))
    assert labels(card) == ["Add a task: Cancer support conversation"]
    assert "its code is not verified, so none is offered" in card["detail"]


def test_resources_name_the_encounter_where_the_call_does() -> None:
    made = answered(
        prefetch_of(patient(), condition(onsetDateTime="2025-12-11")), context={"encounterId": "e9"}
    )
    assert {each["encounter"]["reference"] for each in resources(card_of(made))} == {"Encounter/e9"}


def test_the_reasons_to_set_it_aside_say_how_long_each_holds() -> None:
    reasons = {
        each["code"]: each["display"] for each in card_of(story_answered("last-28-days"))["overrideReasons"]
    }
    assert reasons["not-now"] == "Not in this consultation (quiet for 14 days)"
    assert len(reasons) == 4


def test_the_link_to_the_panel_holds_no_id_of_the_patient() -> None:
    made = story_answered("last-28-days")
    (link,) = card_of(made)["links"]
    assert link["type"] == "absolute"
    assert link["url"].startswith("https://ccr.example/panel/")
    assert made.evaluation.record.reference.removeprefix("Patient/") not in link["url"]


def test_ids_are_uuids_and_no_two_are_the_same() -> None:
    card = card_of(story_answered("last-28-days"))
    ids = [card["uuid"], *(each["uuid"] for each in card["suggestions"])]
    assert len({UUID(each) for each in ids}) == len(ids)


def test_a_declined_prompt_is_not_on_the_card() -> None:
    held = Response(kind="declined", review="support-conversation", until=date(2026, 11, 20))
    assert sent(story_answered("support-overdue", said=[held]))["cards"] == []


def test_a_new_diagnosis_opens_its_windows_at_once() -> None:
    new = condition("new", code=condition()["code"], onsetDateTime=...)
    new.pop("onsetDateTime", None)
    made = answered(
        prefetch_of(patient()), "problem-list-item-create", context={"conditions": searchset(new)}
    )
    (review,) = [each for each in made.evaluation.reviews if each.id == "support-conversation"]
    assert review.status == "open"
    assert card_of(made)["summary"]


def test_what_is_on_file_already_comes_before_the_context() -> None:
    on_file = condition("c1", onsetDateTime="2026-07-01")
    context = condition("c1", onsetDateTime="2026-07-02")
    made = answered(
        prefetch_of(patient(), on_file),
        "problem-list-item-create",
        context={"conditions": searchset(context)},
    )
    assert made.evaluation.record.quarantined == ()
    assert len([each for each in made.evaluation.record.entries if each.kind == "Condition"]) == 1


def test_a_new_diagnosis_counts_though_older_conditions_could_not_be_had() -> None:
    new = condition("new", onsetDateTime="2026-11-19")
    made = answered({}, "problem-list-item-create", context={"conditions": searchset(new)})
    assert card_of(made)["summary"]
    assert extension_of(made)["completeness"] == "partial"


@pytest.mark.parametrize(
    "conditions", [searchset(), {"resourceType": "Bundle", "entry": [7, {"resource": 7}]}]
)
def test_a_context_without_conditions_adds_none(conditions: Json) -> None:
    made = answered(prefetch_of(patient()), "problem-list-item-create", context={"conditions": conditions})
    assert sent(made)["cards"] == []


def test_an_appointment_is_no_entry() -> None:
    booked = {"resourceType": "Appointment", "id": "a1", "status": "proposed"}
    made = answered(
        prefetch_of(patient(), condition()), "appointment-book", context={"appointments": searchset(booked)}
    )
    assert [each.kind for each in made.evaluation.record.entries] == ["Condition"]


def test_the_encounter_of_the_call_is_the_consultation() -> None:
    def modes(**context: str) -> set[str]:
        prefetch = prefetch_of(
            patient(),
            condition(onsetDateTime="2026-07-01"),
            encounter("e1", type=[], **{"class": {"code": "AMB"}}, period={"start": "2026-11-20"}),
            encounter("e2", type=[], **{"class": {"code": "VR"}}, period={"start": "2026-11-20"}),
        )
        found = answered(prefetch, context=context).evaluation.consultation
        return {found.reference} if found else set()

    assert modes(encounterId="e1") == {"Encounter/e1"}
    assert modes(encounterId="unknown") == modes() == {"Encounter/e2"}


@pytest.mark.parametrize("name", WHOLE)
def test_every_answer_is_valid_and_keeps_the_published_invariants(name: str) -> None:
    made = story_answered(name)
    told = sent(made)
    jsonschema.Draft202012Validator(RESPONSE).validate(told)
    assert list(json_faults(told)) == []
    assert list(response_faults(told)) == []
    assert "systemActions" not in told


@pytest.mark.parametrize("name", WHOLE)
def test_every_suggested_resource_is_valid_r4(name: str) -> None:
    from fhir.resources.R4B import get_fhir_model_class

    for card in sent(story_answered(name))["cards"]:
        for each in resources(card):
            get_fhir_model_class(each["resourceType"]).model_validate(each)


def test_recording_what_is_suggested_ends_the_prompt() -> None:
    """Whatever is suggested must be seen by the rules once it is on file."""
    due = condition(onsetDateTime="2025-12-11")
    offered = resources(card_of(answered(prefetch_of(patient(), due))))
    record = [each | {"id": f"new{number}"} for number, each in enumerate(offered)]
    again = answered(
        prefetch_of(patient(), due, *[each for each in record if each["resourceType"] != "Task"])
    )
    (review,) = [each for each in again.evaluation.reviews if each.id == "cancer-care-review"]
    assert review.status == "done"
    assert not any(prompt.review == "cancer-care-review" for prompt in again.evaluation.prompts)


# --- Markdown ----------------------------------------------------------------------------------

MARKS = st.sampled_from(list("ab12 .-_*#[]()<>!`~|&:@/\\\n\t=+$^\"'"))
HOSTILE = st.text(MARKS | st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "[x](javascript:1)",
        "![x](http://e.example/p.png)",
        "1. x",
        "# x",
        "> x",
        "http://e.example",
        "www.e.example",
        "a@b.example",
        "&lt;b&gt;",
        "```",
        "---",
        "***",
        "| a | b |",
        "- x",
    ]
)
TAGS = ("<a", "<img", "<script", "<h1", "<code", "<pre", "<table", "<blockquote", "<ol", "<em")


@given(HOSTILE)
def test_a_text_stands_in_markdown_as_it_is(text: str) -> None:
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(bullets([text]))
    seen = html.replace("\u2060", "")
    plain = " ".join(text.split())
    assert not any(tag in seen for tag in TAGS)
    if plain.isascii() and plain.isprintable() and plain:
        escaped_html = (
            plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
        )
        assert " ".join(seen.split()) == f"<ul> <li>{escaped_html}</li> </ul>"


def test_no_text_makes_a_second_line() -> None:
    assert escaped("a\n\n# b\u2028c\x00d") == "a \\# b c d"


def test_a_section_without_lines_is_none() -> None:
    assert section("Why", []) == section("Why", [""]) == ""
    assert section("Why", ["x"]) == "**Why**\n\n- x"


def test_what_the_record_says_is_escaped_in_the_detail() -> None:
    named = condition(
        onsetDateTime="2026-07-01", code={**condition()["code"], "text": "<b>[x](http://e.example)</b>"}
    )
    named["code"]["coding"][0]["display"] = "<b>[x](http://e.example)</b>"
    detail = card_of(answered(prefetch_of(patient(), named)))["detail"]
    assert "<b>" not in MarkdownIt("commonmark", {"html": True}).render(detail)
    assert "<a" not in MarkdownIt("commonmark", {"html": True}).render(detail)
