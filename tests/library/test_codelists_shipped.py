"""The codelists that the project ships: what they hold, what they guess, and what they must never guess."""

from collections.abc import Mapping

import pytest

from ccr_rules.codelists.codelist import Codelist, suggestible
from ccr_rules.codelists.index import CodelistIndex
from ccr_rules.library.library import Library
from ccr_rules.record.entry import SNOMED, Coding, Entry

LIBRARY = Library.shipped()
LISTS = {name: LIBRARY.codelist(name) for name in LIBRARY.codelist_names}
INDEX = CodelistIndex(LISTS.values())

TERM_ONLY = {"support-information-given", "qof-cancer-dissent", "qof-cancer-unsuitable"}


def lists_of(text: str = "", code: str = "", kind: str = "Observation") -> Mapping[str, str | None]:
    codings = (Coding(SNOMED, code, text),) if code else ()
    found = INDEX.match(Entry("Observation/o1", kind, codings, text))
    return {name: match.class_ for name, match in found}


@pytest.mark.parametrize("codelist", LISTS.values(), ids=lambda codelist: codelist.name)
class TestEveryList:
    def test_says_where_it_is_from_and_why_it_looks_where_it_looks(self, codelist: Codelist) -> None:
        assert codelist.sources
        assert codelist.licence
        assert codelist.found_in_because
        assert "Condition" in codelist.found_in

    def test_excludes_only_lists_that_there_are(self, codelist: Codelist) -> None:
        assert set(codelist.excludes) <= LISTS.keys() - {codelist.name}

    def test_says_what_is_missing(self, codelist: Codelist) -> None:
        assert not codelist.complete
        assert codelist.membership_note

    def test_offers_only_what_was_verified(self, codelist: Codelist) -> None:
        assert all(entry.status == "verified" and entry.note for entry in suggestible(codelist))

    def test_is_guessed_at_by_nothing_that_it_lists_as_another(self, codelist: Codelist) -> None:
        guesses = [
            (entry.term, other)
            for entry in codelist.codes.values()
            if entry.status != "unverified"
            for other in lists_of(entry.term, entry.code)
            if other != codelist.name and entry.code not in LISTS[other].codes
        ]
        assert guesses == []


class TestTermOnly:
    def test_these_are_the_lists_without_a_known_code(self) -> None:
        assert {each.name for each in LISTS.values() if not each.codes} == {*TERM_ONLY, "has-carer"}

    def test_nothing_is_invented_for_them(self) -> None:
        assert all(suggestible(LISTS[name]) == () for name in TERM_ONLY)

    def test_support_information_is_recognised_by_its_official_term(self) -> None:
        term = "Provision of information about cancer support services available in primary care (procedure)"
        found = INDEX.match(Entry("Observation/o1", "Observation", (Coding(SNOMED, "1", term),)))
        assert [(name, match.kind) for name, match in found] == [("support-information-given", "term")]

    @pytest.mark.parametrize("word", ["informed dissent", "patient unsuitable"])
    def test_a_qof_exception_is_sure_by_the_term_seen_and_possible_in_the_spelling_not_seen(
        self, word: str
    ) -> None:
        name = {"informed dissent": "qof-cancer-dissent", "patient unsuitable": "qof-cancer-unsuitable"}[word]
        seen = INDEX.match(Entry("o", "Observation", (), f"Excepted from cancer quality indicators: {word}"))
        unseen = INDEX.match(
            Entry("o", "Observation", (), f"Excepted from cancer quality indicators - {word}")
        )
        assert [(found, match.kind) for found, match in seen] == [(name, "term")]
        assert [(found, match.kind) for found, match in unseen] == [(name, "looks-like")]


