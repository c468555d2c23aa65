"""Answers in: what a completed response changes in an evaluation, and what never does."""

from typing import Any

import pytest
from templates_support import (
    BEFORE,
    ENGINE,
    HELD,
    PATIENT,
    REVIEW,
    SNOMED,
    TALK,
    answer,
    evaluated,
    reasons,
    record,
    response,
    status,
)

from ccr_rules.record.entry import Coding, Days, Entry
from ccr_rules.record.fhir_dates import days_of

MEDICATION = f"{REVIEW}.covers.medication-review.discussed"
SOCIAL = f"{REVIEW}.follows.social-prescribing"
REFERRED = f"{SOCIAL}.record.social-prescribing-referral"


def entries(*responses: Any, **more: Any) -> list[Entry]:
    """Return the entries that responses add."""
    made = evaluated(*responses, **more)
    assert reasons(made) == []
    return [each for each in made.record.entries if each.reference.startswith("QuestionnaireResponse/")]


# --- a review that was held ----------------------------------------------------------------------


def test_a_review_is_open_without_a_response_and_done_with_one() -> None:
    assert status(evaluated()) == "open"
    done = evaluated(response(HELD))
    assert status(done) == "done"
    assert next(each.evidence for each in done.reviews if each.id == REVIEW) == [
        "Condition/dx",
        "QuestionnaireResponse/qr1",
    ]


def test_it_is_an_entry_under_the_verified_code_on_the_day_of_the_response() -> None:
    (entry,) = entries(response(HELD))
    day = days_of("2026-11-10")
    assert entry == Entry(
        reference="QuestionnaireResponse/qr1",
        kind="Procedure",
        codings=(Coding(SNOMED, "720006006", "Cancer care review"),),
        text="Cancer care review",
        clinical=day,
        recorded=day,
        state="done",
    )


@pytest.mark.parametrize("counts", ["completed", "amended"])
def test_a_response_counts_when_it_is_finished(counts: str) -> None:
    assert status(evaluated(response(HELD, status=counts))) == "done"


@pytest.mark.parametrize("never", ["in-progress", "stopped", "entered-in-error"])
def test_a_response_that_is_not_finished_or_void_never_counts(never: str) -> None:
    made = evaluated(response(HELD, status=never))
    assert status(made) == "open"
    assert reasons(made) == []


@pytest.mark.parametrize("unfinished", ["in-progress", "stopped"])
def test_an_unfinished_response_is_told(unfinished: str) -> None:
    made = evaluated(response(HELD, status=unfinished))
    (told,) = (each for each in made.findings if each.id == "questionnaire-response-unfinished")
    assert told.evidence == ["QuestionnaireResponse/qr1"]


def test_a_declined_review_is_declined() -> None:
    assert status(evaluated(response({f"{REVIEW}.outcome": "=declined"}))) == "declined"


def test_a_conversation_is_known_by_its_official_term_where_no_code_is_verified() -> None:
    (entry,) = entries(response({f"{TALK}.outcome": "=held"}))
    assert entry.codings == ()
    assert entry.text == "Provision of information about cancer support services available in primary care"
    # Held on 10 November, it was due by 4 August.
    made = evaluated(response({f"{TALK}.outcome": "=held"}))
    assert (status(made, TALK), status(made, REVIEW)) == ("done late", "open")


def test_an_empty_response_changes_nothing() -> None:
    made = evaluated(response({}), response({}, id="qr2", item=None))
    assert (status(made), reasons(made)) == ("open", [])


def test_no_response_leaves_the_record_as_it_was() -> None:
    before = ENGINE.evaluate(record(), "2026-11-21").record
    assert evaluated().record == before
    assert ENGINE.evaluate(record(), "2026-11-21", host={"other": 1}).record == before


