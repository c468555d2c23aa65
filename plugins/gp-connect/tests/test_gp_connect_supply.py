"""What an answer holds wholly: by its Lists, their warnings, and what the host states."""

from typing import Any

import pytest
from ccr_gp_connect.areas import AREAS, ENTRY_KINDS, HOLDS, area_of
from ccr_gp_connect.warnings import warnings_of
from gp_connect_support import (
    BREAST,
    BUNDLE,
    CONSULTATION,
    SECONDARY,
    Json,
    answer,
    area_list,
    bundle,
    coded,
    engine,
    observation,
    patient,
    problem,
    resource,
    structure_list,
    text,
)

from ccr_rules import PatientRecord
from ccr_rules.hosting import Source

READ = ("Condition", "Encounter", "Observation", "ServiceRequest")
GPC_WARNING = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-ListWarningCode-1"


def read(record: Json, settings: dict[str, Any] | None = None, **stated: Any) -> PatientRecord:
    return engine(**(settings or {})).evaluate(Source(record, **stated), "2026-11-21").record


def missing(record: PatientRecord) -> set[str]:
    """Return the kinds that GP Connect sends and this answer does not hold wholly."""
    return {kind for kind in READ if kind not in record.supplied}


# --- areas ------------------------------------------------------------------------------------------------


def test_every_area_with_its_list_is_everything_that_gp_connect_sends() -> None:
    record = read(answer())
    assert record.supplied == {"Patient", *READ}


@pytest.mark.parametrize("area", AREAS)
def test_an_area_without_its_list_is_not_supplied(area: str) -> None:
    record = read(answer(without=(area,)))
    assert missing(record) == set(AREAS[area].kinds)
    assert f"no List of {AREAS[area].title}" in record.incomplete[AREAS[area].kinds[0]]


@pytest.mark.parametrize(
    ("reason", "is_supplied"),
    [("no-content-recorded", True), ("noContent", True), ("", False), ("withheld", False)],
)
def test_an_empty_list_must_say_that_nothing_is_recorded(reason: str, is_supplied: bool) -> None:
    record = read(bundle(patient(), area_list("problems", reason=reason)))
    assert ("Condition" in record.supplied) is is_supplied
    if not is_supplied:
        assert "does not say that nothing is recorded" in record.incomplete["Condition"]


def test_a_list_that_is_not_current_is_none() -> None:
    record = read(bundle(patient(), area_list("problems") | {"status": "entered-in-error"}))
    assert "Condition" not in record.supplied


def test_the_secondary_list_of_an_area_does_not_make_it_whole() -> None:
    code = coded("consultations-uncategorised-data-contained-in-consultations", "", SECONDARY)
    item = observation("o1", coded(*BREAST), "2025-09-08")
    secondary = area_list("uncategorised-data", "Observation/o1") | {"code": code}
    assert "Observation" not in read(bundle(patient(), item, secondary)).supplied


def test_a_bundle_of_a_transfer_has_no_lists_of_areas_and_holds_nothing_wholly() -> None:
    record = read(bundle(patient(), problem("c1", coded(*BREAST), "2025-09-08")))
    assert missing(record) == set(READ)
    assert len(record.entries) == 1


# --- what the host states ---------------------------------------------------------------------------------


def test_what_the_host_asks_for_in_part_is_not_supplied() -> None:
    record = read(answer(), {"asked": {"consultations": "part", "problems": "whole"}})
    assert missing(record) == {"Encounter"}
    assert record.incomplete["Encounter"] == "the host asks GP Connect for a part of the consultations only"


def test_what_the_host_says_to_ask_for_wholly_still_needs_its_list() -> None:
    record = read(answer(without=("problems",)), {"asked": dict.fromkeys(AREAS, "whole")})
    assert missing(record) == {"Condition"}


def test_what_is_taken_for_granted_stands_in_the_answer() -> None:
    by_the_lists = read(answer(without=("outbound-referrals",))).assumed[0]
    assert by_the_lists.endswith("for: problems, consultations, uncategorised data, diary entries.")
    stated = read(answer(), {"asked": dict.fromkeys(AREAS, "whole")}).assumed
    assert stated[0].startswith("The host asks GP Connect for everything in: problems")
    assert not any("which the answer does not show" in each for each in stated)


def test_the_statement_of_the_host_about_a_record_leads() -> None:
    record = read(bundle(patient()), supplied=("Patient", "Condition"))
    assert record.supplied == {"Patient", "Condition"}


def test_another_profile_of_the_host_leads() -> None:
    record = read(bundle(patient()), profile="condition-encounter")
    assert record.supplied == {"Patient", "Condition", "Encounter"}


def test_the_profile_of_gp_connect_is_judged_by_the_lists() -> None:
    assert missing(read(answer(without=("problems",)), profile="gp-connect")) == {"Condition"}


