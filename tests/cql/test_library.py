"""What a ruleset's library says, without running it."""

import dataclasses
import json
import re

import pytest
from fhir.resources.R4B.valueset import ValueSet
from msgspec.structs import replace

from ccr_rules import Library
from ccr_rules.codelists import text as folding
from ccr_rules.codelists.codelist import CodelistEntry
from ccr_rules.errors import UsageError
from ccr_rules.exports.cql.files import cql_files, support_libraries
from ccr_rules.exports.cql.library import SUPPORT, codelists_of, cql_library
from ccr_rules.exports.cql.value_sets import value_set
from ccr_rules.language.ruleset import Ruleset
from tests.cql.samples import CODE, by_term, codelist, finding, looking_like, scheme

LIBRARY = Library.shipped()
DEFINED = re.compile(r'^define (?:function )?"([^"]*)"', re.MULTILINE)


def exported(ruleset: Ruleset) -> str:
    return cql_library(ruleset, finding())


def definition(text: str, name: str) -> str:
    """Return one definition, without the comment of the next."""
    found = re.search(
        rf'^define (?:function )?"{re.escape(name)}".*?(?=\n\n|\Z)', text, re.DOTALL | re.MULTILINE
    )
    assert found, name
    return found[0]


# --- every shipped ruleset -------------------------------------------------------------------------


@pytest.mark.parametrize("reference", [each.reference for each in LIBRARY.rulesets])
def test_every_shipped_ruleset_is_exported_with_all_that_it_defines(reference: str) -> None:
    ruleset = LIBRARY.find(reference)
    names = DEFINED.findall(cql_library(ruleset, LIBRARY.codelist))
    assert len(names) == len(set(names))
    assert all(" " in name for name in names), "no name of a ruleset can be that of something else"
    wanted = [f"Date {name}" for name in (*ruleset.dates, *ruleset.lets)]
    wanted += [f"Condition {name}" for name in ruleset.conditions]
    wanted += [f"Review {id_}: status" for id_ in ruleset.reviews]
    for kind, ids in (
        ("Indicator", ruleset.indicators),
        ("Item", ruleset.items),
        ("Prompt", ruleset.prompts),
        ("Payment", ruleset.payments),
        ("Finding", ruleset.findings),
    ):
        wanted += [f"{kind} {id_}" for id_ in ids]
    assert set(wanted) <= set(names)


@pytest.mark.parametrize("reference", [each.reference for each in LIBRARY.rulesets])
def test_every_value_set_that_a_library_names_is_written(reference: str) -> None:
    ruleset = LIBRARY.find(reference)
    files = cql_files(ruleset, LIBRARY.codelist)
    declared = re.findall(r"^valueset .*: '(.*)' version '(.*)'$", next(iter(files.values())), re.MULTILINE)
    written = [json.loads(text) for name, text in files.items() if name.endswith(".json")]
    assert declared == [(each["url"], each["version"]) for each in written]
    codes = {each["code"] for one in written for each in one["expansion"]["contains"]}
    lists = [each for group in codelists_of(ruleset, LIBRARY.codelist) for each in group]
    assert codes == {code for each in lists for code in each.codes}


def test_the_support_libraries_come_with_it() -> None:
    files = cql_files(scheme(), finding())
    assert next(iter(files)) == "CCRLocalScheme-2026.1.0.cql"
    assert files.items() >= support_libraries().items()
    for file, text in support_libraries().items():
        name, version = file.removesuffix(".cql").split("-")
        assert f"\nlibrary {name} version '{version}'\n" in text
        assert (
            f"include {name} version '{version}' called {name.removeprefix('CCR')}\n"
            in files[next(iter(files))]
        )
    assert [file.partition("-")[0] for file in support_libraries()] == list(SUPPORT)


# --- what it says ----------------------------------------------------------------------------------


def test_a_definition_stands_under_its_plain_english_and_its_own_words() -> None:
    text = exported(scheme())
    assert (
        "// review: the earliest cancer care review on or after diagnosis (DIAGNOSED).\n// REVIEWED: "
        "{earliest: REVIEW, from: DIAGNOSED}\n"
        'define "Date REVIEWED":\n'
    ) in text
    assert "// Talk (talk)\n// - For everyone for whom “has cancer” holds.\n" in text
    assert (
        "// - Says: “Talk by {talk.due}”\n// - Suggested for recording: REVIEW.\n// - [source: us]\n" in text
    )
    visit = (
        "// - A visit (visit): 50.00 GBP for each patient and year when “has cancer” holds. [source: us]\n"
    )
    assert visit + 'define "Payment visit":\n' in text


def test_a_draft_says_that_it_is_one() -> None:
    assert "\n// DRAFT, not clinically approved.\n" in exported(replace(scheme(), status="draft"))
    assert "\n// Status: active.\n" in exported(scheme())


