"""Which responses count: whose, to which form, of which version. What does not fit is said and never lost."""

import json
from datetime import date
from typing import Any

import pytest
from ccr_templates.plugin import Templates
from ccr_templates.recording import KIND, outcomes_of, recorded_by
from templates_support import (
    BEFORE,
    BEST,
    ENGINE,
    HELD,
    PATIENT,
    REVIEW,
    TEMPLATE,
    evaluated,
    plugins,
    procedure,
    reasons,
    record,
    response,
    status,
)

from ccr_rules import Engine, Plugins, UsageError
from ccr_rules.exports.form import with_content
from ccr_rules.hosting import Context, hookimpl
from ccr_rules.record.patient import PatientRecord
from ccr_rules.record.profiles import HostProfile

URL = TEMPLATE["url"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"questionnaire": None}, "it does not say which questionnaire it answers"),
        ({"questionnaire": 3}, "it does not say which questionnaire it answers"),
        *(
            (
                {"questionnaire": named},
                "it answers a form, or a version of one (URL|VERSION), that is not made here",
            )
            for named in (
                URL,
                f"{URL}|2026.1.0",
                f"{URL}|2026.1.0-templates.2",
                f"{URL}|2024.1.0-templates.1",
                f"{URL}|-templates.1",
                f"{URL}.more|2026.1.0-templates.1",
                "https://ccr-rules.example/fhir/Questionnaire/best-practice-ccr|2026.1.0",
                "https://ccr-rules.example/fhir/Questionnaire/nothing.templates.review|1-templates.1",
                "https://ccr-rules.example/fhir/Questionnaire/qof-cancer.templates.review|2024.1.0-templates.1",
                f"{URL.replace('review', 'pre-review.none')}|2026.1.0-templates.1",
            )
        ),
        ({"subject": None}, "it does not say by reference which patient it is about"),
        ({"subject": "Patient/p1"}, "it does not say by reference which patient it is about"),
        (
            {
                "subject": {
                    "identifier": {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000034"}
                }
            },
            "it does not say by reference which patient it is about",
        ),
        ({"subject": {"reference": "Group/p1"}}, "it does not say by reference which patient it is about"),
        (
            {"subject": {"reference": "Patient/p2"}},
            "it is about another patient, as far as its reference tells",
        ),
        ({"status": None}, "its status is missing, or none that FHIR R4 has"),
        ({"status": "final"}, "its status is missing, or none that FHIR R4 has"),
        ({"authored": "yesterday"}, "authored: it is no dateTime"),
        ({"authored": 2026}, "authored: it is no dateTime"),
        ({"resourceType": "Questionnaire"}, "it is no QuestionnaireResponse, as decoded JSON"),
        (
            {"modifierExtension": [{"url": "http://x.example"}]},
            "modifierExtension: it may change the meaning, and it is not known here",
        ),
        (
            {"implicitRules": "http://x.example"},
            "implicitRules: it may change the meaning, and it is not known here",
        ),
        *(
            (
                {"author": None, **who},
                "the review template is for staff, and the patient or a related person wrote this",
            )
            for who in (
                {"author": {"reference": "Patient/p1"}},
                {"author": {"reference": "https://ehr.example/RelatedPerson/r1"}},
                {"author": {"type": "Patient", "display": "the person"}},
                {"author": {"reference": "urn:uuid:1", "type": "RelatedPerson"}},
                {"source": {"reference": "Patient/p1"}},
            )
        ),
    ],
)
def test_a_response_that_does_not_fit_is_quarantined_and_the_review_cannot_be_told(
    changes: dict[str, Any], reason: str
) -> None:
    made = evaluated(response(HELD, **changes))
    assert reasons(made) == [reason]
    assert status(made) == "cannot tell"
    (quarantined,) = made.record.quarantined
    assert (quarantined.place, quarantined.kind) == ("questionnaireResponses[0]", "QuestionnaireResponse")
    assert made.record.incomplete["Procedure"].endswith("could not be read whole, and may say more")


@pytest.mark.parametrize("given", ["not a list", {"resourceType": "Bundle"}, 3])
def test_what_is_no_list_is_refused_whole(given: Any) -> None:
    made = ENGINE.evaluate(record(), "2026-11-21", host={"questionnaireResponses": given})
    assert reasons(made) == ["expected a list of QuestionnaireResponses, as decoded JSON"]
    assert status(made) == "cannot tell"


def test_what_is_no_resource_is_refused_and_the_rest_is_read() -> None:
    made = evaluated("none", None, response(HELD))
    assert reasons(made) == ["it is no QuestionnaireResponse, as decoded JSON"] * 2
    assert status(made) == "done"


def test_a_staff_member_may_be_the_author_and_the_patient_the_source() -> None:
    author = {"reference": "Practitioner/nurse"}
    assert status(evaluated(response(HELD, author=author, source={"reference": PATIENT}))) == "done"


def test_a_response_to_a_form_of_somebody_else_is_left_alone_and_told() -> None:
    made = evaluated(response(HELD, questionnaire="https://charity.example/Questionnaire/checklist|3"))
    assert (status(made), reasons(made)) == ("open", [])
    assert "questionnaire-response-of-another-form" in {each.id for each in made.findings}


def test_a_sure_entry_of_the_record_stays_sure_beside_a_response_that_cannot_be_read() -> None:
    made = evaluated(response(HELD, status="final"), of=record(procedure("r", "720006006", "2026-10-01")))
    assert status(made) == "done"
    assert made.completeness == "partial"


def test_two_different_responses_of_one_id_are_both_quarantined() -> None:
    made = evaluated(response(HELD), response(HELD, status="entered-in-error"))
    assert reasons(made) == ["two different responses have this id; hand over the current one"] * 2
    assert status(made) == "cannot tell"