def test_against_a_warning_no_statement_helps() -> None:
    warned = answer(warnings={"uncategorised-data": ("confidential-items",)})
    for stated in ({"supplied": ("Patient", "Condition", "Observation")}, {"profile": "whole-record"}):
        assert "Observation" not in read(warned, **stated).supplied


def test_another_version_that_the_host_names_is_kept() -> None:
    record = read(answer(), version="R4")
    assert "version-differs" in {each.id for each in record.findings}


# --- warnings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("area", AREAS)
def test_confidential_items_of_a_list(area: str) -> None:
    record = read(answer(warnings={area: ("confidential-items",)}))
    assert missing(record) == set(HOLDS[area]) & set(READ)
    assert "Patient" in record.supplied
    kind = AREAS[area].kinds[0]
    assert "confidential items were left out (confidential-items)" in record.incomplete[kind]


@pytest.mark.parametrize("code", ["data-in-transit", "data-awaiting-filing", "something-new"])
@pytest.mark.parametrize("area", ["uncategorised-data", "outbound-referrals"])
def test_any_other_warning_is_about_the_whole_record(code: str, area: str) -> None:
    assert missing(read(answer(warnings={area: (code,)}))) == set(READ)


@pytest.mark.parametrize(
    "value",
    [
        {"valueCode": "confidential-items"},
        {"valueString": "confidential-items"},
        {"valueCoding": {"code": "confidential-items"}},
        {"valueCodeableConcept": {"coding": [{"display": "?"}, {"code": "confidential-items"}]}},
    ],
)
@pytest.mark.parametrize("url", [GPC_WARNING, "Extension-CareConnect-ListWarningCode-1"])
def test_a_warning_is_found_whatever_its_form(value: Json, url: str) -> None:
    assert warnings_of({"extension": [{"url": url, **value}]}) == {"confidential-items"}


def test_a_warning_without_a_code_that_is_known_is_a_warning() -> None:
    assert warnings_of({"extension": [{"url": GPC_WARNING}]}) == {"not-recognised"}
    assert warnings_of({"extension": [{"url": GPC_WARNING, "valueCode": 7}]}) == {"not-recognised"}


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("Items excluded due to confidentiality and/or patient preferences.", "confidential-items"),
        (
            "Patient record transfer from previous GP practice not yet complete; information recorded before "
            "01-Feb-2026 may be missing.",
            "data-in-transit",
        ),
        (
            "Patient record contains some items in the GP practice workflow that have not been reviewed.",
            "data-awaiting-filing",
        ),
    ],
)
def test_a_note_says_it_even_where_the_code_got_lost(note: str, code: str) -> None:
    assert warnings_of({"note": [{"text": note}]}) == {code}
    assert warnings_of({"note": [{"text": "Information not available"}]}) == set()


def test_a_list_of_nothing_but_confidential_items_is_not_empty() -> None:
    """It has no entries, the reason that nothing is recorded, and the warning."""
    empty = area_list("problems", warnings=("confidential-items",))
    assert empty["emptyReason"]["coding"][0]["code"] == "no-content-recorded"
    assert missing(read(bundle(patient(), empty))) == set(READ)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("problems-uncategorised-data-related-to-problems", {"Observation"}),
        ("consultations-outbound-referrals-in-consultations", {"ServiceRequest"}),
        ("consultations-problems-contained-in-consultations", set(READ)),
        ("problems-linked-problems-not-relating-to-the-primary-query", set(READ)),
        ("problems-allergies-that-have-been-ended-related-to-problems", set()),
        ("problems-documents-related-to-problems", set()),
        ("problems-of-a-new-kind", set(READ)),
        ("something-else", set(READ)),
    ],
)
def test_confidential_items_of_a_secondary_list(code: str, expected: set[str]) -> None:
    warned = area_list("problems", warnings=("confidential-items",))
    secondary = warned | {"id": "secondary", "code": coded(code, "", SECONDARY)}
    record = answer()
    record["entry"].append({"resource": secondary})
    assert missing(read(record)) == expected


@pytest.mark.parametrize(
    ("code", "area"),
    [
        ("886921000000105", "allergies"),
        ("1103671000000101", "allergies"),
        ("1102181000000102", "immunisations"),
        ("887191000000108", "investigations"),
        ("933361000000108", "medications"),
        (CONSULTATION, ""),
    ],
)
def test_the_lists_of_other_areas(code: str, area: str) -> None:
    assert area_of({"code": coded(code, "")}) == area
    assert area in ("", *HOLDS)


def test_a_list_inside_a_list_warns_too() -> None:
    inside = area_list("uncategorised-data", warnings=("confidential-items",)) | {"id": "inside"}
    record = answer()
    record["entry"][-1]["resource"]["contained"] = [inside, {"resourceType": "AllergyIntolerance"}]
    assert missing(read(record)) == {"Observation"}


