"""When an entry belongs to a codelist: by code, by the exact official term, or perhaps, by its looks."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.codelists.codelist import Codelist, CodelistEntry, LooksLike, Match, suggestible
from ccr_rules.codelists.index import CodelistIndex
from ccr_rules.codelists.text import LONGEST_TEXT, fold, without_tag
from ccr_rules.library.codelist_sctid import concept_id_fault
from ccr_rules.record.entry import SNOMED, Coding, Entry

READ_V2 = "http://read.info/readv2"
REVIEW = CodelistEntry("720006006", "Cancer care review (procedure)", None, "verified")
OLD_REVIEW = CodelistEntry("401123009", "Cancer care review (regime/therapy)", None, "verified-inactive")
DISCUSSED = CodelistEntry("395081000", "Cancer diagnosis discussed", None, "unverified")
SUPPORT = CodelistEntry("", "Support information given (procedure)", None, "verified")
BONE = CodelistEntry("94222008", "Secondary malignant neoplasm of bone", "metastasis", "verified")


def codelist(
    *entries: CodelistEntry, name: str = "a-list", looks_like: str = "", unless: str = ""
) -> Codelist:
    return Codelist(
        name=name,
        release="2026-11-21",
        digest="sha256:0",
        title="A list",
        category="activity",
        found_in=frozenset({"Observation"}),
        codes={entry.code: entry for entry in entries if entry.code},
        terms={fold(entry.term): entry for entry in entries if not entry.code},
        looks_like=(LooksLike(looks_like, "primary"),) if looks_like else (),
        unless=(unless,) if unless else (),
    )


def entry(*codings: Coding, text: str = "", kind: str = "Observation") -> Entry:
    return Entry("Observation/o1", kind, codings, text)


def snomed(code: str, display: str = "") -> Coding:
    return Coding(SNOMED, code, display)


class TestByCode:
    def test_a_listed_snomed_code_is_a_member_with_the_list_s_term_and_class(self) -> None:
        match = codelist(BONE).match(entry(snomed("94222008", "Bone secondaries")))
        assert match == Match("code", "metastasis", "Secondary malignant neoplasm of bone")

    def test_every_coding_counts(self) -> None:
        both = entry(Coding(READ_V2, "8BAV."), snomed("720006006"))
        assert codelist(REVIEW).match(both) == Match("code", None, "Cancer care review (procedure)")

    def test_the_same_digits_in_another_system_are_another_code(self) -> None:
        assert codelist(REVIEW).match(entry(Coding("urn:local", "720006006"))) is None

    def test_an_unlisted_code_is_no_member(self) -> None:
        assert codelist(REVIEW).match(entry(snomed("38341003", "Hypertension"), text="Hypertension")) is None

    def test_a_retired_code_in_an_old_record_is_a_member(self) -> None:
        assert codelist(OLD_REVIEW).match(entry(snomed("401123009"))) is not None


class TestByTerm:
    @pytest.mark.parametrize(
        "shown",
        [
            "Support information given (procedure)",
            "Support information given",
            "support  information\tGIVEN ",
        ],
    )
    def test_the_exact_term_is_a_member_whatever_its_case_blanks_and_tag(self, shown: str) -> None:
        expected = Match("term", None, "Support information given (procedure)")
        assert codelist(SUPPORT).match(entry(text=shown)) == expected
        assert codelist(SUPPORT).match(entry(Coding(READ_V2, "x", shown))) == expected

    @pytest.mark.parametrize("shown", ["Support information given (declined)", "Support information", ""])
    def test_nearly_the_term_is_not_the_term(self, shown: str) -> None:
        assert codelist(SUPPORT).match(entry(text=shown)) is None

    def test_where_a_code_is_known_its_term_alone_does_not_make_a_sure_member(self) -> None:
        assert codelist(REVIEW).match(entry(text="Cancer care review")) is None


class TestByLooks:
    def test_what_looks_like_it_is_a_possible_member_with_the_record_s_own_term(self) -> None:
        guessing = codelist(looks_like="carcinoma")
        assert guessing.match(entry(text="Carcinoma of Jaw")) == Match(
            "looks-like", "primary", "Carcinoma of Jaw"
        )

    def test_a_text_that_says_something_else_is_not_guessed_at(self) -> None:
        guessing = codelist(looks_like="carcinoma", unless="family history")
        assert guessing.match(entry(text="Family history of carcinoma")) is None

    def test_one_text_that_says_so_is_enough(self) -> None:
        guessing = codelist(looks_like="carcinoma", unless="family history")
        shown = entry(snomed("1", "Family history of carcinoma"), text="carcinoma")
        assert guessing.match(shown) == Match("looks-like", "primary", "carcinoma")

    def test_a_code_beats_the_looks(self) -> None:
        guessing = codelist(BONE, looks_like="neoplasm")
        assert guessing.match(entry(snomed("94222008", "neoplasm"))) == Match("code", "metastasis", BONE.term)

    def test_a_member_of_an_excluded_list_is_never_guessed_at(self) -> None:
        guessing, other = codelist(looks_like="carcinoma"), codelist(REVIEW, name="other")
        shown = entry(snomed("720006006", "carcinoma"))
        assert guessing.match(shown) is not None
        assert guessing.match(shown, never=[other]) is None


class TestKinds:
    def test_an_entry_counts_only_where_entries_of_the_list_can_stand(self) -> None:
        planned = entry(snomed("720006006"), kind="ServiceRequest")
        assert codelist(REVIEW).match(planned) is None

    def test_or_where_this_host_keeps_them(self) -> None:
        kept = entry(snomed("720006006"), kind="Encounter")
        assert codelist(REVIEW).match(kept, keeps={"Encounter"}) is not None


class TestSuggesting:
    def test_active_verified_codes_are_offered_in_the_order_of_the_list(self) -> None:
        offered = suggestible(codelist(BONE, REVIEW, OLD_REVIEW, DISCUSSED))
        assert offered == (BONE, REVIEW)

    def test_a_list_known_by_its_term_offers_nothing(self) -> None:
        assert suggestible(codelist(SUPPORT)) == ()

    def test_a_suggestion_shows_the_term_without_its_tag(self) -> None:
        assert (REVIEW.display, BONE.display) == (
            "Cancer care review",
            "Secondary malignant neoplasm of bone",
        )


class TestFolding:
    @pytest.mark.parametrize(
        ("term", "folded"),
        [
            ("Hodgkin’s disease (disorder)", "hodgkin's disease"),
            ("Non–small cell", "non-small cell"),
            ("  A \u00a0 B\n", "a b"),
            ("Myeloma (in remission)", "myeloma (in remission)"),
            ("(disorder)", "(disorder)"),
        ],
    )
    def test_terms_are_brought_to_one_form(self, term: str, folded: str) -> None:
        assert fold(term) == folded

    def test_only_the_beginning_of_a_note_is_compared(self) -> None:
        assert len(fold("x" * 5000)) == LONGEST_TEXT

    @given(st.text(max_size=40))
    def test_folding_twice_changes_nothing_but_a_second_tag(self, text: str) -> None:
        once = fold(text)
        assert fold(once) in (once, without_tag(once))


class TestConceptIdentifiers:
    @pytest.mark.parametrize(
        "code", ["720006006", "1110871000000109", "999013651000230103", "10708511000119108"]
    )
    def test_concept_identifiers_are_well_formed(self, code: str) -> None:
        assert concept_id_fault(code) is None

    @pytest.mark.parametrize("code", ["", "12345", "720 006006", "0720006006", "1" * 19, "72000600x"])
    def test_what_is_no_identifier_is_refused(self, code: str) -> None:
        assert "6 to 18 digits" in str(concept_id_fault(code))

    def test_a_description_identifier_is_no_concept(self) -> None:
        assert "of a description" in str(concept_id_fault("1222761019"))

    @given(st.integers(min_value=0, max_value=8), st.integers(min_value=1, max_value=9))
    def test_every_single_wrong_digit_is_found(self, place: int, change: int) -> None:
        digits = [int(digit) for digit in "720006006"]
        digits[place] = (digits[place] + change) % 10
        assert concept_id_fault("".join(map(str, digits))) is not None


@given(
    st.lists(st.sampled_from(["720006006", "401123009", "94222008"]), max_size=3),
    st.sampled_from(["", "Support information given", "Blood pressure"]),
)
def test_a_list_that_may_hold_none_of_an_entrys_codes_does_not_hold_the_entry(
    codes: list[str], text: str
) -> None:
    one = entry(*map(snomed, codes), text=text)
    for each in (codelist(REVIEW), codelist(OLD_REVIEW, BONE), codelist(SUPPORT), codelist()):
        assert each.may_hold(set(codes)) or each.member(one) is None
    assert not codelist(REVIEW).may_hold({"94222008"})


def test_lists_are_the_same_if_name_release_and_digest_are() -> None:
    assert codelist(REVIEW) == codelist(BONE)
    assert len({codelist(REVIEW), codelist(REVIEW, name="other")}) == 2


class TestSeveralMatches:
    """One entry may name several members: the order in which it does so changes nothing."""

    BREAST = CodelistEntry("254837009", "Malignant neoplasm of breast", "primary", "verified")
    CLASSES = ("primary", "metastasis")

    @pytest.mark.parametrize("turned", [False, True])
    def test_the_first_class_of_the_list_counts(self, turned: bool) -> None:
        codings = (snomed("94222008"), snomed("254837009"))
        both = entry(*(reversed(codings) if turned else codings))
        diagnoses = replace(codelist(BONE, self.BREAST), classes=self.CLASSES)
        assert diagnoses.match(both) == Match("code", "primary", "Malignant neoplasm of breast")
        index = CodelistIndex([diagnoses])
        assert index.match(both) == (("a-list", Match("code", "primary", "Malignant neoplasm of breast")),)

    def test_a_code_counts_before_a_term(self) -> None:
        both = entry(snomed("720006006"), text="Support information given")
        match = codelist(SUPPORT, REVIEW).match(both)
        assert match == Match("code", None, "Cancer care review (procedure)")
