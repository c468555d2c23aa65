"""What changed in a codelist from one release to another."""

from ccr_rules.codelists.codelist import Codelist, CodelistEntry, LooksLike
from ccr_rules.codelists.difference import Change, Item, difference
from ccr_rules.codelists.hazards import hazard, is_assumed


def codelist(*entries: CodelistEntry, release: str = "2026-01-01") -> Codelist:
    return Codelist(
        name="cancers",
        release=release,
        digest="",
        title="Cancers",
        category="diagnosis",
        found_in=frozenset({"Condition"}),
        codes={entry.code: entry for entry in entries if entry.code},
        terms={entry.term.lower(): entry for entry in entries if not entry.code},
        classes=("primary", "metastasis"),
        looks_like=(LooksLike("secondary", "metastasis"),),
        hazards=(LooksLike("in situ", "in situ"),),
    )


def entry(code: str, term: str, class_: str = "primary", note: str = "") -> CodelistEntry:
    return CodelistEntry(code, term, class_, "verified", note)


def test_codes_are_added_and_removed_with_their_hazards() -> None:
    found = difference(
        codelist(entry("1", "Old (disorder)")),
        codelist(
            entry("2", "Spread", "metastasis"), entry("3", "B in situ"), entry("4", "A"), release="2026-02-01"
        ),
    )
    assert (found.codelist, found.before, found.after) == ("cancers", "2026-01-01", "2026-02-01")
    assert found.removed == (Item("1", "Old", ""),)
    assert found.added == (
        Item("4", "A", ""),
        Item("3", "B in situ", "in situ"),
        Item("2", "Spread", "metastasis"),
    )


def test_a_code_moves_by_its_class_or_by_its_term() -> None:
    found = difference(
        codelist(entry("1", "One"), entry("2", "Two"), entry("3", "Three", "metastasis")),
        codelist(
            entry("1", "One", "metastasis"), entry("2", "Two in situ"), entry("3", "Three", "metastasis")
        ),
    )
    assert found.moved == (Change("1", "One", "", "metastasis"), Change("2", "Two in situ", "", "in situ"))
    assert found.renamed == (Change("2", "Two in situ", "Two", "Two in situ"),)
    assert (found.added, found.removed) == ((), ())


def test_case_and_tag_are_no_new_name() -> None:
    found = difference(
        codelist(entry("1", "Breast cancer")), codelist(entry("1", "Breast Cancer (disorder)"))
    )
    assert found.renamed == ()


def test_entries_without_a_code_are_compared_by_their_terms() -> None:
    found = difference(
        codelist(entry("", "One"), entry("", "Two")), codelist(entry("", "one"), entry("3", "Two"))
    )
    assert (found.added, found.removed) == ((Item("3", "Two", ""),), (Item("", "Two", ""),))


def test_a_hazard_is_a_further_class_or_what_the_term_says() -> None:
    cancers = codelist()
    assert hazard(cancers, entry("1", "Spread in situ", "metastasis")) == "metastasis"
    assert hazard(cancers, entry("1", "Carcinoma in situ")) == "in situ"
    assert hazard(cancers, entry("1", "Carcinoma")) == ""
    assert hazard(cancers, CodelistEntry("1", "Carcinoma", None, "verified")) == ""


def test_an_assumed_class_is_told_by_its_note() -> None:
    assert is_assumed(entry("1", "Gorlin syndrome", note="class assumed: nothing in the term says which"))
    assert not is_assumed(entry("1", "Gorlin syndrome"))