def test_every_kind_but_the_patient_can_be_in_a_list() -> None:
    assert "Patient" not in ENTRY_KINDS
    assert set(READ) < set(ENTRY_KINDS)


# --- what is named and not there --------------------------------------------------------------------------


def listed(*items: Json) -> Json:
    record = answer()
    for entry in record["entry"]:
        if entry["resource"]["id"] == "list-uncategorised-data":
            entry["resource"]["entry"] = list(items)
    return record


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"item": {"reference": "Observation/gone"}}, {"Observation"}),
        ({"item": {"reference": "https://gp.example/STU3/1/Condition/gone/_history/1"}}, {"Condition"}),
        ({"item": {"reference": "ReferralRequest/gone"}}, {"ServiceRequest"}),
        ({"item": {"reference": "List/gone"}}, {"Observation"}),
        ({"item": {"reference": "urn:uuid:6fd1b1a2-0000-4000-8000-000000000000"}}, {"Observation"}),
        ({"item": {"display": "Referral items are not supported by the provider system."}}, {"Observation"}),
        ({"item": {"reference": "AllergyIntolerance/gone"}}, set()),
        ({"item": {"reference": "#inside"}}, set()),
        ({"item": {"reference": "Observation/gone"}, "deleted": True}, set()),
        ({"item": {"reference": "Patient/p1"}}, set()),
    ],
)
def test_what_a_list_names_and_the_answer_does_not_hold(item: Json, expected: set[str]) -> None:
    assert missing(read(listed(item))) == expected


def test_an_item_is_found_by_its_full_url() -> None:
    urn = "urn:uuid:6fd1b1a2-0000-4000-8000-000000000000"
    record = listed({"item": {"reference": urn}})
    record["entry"].append(
        {"fullUrl": urn, "resource": observation("o1", text("Ankle sprain"), "2026-02-03")}
    )
    assert missing(read(record)) == set()


def test_a_missing_list_of_a_consultation_may_have_held_anything() -> None:
    record = answer()
    record["entry"].append({"resource": structure_list("c1", CONSULTATION, "List/gone")})
    assert missing(read(record)) == set(READ)


# --- entries that say nothing -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "has_meaning"),
    [
        (coded(*BREAST), True),
        (coded(BREAST[0], ""), True),
        (coded("B34..", "", "http://read.info/readv2"), False),
        (
            {"coding": [{"system": "http://read.info/readv2", "code": "B34.."}, coded(*BREAST)["coding"][0]]},
            True,
        ),
        (coded("B34..", "Ca breast", "http://read.info/readv2"), True),
        (coded("196411000000103", "Transfer-degraded record entry"), False),
        ({**coded("196411000000103", "Transfer-degraded record entry"), "text": "Ca breast"}, True),
        (coded("not-a-code", ""), False),
    ],
)
def test_an_entry_that_nobody_can_make_sense_of_makes_its_kind_incomplete(
    code: Json, has_meaning: bool
) -> None:
    record = read(answer(observation("o1", code, "2025-09-08")))
    assert ("Observation" in record.supplied) is has_meaning
    assert ("gp-connect-no-meaning" in {each.id for each in record.findings}) is not has_meaning


# --- what is broken ---------------------------------------------------------------------------------------


def test_broken_parts_are_the_cores_to_set_aside() -> None:
    record = answer()
    broken: list[Any] = [
        None,
        {"resource": None},
        {"resource": {"resourceType": "List", "id": "l1", "extension": "none", "entry": "none", "note": 3}},
        {"resource": {"resourceType": "List", "id": "l2", "code": "none", "contained": [7]}},
        {"resource": {"resourceType": "List", "id": "l3", "extension": [7], "entry": [{"item": 7}]}},
        {"resource": {"resourceType": "Observation", "id": "bad id", "code": 7}},
        {"resource": {"resourceType": "Condition", "id": "c9", "extension": [7, {"url": 7}], "code": 7}},
    ]
    record["entry"] += broken
    found = read(record)
    assert missing(found) == set(READ)
    assert {each.reference for each in found.quarantined} >= {"Condition/c9"}


def test_a_bundle_whose_entries_are_no_list_is_refused_by_the_core() -> None:
    record = {"resourceType": "Bundle", "meta": {"profile": [BUNDLE]}, "type": "collection", "entry": "none"}
    plugin = engine()
    found = plugin.evaluate({**record, "entry": [{"resource": patient()}]}, "2026-11-21")
    assert found.hosted.plugins
    with pytest.raises(Exception, match="expected a list, found text"):
        plugin.evaluate(record, "2026-11-21")


def test_a_practitioner_in_a_list_is_no_item_that_is_missed() -> None:
    practitioner = resource("Practitioner", "d2", "Practitioner-1")
    record = listed({"item": {"reference": "Practitioner/d2"}})
    record["entry"].append({"resource": practitioner})
    assert missing(read(record)) == set()
