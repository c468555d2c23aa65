"""Who may be invited, and to what. Every doubt refuses; and a refusal says that nothing was sent, and why."""

from datetime import date
from typing import Any

import pytest
from messages_support import (
    AS_OF,
    ENGINE,
    FIRST,
    SETTINGS,
    SUPPORTED,
    changed,
    condition,
    delivered,
    evaluated,
    invited,
    observation,
    record,
)

from ccr_rules import Evaluation, Response, UsageError
from ccr_rules.evaluation.second_opinion import SecondOpinion
from ccr_rules.record.profiles import HostProfile

LETTER = "invitation-letter-1"
REVIEW = ("720006006", "Cancer care review")
PALLIATIVE = observation("palliative", ("103735009", "Palliative care"), "2026-04-10")


def status_of(evaluation: Evaluation) -> str:
    return next(each.status for each in evaluation.reviews if each.id == "cancer-care-review")


def refusal(evaluation: Evaluation, form: str = LETTER, **options: Any) -> str:
    with pytest.raises(UsageError, match=r"^nothing was made or sent: ") as caught:
        delivered(form, evaluation, **options)
    return caught.value.message.removeprefix("nothing was made or sent: ")


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        ("2025-12-11", "open"),
        ("2026-11-12", "open"),
        ("2026-11-13", "due soon"),
        ("2026-12-11", "due soon"),
        ("2026-12-12", "overdue"),
        ("2027-12-11", "overdue"),
    ],
)
def test_whoever_has_an_outstanding_review_may_be_invited(as_of: str, status: str) -> None:
    evaluation = evaluated(as_of=as_of)
    assert status_of(evaluation) == status
    assert delivered(LETTER, evaluation, review="cancer-care-review").next_on is not None