class TestKinds:
    def test_a_recall_for_a_review_is_no_review(self) -> None:
        assert lists_of("Cancer care review", "720006006", kind="ServiceRequest") == {}

    def test_the_type_of_an_encounter_can_be_the_review(self) -> None:
        assert lists_of("Cancer care review", "720006006", kind="Encounter") == {"cancer-care-review": None}

    def test_a_text_only_encounter_type_is_a_possible_review(self) -> None:
        (found,) = INDEX.match(Entry("Encounter/e1", "Encounter", (), "Cancer Care Review"))
        assert (found[0], found[1].kind) == ("cancer-care-review", "looks-like")

    @pytest.mark.parametrize("kind", ["ServiceRequest", "Observation"])
    def test_a_referral_stands_as_a_request_or_as_a_coded_entry(self, kind: str) -> None:
        assert "social-prescribing-referral" in lists_of(code="871731000000106", kind=kind)


class TestCarers:
    def test_who_cares_for_whom_is_kept_apart_and_not_guessed(self) -> None:
        assert lists_of(code="224484003") == {"is-carer": None}
        assert lists_of("Informal caregiver", "407542009") == {"carer-unclear": None}
        assert lists_of("Caregiver", "133932002") == {"carer-unclear": None}

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("Has a carer", "has-carer"),
            ("Has an informal carer", "has-carer"),
            ("Is a carer", "is-carer"),
            ("Cares for a relative", "is-carer"),
            ("Carer", "carer-unclear"),
        ],
    )
    def test_words_say_which(self, text: str, name: str) -> None:
        assert lists_of(text) == {name: None}

    @pytest.mark.parametrize("text", ["No longer a carer", "Has no carer", "Is no longer a carer"])
    def test_who_is_none_is_none(self, text: str) -> None:
        assert lists_of(text) == {}


ACTIVITIES = [
    ("Cancer care review done", "cancer-care-review"),
    ("Cancer monitoring 2nd letter", "cancer-invitation"),
    ("Invitation to cancer care review", "cancer-invitation"),
    ("Cancer support leaflet given", "support-information-given"),
    ("Cancer diagnosis discussed with carer", "diagnosis-discussed"),
    ("Holistic needs assessment received", "holistic-needs-assessment"),
    ("eHNA", "holistic-needs-assessment"),
    ("End of treatment summary from hospital", "end-of-treatment-summary"),
    ("Personalised cancer plan", "cancer-care-plan"),
    ("Referred to social prescriber", "social-prescribing-referral"),
    ("Social prescribing referral", "social-prescribing-referral"),
    ("Referral for exercise", "physical-activity-referral"),
    ("Medication review", "medication-review"),
    ("On gold standards framework", "palliative-care"),
    ("Palliative chemotherapy", "palliative-oncology"),
    ("Fast track referral for suspected lung cancer", "suspected-cancer-referral"),
    ("Radiotherapy to breast", "cancer-treatment"),
]
NO_ACTIVITY = [
    "Cancer care review declined",
    "Cancer care review due",
    "Cancer care review invitation declined",
    "Medication review overdue",
    "Medication review due date",
    "Social prescribing offered",
    "Referral to social prescribing declined",
    "Holistic needs assessment declined",
    "No longer on palliative care register",
    "Palliative care not indicated",
    "Cancer support group",
    "Asthma annual review",
    "Diabetes monitoring first letter",
]


class TestActivities:
    @pytest.mark.parametrize(("text", "name"), ACTIVITIES)
    def test_words_for_it_are_possible_entries(self, text: str, name: str) -> None:
        assert name in lists_of(text)

    @pytest.mark.parametrize("text", NO_ACTIVITY)
    def test_planned_offered_and_declined_is_not_done(self, text: str) -> None:
        assert lists_of(text) == {}