# --- its day -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "first", "last"),
    [("@2026-11-09", "2026-11-09", "2026-11-09"), ("@2026-11", "2026-11-01", "2026-11-30")],
)
def test_the_day_of_the_conversation_goes_before_that_of_the_form(held: str, first: str, last: str) -> None:
    (entry,) = entries(response(HELD | {f"{REVIEW}.date": held}))
    assert entry.clinical is not None
    assert (entry.clinical.first.isoformat(), entry.clinical.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("authored", "day"),
    [
        ("2026-07-01T23:30:00+00:00", "2026-07-02"),  # summer time: half past midnight in London
        ("2026-11-10T23:30:00+00:00", "2026-11-10"),
        ("2026-11-10T23:30:00-02:00", "2026-11-11"),
        ("2026-11-11T00:30:00+01:00", "2026-11-10"),
        ("2026-11-10", "2026-11-10"),
    ],
)
def test_a_response_is_of_the_day_that_it_was_in_london(authored: str, day: str) -> None:
    (entry,) = entries(response(HELD, authored=authored))
    assert entry.clinical == days_of(day)


@pytest.mark.parametrize(("authored", "length"), [("2026-11", 30), ("2026", 365)])
def test_a_partial_day_stays_partial(authored: str, length: int) -> None:
    (entry,) = entries(response(HELD, authored=authored))
    assert isinstance(entry.clinical, Days)
    assert (entry.clinical.last - entry.clinical.first).days == length - 1


def test_a_review_at_some_time_of_a_year_with_its_due_day_cannot_be_told_in_time() -> None:
    made = evaluated(response(HELD, authored="2027"), as_of="2028-01-31")
    told = next(each for each in made.reviews if each.id == REVIEW)
    assert (told.status, told.possible) == ("cannot tell", ["done", "done late"])


def test_a_response_without_a_day_may_be_of_any() -> None:
    assert status(evaluated(response(HELD, authored=None))) == "cannot tell"


@pytest.mark.parametrize(
    ("held", "expected"), [("@2027-05-03", "done"), ("@2027-05-04", "done"), ("@2027-05-05", "done late")]
)
def test_in_time_is_up_to_the_due_day_itself(held: str, expected: str) -> None:
    answers = HELD | {f"{REVIEW}.date": held}
    assert status(evaluated(response(answers, authored="2027-06-01"), as_of="2027-06-02")) == expected


def test_a_response_of_tomorrow_is_not_there_today() -> None:
    tomorrow = response(HELD, authored="2026-11-22")
    assert status(evaluated(tomorrow)) == "open"
    assert status(evaluated(tomorrow, as_of="2026-11-22")) == "done"


def test_a_day_after_the_form_was_written_is_refused() -> None:
    made = evaluated(response(HELD | {f"{REVIEW}.date": "@2026-11-11"}))
    assert reasons(made) == [f"{REVIEW}.date: it is after the day on which the response was written"]
    assert status(made) == "cannot tell"


# --- what else is recorded -----------------------------------------------------------------------


def test_what_is_to_be_recorded_is_recorded_once_under_its_preferred_code() -> None:
    answers = HELD | {MEDICATION: True, f"{MEDICATION}.record.medication-review": True}
    found = entries(response(answers | {f"{REVIEW}.date": "@2026-11-09"}))
    assert [(each.codings[0].code, each.state) for each in found] == [
        ("720006006", "done"),
        ("314530002", "done"),
    ]
    assert {each.clinical for each in found} == {days_of("2026-11-09")}


def test_what_follows_happened_on_the_day_of_the_form() -> None:
    answers = {f"{REVIEW}.date": "@2026-11-09", SOCIAL: "=done", REFERRED: True}
    _, referral = entries(response(HELD | answers))
    assert referral.clinical == days_of("2026-11-10")


def test_what_was_only_talked_of_is_not_recorded() -> None:
    assert entries(response({MEDICATION: True, SOCIAL: "=done"})) == []
    asked_and_denied = {MEDICATION: True, f"{MEDICATION}.record.medication-review": False}
    assert entries(response(asked_and_denied)) == []


def test_what_was_offered_is_not_recorded_and_what_was_declined_is_declined() -> None:
    assert entries(response({SOCIAL: "=offered"})) == []
    (declined,) = entries(response({SOCIAL: "=declined"}))
    assert (declined.codings[0].code, declined.state) == ("871731000000106", "declined")


