"""The template as one record fills it in: what is surely known, where it stands, and nothing else."""

import json
from datetime import date
from typing import Any

import pytest
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from templates_support import (
    BEFORE,
    ENGINE,
    HELD,
    PLUGINS,
    REVIEW,
    TALK,
    TEMPLATE,
    Item,
    evaluated,
    filled,
    procedure,
    record,
    response,
    walk,
)

from ccr_rules import PatientRecord, Response
from ccr_rules.errors import UsageError
from ccr_rules.record.entry import Coding, Entry
from ccr_rules.record.fhir_dates import days_of
from ccr_rules.record.patient import KINDS

DIAGNOSIS = "templates.record.diagnosis"
FROM = f"templates.record.review.{REVIEW}.from"
DUE = f"templates.record.review.{REVIEW}.due"
HELD_ON = f"templates.record.review.{REVIEW}.held"
PLAN = "templates.record.item.cancer-care-plan"
CONCERN = f"{REVIEW}.concerns.physical"
TAKEN = f"templates.taken.{REVIEW}"


def prefilled(of: Any = None, *responses: Any, **options: Any) -> dict[str, Any]:
    """Return the prefilled form of an evaluation."""
    given = options | ({"questionnaireResponses": list(responses)} if responses else {})
    document = PLUGINS.render([of or evaluated()], "review-prefill", given)
    assert document is not None
    assert (document.name, document.media_type) == ("review-prefill.json", "application/fhir+json")
    QuestionnaireResponse.model_validate_json(document.content)
    made: dict[str, Any] = json.loads(document.content)
    return made


def answers(made: dict[str, Any]) -> dict[str, Any]:
    """Return the answers by linkId, each without its element's name."""
    found: dict[str, Any] = {}
    for each in walk(made.get("item", [])):
        for one in each.get("answer", ()):
            ((_, value),) = ((key, value) for key, value in one.items() if key.startswith("value"))
            found[each["linkId"]] = value
    return found


def evidence(made: dict[str, Any], link_id: str) -> list[str]:
    """Return the references under an answer."""
    (found,) = (each for each in walk(made["item"]) if each["linkId"] == link_id)
    (answer,) = found["answer"]
    (under,) = answer["item"]
    assert under["linkId"] == f"{link_id}.evidence"
    return [each["valueReference"]["reference"] for each in under["answer"]]


# --- what the record holds -----------------------------------------------------------------------


def test_it_is_a_response_in_progress_to_the_template_about_the_patient() -> None:
    made = prefilled()
    assert made["status"] == "in-progress"
    assert made["questionnaire"] == f"{TEMPLATE['url']}|{TEMPLATE['version']}"
    assert made["subject"] == {"reference": "Patient/p1"}
    assert "authored" not in made, "there is no clock here"


def test_the_diagnosis_its_day_and_the_days_counted_from_it_are_filled_in_with_their_evidence() -> None:
    made = prefilled()
    assert answers(made)[DIAGNOSIS] == "Malignant neoplasm of breast"
    assert (answers(made)[FROM], answers(made)[DUE]) == ("2026-05-04", "2027-05-04")
    for each in (DIAGNOSIS, FROM, DUE):
        assert evidence(made, each) == ["Condition/dx"]


def test_what_is_not_known_stays_empty() -> None:
    assert answers(prefilled()).keys() == {
        DIAGNOSIS,
        *(
            f"templates.record.review.{review}.{each}"
            for review in (TALK, REVIEW)
            for each in ("from", "due")
        ),
    }


def test_a_review_that_was_held_and_what_came_are_filled_in_with_their_evidence() -> None:
    of = record(procedure("r", "720006006", "2026-10-01"), procedure("plan", "736252007", "2026-10"))
    made = prefilled(evaluated(of=of))
    assert (answers(made)[HELD_ON], answers(made)[PLAN]) == ("2026-10-01", "2026-10")
    assert evidence(made, HELD_ON) == ["Procedure/r"]
    assert evidence(made, PLAN) == ["Procedure/plan"]


def test_a_review_that_was_held_is_not_held_again_by_the_form() -> None:
    made = prefilled(evaluated(of=record(procedure("r", "720006006", "2026-10-01"))))
    assert f"{REVIEW}.outcome" not in answers(made)


@pytest.mark.parametrize(
    ("on", "text"), [("2026-10-05", "2026-10-05"), ("2026-10", "2026-10"), ("2027", "2027"), (None, None)]
)
def test_a_day_a_month_and_a_year_are_written_as_they_are_known(on: str | None, text: str | None) -> None:
    plan = procedure("plan", "736252007", on or "")
    if on is None:
        del plan["performedDateTime"]
    made = prefilled(evaluated(of=record(plan), as_of="2028-01-01"))
    assert answers(made).get(PLAN) == text


