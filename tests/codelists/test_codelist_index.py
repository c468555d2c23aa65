"""The index answers for all lists at once what each list answers for itself."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.codelists.codelist import Codelist, CodelistEntry, LooksLike, Match
from ccr_rules.codelists.index import LONGEST_REMEMBERED, CodelistIndex
from ccr_rules.errors import UsageError
from ccr_rules.record.entry import SNOMED, Coding, Entry


def codelist(
    name: str,
    codes: Mapping[str, str],
    terms: tuple[str, ...] = (),
    looks: str = "",
    excludes: tuple[str, ...] = (),
) -> Codelist:
    return Codelist(
        name=name,
        release="2026-11-21",
        digest=f"sha256:{name}",
        title=name,
        category="diagnosis",
        found_in=frozenset({"Condition"}),
        codes={code: CodelistEntry(code, term, None, "verified") for code, term in codes.items()},
        terms={term: CodelistEntry("", term, None, "verified") for term in terms},
        looks_like=tuple(LooksLike(pattern) for pattern in looks.split()),
        unless=("family",),
        excludes=excludes,
    )


CANCER = codelist(
    "cancer", {"1": "Lung cancer", "2": "Thrombocythaemia"}, looks=r"\bcancer carcinoma", excludes=("skin",)
)
MISCODED = codelist("miscoded", {"2": "Thrombocythaemia"})
SKIN = codelist("skin", {"3": "Basal cell carcinoma"}, terms=("rodent carcinoma",))
SUPPORT = codelist("support", {}, terms=("cancer support given",), looks=r"\bcancer\ssupport")
LISTS = (CANCER, MISCODED, SKIN, SUPPORT)


def entry(*codings: Coding, text: str = "", kind: str = "Condition") -> Entry:
    return Entry("Condition/c1", kind, codings, text)


def snomed(code: str, display: str = "") -> Coding:
    return Coding(SNOMED, code, display)


def test_one_entry_can_belong_to_several_lists() -> None:
    assert CodelistIndex(LISTS).match(entry(snomed("2"))) == (
        ("cancer", Match("code", None, "Thrombocythaemia")),
        ("miscoded", Match("code", None, "Thrombocythaemia")),
    )


def test_an_entry_that_is_about_nothing_listed_belongs_to_none() -> None:
    index = CodelistIndex(LISTS)
    nothing = entry(snomed("9", "Asthma"), text="Asthma")
    assert [index.match(nothing), index.match(nothing), index.match(entry())] == [(), (), ()]


def test_a_code_of_an_excluded_list_beats_the_looks() -> None:
    assert CodelistIndex(LISTS).match(entry(snomed("3", "Carcinoma"))) == (
        ("skin", Match("code", None, "Basal cell carcinoma")),
    )


def test_so_does_the_exact_term_of_an_excluded_list() -> None:
    assert CodelistIndex(LISTS).match(entry(text="Rodent carcinoma")) == (
        ("skin", Match("term", None, "rodent carcinoma")),
    )


def test_a_list_given_only_as_excluded_is_not_answered_for() -> None:
    index = CodelistIndex([CANCER], also=[SKIN])
    assert index.names == ("cancer",)
    assert index.match(entry(snomed("3", "Carcinoma"))) == ()


def test_an_index_that_lacks_an_excluded_list_is_refused() -> None:
    with pytest.raises(UsageError, match="cancer excludes the members of skin"):
        CodelistIndex([CANCER])


def test_the_host_s_own_kinds_count_for_the_list_that_it_keeps_there() -> None:
    index = CodelistIndex(LISTS)
    kept = entry(snomed("2"), kind="Encounter")
    assert index.match(kept) == ()
    assert [name for name, _ in index.match(kept, {"miscoded": ("Encounter",)})] == ["miscoded"]


def test_lists_without_patterns_need_no_screen() -> None:
    index = CodelistIndex([MISCODED])
    assert index.match(entry(text="carcinoma")) == ()


def test_what_it_remembers_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccr_rules.codelists.index.MOST_TEXTS", 5)
    index = CodelistIndex(LISTS)
    for number in range(50):
        assert index.match(entry(text=f"Asthma {number}")) == ()
        assert len(index._read) <= 5


def test_it_does_not_remember_somebody_s_notes() -> None:
    index = CodelistIndex(LISTS)
    note = "x" * LONGEST_REMEMBERED + " carcinoma"
    assert index.match(entry(text=note)) == (("cancer", Match("looks-like", None, note)),)
    assert note not in index._read


def test_threads_get_the_same_answers() -> None:
    index = CodelistIndex(LISTS)
    entries = [entry(snomed(str(n % 5), f"carcinoma {n % 7}"), text=f"cancer {n % 3}") for n in range(500)]
    expected = [CodelistIndex(LISTS).match(each) for each in entries]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(index.match, entries)) == expected


texts = st.sampled_from(
    [
        "",
        "Asthma",
        "Lung cancer",
        "family cancer",
        "carcinoma",
        "rodent carcinoma",
        "Cancer support given (finding)",
    ]
)
codings = st.builds(Coding, st.sampled_from([SNOMED, "urn:local"]), st.sampled_from("12349"), texts)
entries = st.builds(
    Entry,
    reference=st.just("Condition/c1"),
    kind=st.sampled_from(["Condition", "Encounter"]),
    codings=st.lists(codings, max_size=3).map(tuple),
    text=texts,
)


@given(entries, st.sampled_from([{}, {"cancer": ("Encounter",)}, {"support": ("Encounter", "Condition")}]))
def test_the_index_agrees_with_each_list(drawn: Entry, keeps: dict[str, tuple[str, ...]]) -> None:
    by_name = {each.name: each for each in LISTS}
    one_by_one = {
        each.name: each.match(drawn, keeps.get(each.name, ()), [by_name[name] for name in each.excludes])
        for each in LISTS
    }
    assert dict(CodelistIndex(LISTS).match(drawn, keeps)) == {name: m for name, m in one_by_one.items() if m}