def test_a_ruleset_prompts_while_it_is_in_force() -> None:
    def in_force(ruleset: Ruleset) -> str:
        return definition(exported(ruleset), "In force").splitlines()[1]

    shipped = cql_library(LIBRARY.find("qof-cancer@2023"), LIBRARY.codelist)
    ends = 'Calculus.Always("As of" >= @2023-04-01 and "As of" <= @2024-03-31)'
    assert ends in definition(shipped, "In force")
    assert in_force(scheme()) == '  Calculus.Always("As of" >= @2026-01-01)'
    assert in_force(replace(scheme(), status="retired")) == "  Calculus.Always(false)"


# --- membership ------------------------------------------------------------------------------------


def test_a_list_is_matched_by_code_then_term_in_the_order_of_its_classes() -> None:
    codes = {
        "1": CodelistEntry("1", "Spread", "metastasis", "verified"),
        "2": CodelistEntry("2", "Tumour", "primary", "verified"),
    }
    cancer = codelist(
        "cancer-diagnosis",
        codes=codes,
        terms=by_term("Old Tumour (disorder)", "history-of") | by_term("A tumour", "primary"),
        classes=("primary", "metastasis", "history-of"),
        looks_like=(looking_like(r"\btumour\b", "primary"),),
        unless=("no tumour",),
        excludes=("not-cancer",),
    )
    text = cql_library(scheme(), finding(cancer=cancer))
    known = definition(text, "Known classes in cancer-diagnosis")
    assert re.findall(r"class: '(.*?)', holds: exists \((.*)\) }", known) == [
        ("primary", '_codes _code where _code in "cancer-diagnosis, primary"'),
        ("metastasis", '_codes _code where _code in "cancer-diagnosis, metastasis"'),
        ("primary", "_texts _text where _text = 'a tumour'"),
        ("history-of", "_texts _text where _text = 'old tumour'"),
    ]
    assert definition(text, "Likenesses of cancer-diagnosis").splitlines()[1:] == [
        r"  { Tuple { pattern: '\\btumour\\b', class: 'primary', rank: 0 } }"
    ]
    assert "{ 'no tumour' }" in definition(text, "Spoken against for cancer-diagnosis")
    members = definition(text, "Members of cancer-diagnosis")
    assert 'or exists "Known classes in not-cancer"(_entry.codes, _entry.texts)' in members
    assert "Members of not-cancer" not in text, "it only tells what does not belong"


def test_a_list_that_knows_nothing_has_no_members_but_those_that_look_like_them() -> None:
    empty = codelist("cancer-diagnosis", codes={}, looks_like=(looking_like("tumour"),))
    text = cql_library(scheme(), finding(empty=empty))
    assert definition(text, "Known classes in cancer-diagnosis").endswith("\n  List<String> { }")
    assert 'valueset "cancer-diagnosis"' not in text


def test_a_list_that_counts_what_cql_does_not_read_is_refused() -> None:
    """An entry that is never looked at would silently be none."""
    for more in ({"found_in": frozenset({"Condition", "Flag"})}, {"also_in": frozenset({"Flag"})}):
        with pytest.raises(
            UsageError, match="codelist cancer-diagnosis counts entries in Flag, which exported CQL"
        ):
            cql_library(scheme(), finding(flags=codelist("cancer-diagnosis", **more)))


def test_only_the_kinds_that_matter_are_read() -> None:
    entries = definition(exported(scheme()), "All entries")
    assert 'flatten { Record."Conditions", Record."Handed in"("Further entries") }' in entries


def test_terms_are_folded_as_the_engine_folds_them() -> None:
    tag = folding._SEMANTIC_TAG.pattern.replace("\\", "\\\\")
    record = support_libraries()["CCRRecord-1.0.0.cql"]
    assert f"ReplaceMatches(text, '{tag}', '')" in record
    assert f"Length(text) > {folding.LONGEST_TEXT} " in record


# --- value sets ------------------------------------------------------------------------------------


def test_a_value_set_is_valid_fhir_and_says_where_it_is_from() -> None:
    cancer = LIBRARY.codelist("cancer-diagnosis")
    made = value_set(cancer, "metastasis", "https://icb.example/fhir/")
    ValueSet.model_validate(made)
    assert made["url"] == "https://icb.example/fhir/ValueSet/cancer-diagnosis.metastasis"
    assert made["name"] == "CCRCancerDiagnosisMetastasis"
    assert made["version"] == made["expansion"]["timestamp"] == cancer.release
    assert made["description"].startswith(
        f"Release {cancer.release} of the codelist cancer-diagnosis, which is incomplete. "
    )
    assert {each["code"] for each in made["compose"]["include"][0]["concept"]} == {
        code for code, entry in cancer.codes.items() if entry.class_ == "metastasis"
    }


def test_codes_that_are_not_verified_are_counted() -> None:
    listed = dataclasses.replace(
        codelist("x"), codes={CODE: CodelistEntry(CODE, "Term", None, "unverified")}, complete=True
    )
    assert value_set(listed, "")["description"] == (
        "Release 2026-11-21 of the codelist x, which is complete. Of its codes 1 are not verified."
    )
    ValueSet.model_validate(value_set(listed, ""))