@pytest.mark.parametrize(
    ("evaluation", "status", "why"),
    [
        (evaluated(as_of="2027-12-12"), "lapsed", "its time has passed, and nobody is chased after that"),
        (evaluated(observation("r", REVIEW, "2026-11-20")), "done", "it is done"),
        (evaluated(observation("r", REVIEW, "2026-12-20"), as_of="2027-01-05"), "done late", "it is done"),
        (evaluated(as_of="2025-12-10"), "not applicable", "it does not apply to this person"),
        (
            evaluated(observation("r", REVIEW, "2025")),
            "cannot tell",
            "the record does not settle where it stands; the evaluation's `unsettled` says what would",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_whoever_has_none_is_not(evaluation: Evaluation, status: str, why: str) -> None:
    assert status_of(evaluation) == status
    told = refusal(evaluation, review="cancer-care-review")
    assert told == f"cancer-care-review of {evaluation.results[0].ruleset.reference}: {why}"
    assert why in refusal(evaluation)


def test_whoever_said_no_is_not() -> None:
    declined = {
        "resourceType": "Procedure",
        "id": "declined",
        "status": "not-done",
        "statusReason": {"text": "declined by patient"},
        "subject": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": REVIEW[0], "display": REVIEW[1]}]},
        "performedDateTime": "2026-10-20",
    }
    evaluation = evaluated(declined)
    assert status_of(evaluation) == "declined"
    assert refusal(evaluation) == (
        "no review is outstanding (support-conversation: it is done; cancer-care-review: it was declined)"
    )


def test_a_status_that_is_unsettled_but_outstanding_either_way_is_outstanding() -> None:
    evaluation = evaluated(diagnosis=condition("2025-12"), as_of="2026-11-05")
    assert status_of(evaluation) == "cannot tell"
    assert delivered(LETTER, evaluation).documents


@pytest.mark.parametrize("form", [LETTER, "invitation-sms-1", "pre-review-questionnaire", "leaflet-cover"])
def test_palliative_care_pauses_every_message(form: str) -> None:
    assert refusal(evaluated(PALLIATIVE), form) == (
        "invitations are paused, since best-practice-ccr@2026.1.0 pauses support-conversation (palliative "
        "care, for instance); the review can still be held and recorded"
    )


def test_where_nobody_can_tell_whether_invitations_are_paused_nobody_is_invited() -> None:
    # This host keeps reviews, but not what would say "palliative care", in the kinds that it sends.
    host = HostProfile(
        name="narrow",
        supplies=("Condition", "Encounter", "Patient"),
        keeps={"*diagnosis": ("Condition",), "cancer-care-review": ("Encounter",)},
    )
    evaluation = ENGINE.evaluate(record(), AS_OF, profile=host)
    assert status_of(evaluation) == "due soon"
    assert refusal(evaluation, review="cancer-care-review", invited="none") == (
        "cancer-care-review of best-practice-ccr@2026.1.0: it cannot be told whether invitations are paused"
    )


def test_two_outstanding_reviews_are_told_apart_by_whoever_asks() -> None:
    both = ENGINE.evaluate(record(), "2026-01-20")
    assert refusal(both) == (
        "more than one review is outstanding; say which with the option review: "
        "cancer-care-review, support-conversation"
    )
    text = delivered(LETTER, both, review="support-conversation").documents[1].content.decode()
    assert "We would like to offer you a support conversation" in text


def test_the_settings_can_name_the_review() -> None:
    both = ENGINE.evaluate(record(), "2026-01-20")
    settings = changed(SETTINGS, review="cancer-care-review")
    assert b"cancer care review" in delivered(LETTER, both, settings=settings).documents[1].content


def test_a_review_that_is_not_there_is_named_with_those_that_are() -> None:
    assert refusal(evaluated(), review="annual") == (
        "there is no such review in the rulesets in force; there are: "
        "cancer-care-review, support-conversation"
    )
    assert refusal(evaluated(), ruleset="nice-cancer") == (
        "no review is outstanding (no ruleset in force has one)"
    )


@pytest.mark.parametrize("ruleset", ["best-practice-ccr", "best-practice-ccr@2026.1.0"])
def test_a_ruleset_can_be_named(ruleset: str) -> None:
    assert delivered(LETTER, ruleset=ruleset, review="cancer-care-review").documents


def test_a_ruleset_that_is_not_in_force_invites_nobody() -> None:
    old = ENGINE.evaluate(record(SUPPORTED), AS_OF, rulesets=["qof-cancer@2024"])
    assert "no ruleset in force has one" in refusal(old)


@pytest.mark.parametrize(
    "answer",
    [
        Response("declined", prompt="cancer-care-review-due", until=date(2026, 11, 21)),
        Response("declined", prompt="invite-to-cancer-care-review"),
        Response("declined", review="cancer-care-review", ruleset="best-practice-ccr"),
    ],
)
def test_what_a_clinician_put_off_is_put_off(answer: Response) -> None:
    told = refusal(evaluated(responses=[answer]))
    assert told.endswith("a clinician put it off, and that still holds")


@pytest.mark.parametrize(
    "answer",
    [
        Response("declined", prompt="cancer-care-review-due", until=date(2026, 11, 20)),
        Response("declined", prompt="support-conversation-due"),
        Response("snoozed", prompt="cancer-care-review-due"),
        Response("declined", review="cancer-care-review", ruleset="local"),
    ],
)
def test_an_answer_to_something_else_or_that_has_ended_changes_nothing(answer: Response) -> None:
    assert delivered(LETTER, evaluated(responses=[answer])).documents


def test_two_evaluators_that_disagree_invite_nobody() -> None:
    evaluation = evaluated()
    evaluation.opinion = SecondOpinion(differences={"best-practice-ccr@2026.1.0": ("review/x",)})
    assert refusal(evaluation).startswith("two evaluators decide differently")
    evaluation.opinion = SecondOpinion()
    assert delivered(LETTER, evaluation).documents


def test_covers_and_questionnaires_are_no_invitations() -> None:
    for form in ("leaflet-cover", "checklist-cover", "pre-review-questionnaire"):
        made = delivered(form, evaluated(*invited("2026-11-20", code=FIRST)))
        assert made.record == ()
        assert made.next_on is None
        assert "No code for sending this is verified: record it in words" in made.notes