def test_days_that_make_no_month_and_no_year_are_left_out() -> None:
    # The year of the diagnosis: from the diagnosis to the end of the year.
    made = prefilled(evaluated(of=record(procedure("plan", "736252007", "2026")), as_of="2028-01-01"))
    assert PLAN not in answers(made)


def test_a_possible_diagnosis_is_none() -> None:
    of = record()
    of["entry"][1]["resource"]["verificationStatus"] = {"coding": [{"code": "provisional"}]}
    made = prefilled(evaluated(of=of))
    assert answers(made) == {}
    assert "item" not in made


def test_whatever_may_be_missing_leaves_the_days_empty() -> None:
    assert answers(prefilled(evaluated(supplied=["Patient", "Condition"]))).keys() & {HELD_ON, PLAN} == set()


def entry(reference: str, on: str, *, term: str = "") -> Entry:
    coding = Coding("http://snomed.info/sct", "254837009", term)
    return Entry(reference, "Condition", (coding,), clinical=days_of(on))


def test_diagnoses_of_one_day_are_all_named_and_a_code_without_a_term_is_none() -> None:
    on = "2026-05-04"
    entries = (
        entry("Condition/a", on, term="Malignant neoplasm of breast"),
        entry("Condition/b", on, term="Breast cancer"),
        entry("Condition/c", on),
    )
    patient = PatientRecord("Patient/p1", entries, supplied=frozenset(KINDS))
    made = prefilled(ENGINE.evaluate(patient, "2026-11-21"))
    assert answers(made)[DIAGNOSIS] == "Malignant neoplasm of breast; Breast cancer"
    assert evidence(made, DIAGNOSIS) == ["Condition/a", "Condition/b", "Condition/c"]


def test_diagnoses_without_a_term_are_not_named_and_a_patient_without_an_id_is_not_referred_to() -> None:
    patient = PatientRecord(
        "Patient/#identifier", (entry("Condition/#entry[3]", "2026-05-04"),), supplied=frozenset(KINDS)
    )
    made = prefilled(ENGINE.evaluate(patient, "2026-11-21"))
    assert DIAGNOSIS not in answers(made)
    assert "subject" not in made
    (counted,) = (each for each in walk(made["item"]) if each["linkId"] == FROM)
    assert counted["answer"] == [{"valueDate": "2026-05-04"}], "what is no reference of FHIR is left out"


def test_what_a_clinician_attested_has_no_entry_to_refer_to() -> None:
    attested = Response("attested", codelist="cancer-care-review", day=date(2026, 10, 1))
    made = prefilled(evaluated(responses=[attested]))
    (held,) = (each for each in walk(made["item"]) if each["linkId"] == HELD_ON)
    assert held["answer"] == [{"valueDate": "2026-10-01"}]


# --- what was answered beforehand ----------------------------------------------------------------


def before(values: dict[str, Any], review: str = REVIEW, **changes: Any) -> dict[str, Any]:
    """Return what the person filled in before a review."""
    return response(values, BEFORE[review], **changes)


ALL = {
    f"{CONCERN}.raised": True,
    CONCERN: 7,
    f"{CONCERN}.words": "My back",
    f"templates.most.{REVIEW}": "Work",
    f"templates.else.{REVIEW}": "Thank you",
}


def test_what_the_person_answered_beforehand_is_taken_over_with_where_it_is_from() -> None:
    made = answers(prefilled(None, before(ALL)))
    assert ALL.items() <= made.items()
    assert made[TAKEN] == {"reference": "QuestionnaireResponse/qr1"}


def test_no_and_0_are_answers_too() -> None:
    emotional = f"{REVIEW}.concerns.emotional"
    values = {f"{CONCERN}.raised": False, f"{emotional}.raised": True, emotional: 0}
    made = answers(prefilled(None, before(values)))
    assert values.items() <= made.items()


def test_answers_before_one_review_are_not_those_before_another() -> None:
    talk = {f"{TALK}.concerns.physical.raised": True, f"{TALK}.concerns.physical": 3}
    made = answers(prefilled(None, before(talk, TALK)))
    assert talk.items() <= made.items()
    assert not {CONCERN, TAKEN} & made.keys()


def test_the_latest_response_alone_counts() -> None:
    first = before(ALL, id="qr1", authored="2026-10-01")
    second = before({f"{CONCERN}.raised": True, CONCERN: 2}, id="qr2", authored="2026-11-01")
    for given in ((first, second), (second, first)):
        made = answers(prefilled(None, *given))
        assert made[CONCERN] == 2
        assert f"{CONCERN}.words" not in made, "it was not said again"
        assert made[TAKEN] == {"reference": "QuestionnaireResponse/qr2"}