CANCERS = {
    "primary": [
        "Malignant neoplasm of appendix",
        "Carcinoma of jaw (disorder)",
        "Ductal carcinoma of breast",
        "Adenocarcinoma of unknown origin",
        "Breast cancer",
        "Cancer",
        "Cancer of unknown primary",
        "Bowel cancer detected by national screening programme",
        "Ca prostate",
        "CA of breast",
        "Lung ca",
        "CLL",
        "Acute lymphoblastic leukaemia",
        "Chronic myeloid leukemia in remission",
        "Follicular lymphoma, cutaneous follicle centre",
        "Non-Hodgkin's lymphoma",
        "Hodgkin’s disease",
        "Myeloma",
        "Malignant melanoma of back",
        "Squamous cell carcinoma of tonsil",
        "Soft tissue sarcoma",
        "Glioblastoma multiforme",
        "Anaplastic astrocytoma of brain",
        "Wilms' tumour",
        "Mesothelioma of pleura",
        "Seminoma of testis",
        "Waldenström macroglobulinaemia",
        "Polycythemia vera",
        "Myelodysplastic syndrome with excess blasts",
        "Mycosis fungoides",
        "Malignant tumour of breast, no metastases",
        "Triple negative breast cancer",
        "Human epidermal growth factor 2 negative carcinoma of breast",
        "Low risk prostate cancer",
        "Primary malignant neoplasm of prostate metastatic to bone",
        "Paget's disease of nipple",
        "Cutaneous T-cell lymphoma",
        "Carcinoma of breast - biopsy proven",
        "Lung cancer, treatment declined",
    ],
    "metastasis": [
        "Metastatic malignant neoplasm to brain",
        "Secondary malignant neoplasm of lung",
        "Bony metastases",
        "Liver secondaries - cancer of colon",
        "Brain metastasis",
        "Peritoneal carcinomatosis",
        "Malignant pleural effusion",
        "Metastatic basal cell carcinoma",
    ],
    "recurrence": [
        "Local recurrence of malignant tumor of breast",
        "Recurrent squamous cell carcinoma",
        "Relapsing chronic myeloid leukemia",
        "Acute lymphoid leukemia relapse",
    ],
    "history-of": [
        "History of malignant neoplasm of breast",
        "Personal history of primary malignant neoplasm of lung",
        "H/O: breast cancer",
        "History of cancer metastatic to lung",
        "PMH melanoma",
    ],
}
NOT_CANCER = [
    "Family history of cancer",
    "FH: Breast cancer",
    "Family history of malignant neoplasm of ovary",
    "Mother has breast cancer",
    "Maternal history of bowel cancer",
    "Bereavement - husband died of cancer",
    "Suspected cancer",
    "Suspected breast cancer",
    "Possible lung cancer",
    "? bowel cancer",
    "Fast track cancer referral",
    "Urgent cancer referral",
    "Two week wait referral for suspected lung cancer",
    "2WW referral - skin cancer",
    "Referral to cancer genetics",
    "Referred to breast cancer clinic",
    "Bowel cancer screening programme: faecal occult blood result normal",
    "Breast cancer screening declined",
    "Cervical cancer screening",
    "Screening for malignant neoplasm of colon",
    "Prostate cancer screening",
    "Cancer care review",
    "Cancer care review declined",
    "Cancer monitoring first letter",
    "Cancer monitoring telephone invitation",
    "Cancer monitoring administration invitation",
    "Quality and Outcomes Framework cancer quality indicator-related care invitation",
    "Excepted from cancer quality indicators: informed dissent",
    "Provision of information about cancer support services available in primary care",
    "Cancer information leaflet given",
    "Cancer diagnosis discussed with patient",
    "Discussion about cancer",
    "Cancer care plan",
    "Cancer End of Treatment Summary Plan",
    "Letter from oncology - breast cancer",
    "Cancer multidisciplinary team meeting",
    "Macmillan cancer support",
    "Cancer pathway",
    "Seen in breast cancer clinic",
    "Breast cancer nurse specialist",
    "Cancer risk assessment",
    "QCancer risk calculator",
    "At risk of breast cancer",
    "At increased risk of malignant melanoma",
    "Risk of bowel cancer",
    "Prostate cancer risk",
    "BRCA1 gene mutation carrier",
    "Breast cancer gene carrier",
    "Genetic testing for breast cancer",
    "Genetic predisposition to malignant neoplasm",
    "Prophylactic mastectomy for breast cancer prevention",
    "Human papillomavirus vaccination for cervical cancer",
    "Fear of cancer",
    "Worried about cancer",
    "Anxiety about cancer",
    "Cancer phobia",
    "Concerned about breast cancer",
    "No evidence of cancer",
    "No evidence of recurrence of breast cancer",
    "No evidence of malignancy",
    "No family history of cancer",
    "Nil malignant seen",
    "Cancer excluded",
    "Malignancy ruled out",
    "Lung cancer has been excluded",
    "Not malignant",
    "Negative for malignancy",
    "Non-cancer pain",
    "Carcinoma in situ of cervix",
    "Ductal carcinoma in situ of breast",
    "Melanoma in situ",
    "DCIS of breast",
    "Premalignant lesion",
    "Precancerous skin lesion",
    "Benign neoplasm of colon",
    "Benign tumour of breast, not cancer",
    "Basal cell carcinoma of skin",
    "Basal cell carcinoma of eyelid",
    "BCC - basal cell carcinoma",
    "Rodent ulcer - basal cell carcinoma",
    "Squamous cell carcinoma of skin",
    "Squamous cell carcinoma of skin of face",
    "Skin squamous cell carcinoma",
    "Non-melanoma skin cancer",
    "Bowen's disease - intraepidermal carcinoma",
    "Neoplasm of breast",
    "Neoplasm of uncertain behaviour of ovary",
    "Monoclonal gammopathy of uncertain significance",
    "Meningioma",
    "Lipoma",
    "Colonic polyp",
    "Melanocytic naevus",
    "Malignant hypertension",
    "Malignant hyperthermia",
    "Neuroleptic malignant syndrome",
    "Malignant otitis externa",
    "Metastatic calcification",
    "Cancer antigen 125 level",
    "Carcinoembryonic antigen level",
    "Serum CA 15-3",
    "Prostate specific antigen",
    "Sarcoidosis",
    "Leukocytosis",
    "Paget's disease of bone",
    "Asthma",
]