@pytest.mark.parametrize("id_", [None, "not an id", 3])
def test_a_response_without_an_id_is_called_by_its_place(id_: Any) -> None:
    made = evaluated(response(HELD, id=id_))
    assert made.record.entries[-1].reference == "QuestionnaireResponse/#questionnaireResponses[0]"
    assert status(made) == "done"


def test_a_form_of_the_year_before_still_counts_in_the_next() -> None:
    older = f"{URL}|2025.1.0-templates.1"
    assert status(evaluated(response(HELD, questionnaire=older))) == "done"


def test_a_reason_holds_no_value_of_the_response() -> None:
    name = "Testpatient-Hazel"
    made = evaluated(
        response(HELD, id=name + "!", status=name, authored=name),
        response(HELD, id="qr2", questionnaire=f"{URL}|{name}"),
        response({f"{REVIEW}.outcome": {"valueString": name}}, id="qr3"),
        response({}, id="qr4", item=[{"linkId": name}]),
    )
    assert len(reasons(made)) == 4
    assert name not in repr(made.record)


# --- what is doubted -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "kind"),
    [
        ("whole-record", "Procedure"),
        ("condition-encounter", "Encounter"),
        ("gp-connect", "Encounter"),
        (HostProfile("own", ("Patient", "Condition"), {"*activity": ("Condition",)}), "Condition"),
        (HostProfile("own", ("Patient", "Condition"), {"*activity": ()}), "Procedure"),
        (HostProfile("own", ("Patient",), {"*activity": ("Encounter", "Procedure")}), "Procedure"),
    ],
)
def test_wherever_a_host_keeps_its_reviews_a_response_that_cannot_be_read_leaves_doubt(
    profile: Any, kind: str
) -> None:
    for spoiled in (response(HELD, status="final"), response({f"{REVIEW}.outcome": True})):
        made = evaluated(spoiled, profile=profile)
        assert kind in made.record.incomplete
        assert "QuestionnaireResponse/qr1 could not be read whole" in made.record.incomplete[kind]
        assert status(made) == "cannot tell"


@pytest.mark.parametrize("profile", ["whole-record", "condition-encounter", "gp-connect"])
def test_wherever_a_host_keeps_its_reviews_a_response_counts(profile: str) -> None:
    assert status(evaluated(response(HELD), profile=profile)) == "done"


def test_a_kind_that_was_not_supplied_keeps_that_reason_too() -> None:
    made = evaluated(response(HELD, status="final"), supplied=["Patient", "Condition"])
    assert made.record.incomplete["Procedure"] == (
        "the host does not state that it supplies it; "
        "QuestionnaireResponse/qr1 could not be read whole, and may say more"
    )


def test_an_unknown_item_in_what_the_person_filled_in_leaves_no_doubt_about_reviews() -> None:
    before = response({}, BEFORE[REVIEW], item=[{"linkId": "unknown"}])
    made = evaluated(before)
    assert reasons(made) == ["the form has no such linkId"]
    assert status(made) == "open"


def test_if_the_plugin_fails_everything_that_a_form_can_record_is_in_doubt() -> None:
    """`ccr_kinds`: every kind in which a list that a form records under can stand, and no other."""
    library, kinds = ENGINE.library, set[str]()
    for ruleset in filter(with_content, library.rulesets):
        for found in (recorded_by(ruleset, library.codelist), outcomes_of(ruleset, library.codelist)):
            for each in (one for several in found.values() for one in several):
                codelist = library.codelist(each.codelist)
                assert KIND in codelist.found_in
                kinds |= codelist.found_in
    assert kinds == set(Templates.ccr_kinds)


class Failing(Templates):
    @hookimpl
    def ccr_enrich_record(self, record: PatientRecord, context: Context) -> PatientRecord | None:
        raise RuntimeError("as if something of it were broken")


def test_a_plugin_that_fails_leaves_doubt_instead_of_a_review_that_is_due() -> None:
    engine = Engine.hosting(plugins(Failing()))
    made = engine.evaluate(record(), "2026-11-21", host={"questionnaireResponses": [response(HELD)]})
    assert [each.plugin for each in made.answer.plugin_faults] == ["templates"]
    assert status(made) == "cannot tell"


# --- settings ------------------------------------------------------------------------------------


def test_forms_can_belong_to_a_place_of_the_hosts_own() -> None:
    place = "https://ehr.example/fhir"
    there = plugins(canonical=place)
    engine = Engine.hosting(there)
    (form,) = there.export(BEST, engine.library, "review-template")
    assert f'"url": "{place}/Questionnaire/best-practice-ccr.templates.review"'.encode() in form.content
    text = json.dumps([response(HELD)]).replace("https://ccr-rules.example/fhir", place)
    host = {"questionnaireResponses": json.loads(text)}
    assert status(engine.evaluate(record(), "2026-11-21", host=host)) == "done"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"canonicl": "https://x.example"},
            "plugin templates: there is no setting canonicl; there is canonical",
        ),
        ({"canonical": 3}, "plugin templates: canonical is a URL such as https://ccr-rules.example/fhir"),
        ({"canonical": "here"}, "plugin templates: here is not a place for resources"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused_at_the_start(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Plugins.of({"templates": Templates()}, {"templates": settings})


def test_without_an_engine_the_forms_are_those_that_come_with_the_package() -> None:
    plugin = Templates()
    plugin.ccr_configure({}, None)  # type: ignore[arg-type]
    day = date(2026, 11, 21)
    made = plugin.ccr_enrich_record(
        PatientRecord(PATIENT), Context(day, day, {"questionnaireResponses": [response(HELD)]})
    )
    assert made is not None
    assert len(made.entries) == 1