def test_on_one_day_the_later_time_counts_if_both_are_written_alike() -> None:
    first = before({f"{CONCERN}.raised": True, CONCERN: 1}, id="qr1", authored="2026-11-10T09:00:00Z")
    second = before({f"{CONCERN}.raised": True, CONCERN: 2}, id="qr2", authored="2026-11-10T17:00:00Z")
    assert answers(prefilled(None, second, first))[CONCERN] == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026-11-10", "2026-11-10"),
        ("2026-11", "2026-11-10"),
        (None, "2026-11-10"),
        ("2026-11-10T09:00:00Z", "2026-11-10T17:00:00+00:00"),
    ],
)
def test_where_nobody_can_tell_which_is_later_what_both_say_counts(one: str | None, other: str) -> None:
    same = {f"{CONCERN}.raised": True, f"{CONCERN}.words": "My back"}
    given = (
        before({**same, CONCERN: 1}, authored=one),
        before({**same, CONCERN: 2}, id="qr2", authored=other),
    )
    made = prefilled(None, *given)
    assert same.items() <= answers(made).items()
    assert CONCERN not in answers(made)
    (taken,) = (each for each in walk(made["item"]) if each["linkId"] == TAKEN)
    assert len(taken["answer"]) == 2


def test_where_they_agree_in_nothing_nothing_is_taken_over() -> None:
    given = (before({f"{CONCERN}.raised": True}), before({f"{CONCERN}.raised": False}, id="qr2"))
    assert answers(prefilled(None, *given)).keys() & {f"{CONCERN}.raised", TAKEN} == set()


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "in-progress"},
        {"status": "entered-in-error"},
        {"subject": {"reference": "Patient/p2"}},
        {"authored": "2026-11-22"},
        {"questionnaire": f"{BEFORE[REVIEW]['url']}|2025.1.0-templates.1"},
    ],
)
def test_what_does_not_count_is_not_taken_over(changes: dict[str, Any]) -> None:
    assert answers(prefilled(None, before(ALL, **changes))) == answers(prefilled())


def test_a_score_that_is_none_stays_empty() -> None:
    made = answers(prefilled(None, before({**ALL, CONCERN: 11})))
    assert CONCERN not in made
    assert made[f"{CONCERN}.raised"] is True


def test_the_template_itself_counts_as_an_earlier_answer() -> None:
    made = answers(prefilled(None, response(HELD | ALL)))
    assert ALL.items() <= made.items()
    assert f"{REVIEW}.outcome" not in made


def test_a_response_that_has_no_id_is_taken_over_without_a_reference() -> None:
    made = answers(prefilled(None, before(ALL, id=None)))
    assert made[CONCERN] == 7
    assert TAKEN not in made


# --- which ruleset -------------------------------------------------------------------------------


def test_the_ruleset_in_force_is_taken_unless_another_is_named() -> None:
    both = ENGINE.evaluate(
        record(),
        "2026-11-21",
        rulesets=["best-practice-ccr@2025", "qof-cancer@2024", "best-practice-ccr@2026"],
    )
    assert prefilled(both)["questionnaire"].endswith("|2025.1.0-templates.1")
    named = prefilled(both, ruleset="best-practice-ccr@2026.1.0")
    assert named["questionnaire"].endswith("|2026.1.0-templates.1")
    by_id = prefilled(both, ruleset="best-practice-ccr")
    assert by_id["questionnaire"].endswith("|2025.1.0-templates.1")
    assert PLUGINS.render([both], "review-prefill", {"ruleset": "qof-cancer"}) is None


def test_without_a_template_there_is_nothing_to_write() -> None:
    made = ENGINE.evaluate(record(), "2026-11-21", rulesets=["qof-cancer@2024"])
    assert PLUGINS.render([made], "review-prefill") is None


@pytest.mark.parametrize(
    ("count", "options"), [(0, {}), (2, {}), (1, {"ruleset": "none"}), (1, {"questionnaires": []})]
)
def test_what_does_not_fit_is_refused(count: int, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        PLUGINS.render([evaluated()] * count, "review-prefill", options)


def test_items_stand_where_the_form_has_them() -> None:
    made = prefilled(None, before(ALL))
    own = {key: value for key, value in answers(made).items() if not isinstance(value, dict)}
    shape = filled(TEMPLATE, dict.fromkeys(answers(made), True))

    def links(items: list[Item]) -> list[Any]:
        return [[each["linkId"], links(each.get("item", []))] for each in items]

    assert own
    assert links(made["item"]) == links(shape)