class TestCancerDiagnosis:
    @pytest.mark.parametrize(
        ("class_", "text"), [(c, text) for c, texts in CANCERS.items() for text in texts]
    )
    def test_an_unlisted_cancer_never_passes_as_no_cancer(self, class_: str, text: str) -> None:
        assert lists_of(text, "1000000000000")["cancer-diagnosis"] == class_

    @pytest.mark.parametrize("text", NOT_CANCER)
    def test_what_is_no_cancer_is_not_guessed_to_be_one(self, text: str) -> None:
        assert "cancer-diagnosis" not in lists_of(text)

    @pytest.mark.parametrize("code", sorted(LISTS["not-cancer-register"].codes))
    def test_a_code_outside_the_register_beats_any_words(self, code: str) -> None:
        assert lists_of("Carcinoma", code) == {"not-cancer-register": None}

    def test_the_surprising_members_are_members_and_are_named(self) -> None:
        assert set(LISTS["easily-miscoded"].codes) <= set(LISTS["cancer-diagnosis"].codes)
        assert lists_of(code="109992005") == {"cancer-diagnosis": "primary", "easily-miscoded": None}

    def test_the_class_tells_a_spread_a_return_and_a_history_from_a_new_cancer(self) -> None:
        found = [lists_of(code=code) for code in ("94222008", "314954002", "429014004", "254837009")]
        assert [each["cancer-diagnosis"] for each in found] == [
            "metastasis",
            "recurrence",
            "history-of",
            "primary",
        ]

    def test_every_listed_diagnosis_would_be_recognised_by_its_term_and_class_too(self) -> None:
        codelist = LISTS["cancer-diagnosis"]
        guessed = {entry.term: codelist.guess(entry.term) for entry in codelist.codes.values()}
        missed = [
            entry.term
            for entry in codelist.codes.values()
            if (guess := guessed[entry.term]) is None or guess.class_ != entry.class_
        ]
        assert missed == []


def test_the_card_for_a_review_offers_the_current_code_only() -> None:
    assert [(entry.code, entry.display) for entry in suggestible(LISTS["cancer-care-review"])] == [
        ("720006006", "Cancer care review")
    ]


def test_unverified_codes_are_matched_and_never_offered() -> None:
    assert lists_of(code="395672005") == {"diagnosis-discussed": None}
    assert suggestible(LISTS["diagnosis-discussed"]) == ()