def test_what_the_person_filled_in_beforehand_records_nothing() -> None:
    concern = f"{REVIEW}.concerns.physical"
    answers = {f"{concern}.raised": True, concern: 10, f"{concern}.words": "It hurts"}
    assert entries(response(answers, BEFORE[REVIEW], author={"reference": PATIENT})) == []


def test_an_answer_in_the_tab_about_the_record_records_nothing() -> None:
    held = f"templates.record.review.{REVIEW}.held"
    assert entries(response({held: "@2026-11-01", "templates.record.diagnosis": "anything"})) == []


def test_two_responses_are_two_entries_and_one_handed_over_twice_is_one() -> None:
    later = response(HELD, id="qr2", authored="2026-11-12")
    assert len(entries(response(HELD), later, response(HELD))) == 2


@pytest.mark.parametrize(
    "reference",
    ["Patient/p1", "https://ehr.example/fhir/Patient/p1", "Patient/p1/_history/3", "urn:uuid:p1"],
)
def test_a_patient_can_be_named_in_all_ways_of_fhir(reference: str) -> None:
    assert status(evaluated(response(HELD, subject={"reference": reference}))) == "done"


# --- answers that are refused --------------------------------------------------------------------


@pytest.mark.parametrize("score", [0, 1, 9, 10])
def test_a_score_from_0_to_10_is_taken(score: int) -> None:
    concern = f"{REVIEW}.concerns.physical"
    assert reasons(evaluated(response({f"{concern}.raised": True, concern: score}))) == []


@pytest.mark.parametrize("score", [-1, 11, 3.5, 3.0, {"valueInteger": True}, {"valueInteger": "3"}])
def test_no_other_score_is(score: Any) -> None:
    concern = f"{REVIEW}.concerns.physical"
    made = evaluated(response(HELD | {f"{concern}.raised": True, concern: score}))
    assert reasons(made) == [f"{concern}: expected a whole number from 0 to 10"]
    assert status(made) == "done", "a score is about no review"


@pytest.mark.parametrize("raised", [{f"{REVIEW}.concerns.physical.raised": False}, {}])
def test_a_score_of_what_concerns_nobody_is_refused(raised: dict[str, bool]) -> None:
    concern = f"{REVIEW}.concerns.physical"
    (reason,) = reasons(evaluated(response(raised | {concern: 4})))
    assert reason == f"{concern}: it is asked only after another answer to {concern}.raised"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"valueBoolean": True}, "expected valueCoding"),
        ({"valueString": "held"}, "expected valueCoding"),
        ({"valueCoding": "held"}, "expected one of the form's answers"),
        ({"valueCoding": {"code": "held"}}, "expected one of the form's answers"),
        (answer("=done"), "expected one of the form's answers"),
        ({}, "expected valueCoding"),
        ({**answer("=held"), "valueBoolean": True}, "expected valueCoding"),
        ({**answer("=held"), "item": [{"linkId": "x"}]}, "the form has no questions under it"),
        (
            {**answer("=held"), "modifierExtension": [{"url": "http://x.example"}]},
            "modifierExtension: it may change the meaning, and it is not known here",
        ),
    ],
)
def test_an_outcome_of_another_type_is_refused_and_the_review_cannot_be_told(
    wrong: dict[str, Any], reason: str
) -> None:
    made = evaluated(response({f"{REVIEW}.outcome": wrong}))
    assert reasons(made) == [f"{REVIEW}.outcome: {reason}"]
    assert status(made) == "cannot tell"


@pytest.mark.parametrize(
    "wrong", ["@2026-13", "@2026-02-30", "@10/11/2026", "@1849", "@2026-11-10T10:30:00Z"]
)
def test_a_date_that_is_none_is_refused(wrong: str) -> None:
    made = evaluated(response(HELD | {f"{REVIEW}.date": wrong}))
    (reason,) = reasons(made)
    assert reason.startswith(f"{REVIEW}.date: expected a date: YYYY, YYYY-MM or YYYY-MM-DD")
    assert status(made) == "cannot tell"
    assert wrong[1:] not in reason


