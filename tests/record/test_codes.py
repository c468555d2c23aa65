"""Every coding counts, under one name per code system; what is no code is noted and never matched."""

import pytest

from ccr_rules.record.codes import code_fault, is_snomed_concept_id, system_name
from ccr_rules.record.entry import SNOMED, Coding
from tests.record.samples import (
    BREAST,
    REVIEW,
    Json,
    concept,
    condition,
    encounter,
    entry_of,
    finding_ids,
    record_of,
)


@pytest.mark.parametrize(
    "spelling",
    [
        "http://snomed.info/sct",
        "http://snomed.info/sct/",
        "https://snomed.info/sct",
        "HTTP://SNOMED.INFO/SCT",
        "http://snomed.info/sct/83821000000107",
        "http://snomed.info/sct/83821000000107/version/20251211",
        "urn:oid:2.16.840.1.113883.6.96",
        "2.16.840.1.113883.6.96",
        "SNOMED-CT",
        " snomedct ",
    ],
)
def test_every_spelling_of_snomed_ct_is_one_system(spelling: str) -> None:
    assert system_name(spelling) == SNOMED
    entry = entry_of(condition(code=concept(system=spelling)))
    assert entry.codings == (Coding(SNOMED, BREAST),)


@pytest.mark.parametrize(
    "other",
    ["http://read.info/readv2", "http://snomed.info/sctdescid", "urn:oid:2.16.840.1.113883.2.1.6.2"],
)
def test_other_systems_stay_what_they_are(other: str) -> None:
    entry = entry_of(condition(code=concept("B34..", system=other)))
    assert entry.codings == (Coding(other, "B34.."),)


def test_every_coding_counts_chosen_by_the_user_or_not() -> None:
    code = {
        "coding": [
            {"system": "http://read.info/readv2", "code": "B34..00", "userSelected": True},
            {"system": SNOMED, "code": BREAST, "display": "Malignant neoplasm of breast"},
        ],
        "text": "Breast cancer",
    }
    entry = entry_of(condition(code=code))
    assert [coding.code for coding in entry.codings] == ["B34..00", BREAST]
    assert entry.text == "Breast cancer"


def test_a_description_id_in_an_extension_is_not_read() -> None:
    url = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-coding-sctdescid"
    code = concept()
    code["coding"][0]["extension"] = [{"url": url, "extension": [{"url": "descriptionId", "valueId": "1"}]}]
    assert entry_of(condition(code=code)).codings == (Coding(SNOMED, BREAST),)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (BREAST, ""),
        (REVIEW, ""),
        ("254837 009", "code-malformed"),
        (" 254837009", "code-malformed"),
        ("breast cancer", "code-malformed"),
        ("٢٥٤٨٣٧٠٠٩", "code-malformed"),
        ("12345", "code-malformed"),
        ("1234567890123456700", "code-malformed"),
        ("1234567029", "code-malformed"),  # partition 02: a relationship
        ("1234567019", "description-id-as-code"),
        ("1234567119", "description-id-as-code"),
    ],
)
def test_what_is_no_snomed_concept_id_is_kept_as_written_and_noted(code: str, fault: str) -> None:
    record = record_of(condition(code=concept(code, "Breast cancer")))
    assert record.entries[0].codings == (Coding(SNOMED, code, "Breast cancer"),)
    assert finding_ids(record) == ({fault} if fault else set())
    assert is_snomed_concept_id(code) is (not fault)


def test_codes_of_other_systems_are_only_checked_for_spaces_around_them() -> None:
    assert code_fault("http://read.info/readv2", "B34..") == ""
    assert code_fault("http://read.info/readv2", "B34.. ") == "code-malformed"


@pytest.mark.parametrize("system", [..., "", None])
def test_a_code_without_a_system_keeps_its_term_only(system: object) -> None:
    coding = {"system": system, "code": BREAST, "display": "Breast cancer"}
    code = {"coding": [{key: value for key, value in coding.items() if value is not ...}]}
    record = record_of(condition(code=code))
    assert record.entries[0].codings == (Coding("", "", "Breast cancer"),)
    assert finding_ids(record) == {"coding-without-system"}


@pytest.mark.parametrize(
    ("coding", "codings"),
    [
        ({"system": SNOMED, "display": "Breast cancer"}, (Coding("", "", "Breast cancer"),)),
        ({"display": "Breast cancer"}, (Coding("", "", "Breast cancer"),)),
        ({"system": SNOMED}, ()),
        ({}, ()),
    ],
)
def test_a_coding_without_a_code_is_its_term(coding: Json, codings: tuple[Coding, ...]) -> None:
    entry = entry_of(condition(code={"coding": [coding], "text": "as written"}))
    assert entry.codings == codings
    assert entry.text == "as written"


def test_the_texts_of_several_concepts_can_all_be_matched() -> None:
    """The first text is the entry's; the others become codings without a code."""
    types = [{"text": "GP Surgery"}, concept(REVIEW, "Cancer care review", text="Cancer care review")]
    entry = entry_of(encounter(type=types, reasonCode=[{"text": "Review of cancer"}]))
    assert entry.text == "GP Surgery"
    assert entry.codings == (Coding(SNOMED, REVIEW, "Cancer care review"), Coding("", "", "Review of cancer"))


@pytest.mark.parametrize("code", [..., {}, {"coding": []}, {"coding": [{"code": BREAST}]}])
def test_a_diagnosis_without_code_and_term_is_noted(code: object) -> None:
    record = record_of(condition(code=code))
    assert record.entries == ()
    assert "entry-without-code" in finding_ids(record)


def test_a_contact_without_code_is_nothing_to_note() -> None:
    record = record_of(encounter(type=...))
    assert record.entries == ()
    assert record.findings == ()