@pytest.mark.parametrize("wrong", [" ", {"valueString": 3}])
def test_a_text_that_is_none_is_refused(wrong: Any) -> None:
    notes = f"{REVIEW}.covers.work.notes"
    assert reasons(evaluated(response({notes: wrong}))) == [f"{notes}: expected a text"]


def test_yes_and_no_are_no_texts() -> None:
    made = evaluated(response({MEDICATION: {"valueBoolean": "true"}}))
    assert reasons(made) == [f"{MEDICATION}: expected true or false"]


def test_a_day_of_a_review_that_was_declined_is_refused() -> None:
    made = evaluated(response({f"{REVIEW}.outcome": "=declined", f"{REVIEW}.date": "@2026-11-09"}))
    assert reasons(made) == [f"{REVIEW}.date: it is asked only after another answer to {REVIEW}.outcome"]


def edited(items: Any) -> dict[str, Any]:
    return response({}, item=items)


OUTCOME = {"linkId": f"{REVIEW}.outcome", "answer": [answer("=held")]}


def around(*inside: Any, **more: Any) -> list[dict[str, Any]]:
    """Return items in the group of the conversation, where the form has them."""
    during = {"linkId": f"{REVIEW}.during", "item": list(inside), **more}
    return [{"linkId": "templates.tabs", "item": [{"linkId": REVIEW, "item": [during]}]}]


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ("none", "it is no list of items, or nested too deeply"),
        (["none"], "it is no item with a linkId"),
        ([{"linkId": 3}], "it is no item with a linkId"),
        ([{"linkId": "of-another-form"}], "the form has no such linkId"),
        ([OUTCOME], f"{REVIEW}.outcome: in the form, this linkId stands elsewhere"),
        (around(OUTCOME, OUTCOME), f"{REVIEW}.outcome: it is answered twice"),
        (
            around({**OUTCOME, "answer": [answer("=held"), answer("=declined")]}),
            f"{REVIEW}.outcome: expected one answer",
        ),
        (around({**OUTCOME, "answer": answer("=held")}), f"{REVIEW}.outcome: expected one answer"),
        (around({**OUTCOME, "answer": ["held"]}), f"{REVIEW}.outcome: expected one answer"),
        (around(answer=[answer(True)]), f"{REVIEW}.during: it takes no answer"),
        (
            around(OUTCOME, modifierExtension=[{"url": "http://x.example"}]),
            f"{REVIEW}.during: modifierExtension: it may change the meaning, and it is not known here",
        ),
    ],
)
def test_an_item_that_does_not_fit_is_quarantined_and_what_it_might_change_cannot_be_told(
    items: Any, reason: str
) -> None:
    made = evaluated(edited(items))
    assert reasons(made) == [reason]
    assert status(made) == "cannot tell"


def test_one_item_that_does_not_fit_leaves_the_others() -> None:
    made = evaluated(edited(around(OUTCOME, {"linkId": f"{REVIEW}.covers.new"})))
    (quarantined,) = made.record.quarantined
    assert quarantined.place == "questionnaireResponses[0].item[0].item[0].item[0].item[1]"
    assert (quarantined.reference, quarantined.kind) == ("QuestionnaireResponse/qr1", "QuestionnaireResponse")
    assert status(made) == "done"
    assert made.completeness == "partial"


def test_an_empty_list_of_answers_is_none() -> None:
    assert reasons(evaluated(edited(around({**OUTCOME, "answer": []})))) == []


def test_items_in_items_without_end_are_refused() -> None:
    concerns: list[dict[str, Any]] = []
    for _ in range(40):
        concerns = [{"linkId": "templates.tabs", "item": concerns}]
    (first, *_) = reasons(evaluated(edited(concerns)))
    assert first == "templates.tabs: in the form, this linkId stands elsewhere"
