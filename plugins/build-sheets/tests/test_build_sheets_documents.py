"""The files that come out: a page that prints, JSON that fits its schema, codes as CSV. Of every ruleset."""

import csv
import json
from functools import cache
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from ccr_build_sheets.book import book
from ccr_build_sheets.documents import documents
from ccr_build_sheets.html import css_string
from ccr_build_sheets.model import Book
from ccr_build_sheets.plugin import BuildSheets
from ccr_build_sheets.schema import SCHEMA_FILE, shipped, text
from ccr_build_sheets.systems import FORMS
from ccr_build_sheets.tables import COLUMNS, codes_csv
from jsonschema import Draft202012Validator

from ccr_rules.errors import UsageError
from ccr_rules.hosting.plugins import Plugins
from ccr_rules.library.library import load_library

PLUGIN = Path(__file__).parents[1]
LIBRARY = load_library(Path(__file__).parent / "library", PLUGIN / "examples" / "library", cache=None)
RULESETS = [ruleset.reference for ruleset in LIBRARY.rulesets]
EVERYTHING = "everything@2026.1.0"
VALIDATOR = Draft202012Validator(shipped())


@cache
def sheets(reference: str, form: str = "build-sheet-emis") -> Book:
    made = book(LIBRARY.find(reference), LIBRARY, FORMS["build-sheet-emis"], form)
    return msgspec.structs.replace(made, system=FORMS[form])


@cache
def files(reference: str, form: str = "build-sheet-emis") -> tuple[str, str, str]:
    page, structured, codes = documents(
        msgspec.structs.replace(sheets(reference), form=form, system=FORMS[form])
    )
    return page.content.decode(), structured.content.decode(), codes.content.decode()


class Page(HTMLParser):
    """Reads a page as strictly as a validator would: every element closed, every id once."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.text: list[str] = []
        self.tables: list[list[str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if tag == "a" else []
        self.loads += [
            name for name in given if name in ("src", "srcset", "style", "action") or name.startswith("on")
        ]
        if tag == "table":
            self.tables.append([])
        elif self.tables and "table" in self.open:
            self.tables[-1].append(tag + ("[scope]" if "scope" in given else ""))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


# --- the plugin ---------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_asked_for_by_name_and_gives_a_page_then_json_then_codes(form: str) -> None:
    plugins = Plugins.of({"build-sheets": BuildSheets()})
    exported = plugins.export(LIBRARY.find(EVERYTHING), LIBRARY, form, {})
    stem = f"{form}-everything-2026.1.0"
    assert [(each.name, each.media_type) for each in exported] == [
        (f"{stem}.html", "text/html"),
        (f"{stem}.json", "application/json"),
        (f"{stem}-codes.csv", "text/csv"),
    ]
    assert [each.content.decode() for each in exported] == list(files(EVERYTHING, form))


def test_there_are_five_forms_of_rulesets() -> None:
    names = {form.name for form in BuildSheets().ccr_forms()}
    systems = ("emis", "systmone", "vision", "ardens", "c-the-signs")
    assert names == {f"build-sheet-{system}" for system in systems}
    assert {form.of for form in BuildSheets().ccr_forms()} == {"ruleset"}


def test_a_form_of_somebody_else_is_left_to_them() -> None:
    assert BuildSheets().ccr_export(LIBRARY.find(EVERYTHING), LIBRARY, "cql", {}) is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"test-day": "2026-03-20"}, "no option `test-day`; did you mean `test_day`"),
        ({"test_day": "soon"}, "test_day: 'soon' is not a day; write it as YYYY-MM-DD"),
        ({"test_day": "2027-04-01"}, "everything@2026.1.0 is not in force on 2027-04-01"),
        ({"test_day": "2025-03-31"}, "everything@2026.1.0 is not in force on 2025-03-31"),
    ],
)
def test_an_option_that_cannot_be_meant_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        BuildSheets().ccr_export(LIBRARY.find(EVERYTHING), LIBRARY, "build-sheet-emis", options)
    with pytest.raises(UsageError, match=message):
        Plugins.of({"build-sheets": BuildSheets()}).export(
            LIBRARY.find(EVERYTHING), LIBRARY, "build-sheet-emis", options
        )


# --- every ruleset, every system ------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("reference", RULESETS)
class TestEveryRulesetInEveryForm:
    def test_the_json_fits_the_schema(self, reference: str, form: str) -> None:
        assert [fault.message for fault in VALIDATOR.iter_errors(json.loads(files(reference, form)[1]))] == []

    def test_the_page_is_well_made_and_fetches_nothing(self, reference: str, form: str) -> None:
        page = Page(files(reference, form)[0])
        assert page.open == []
        assert len(page.ids) == len(set(page.ids))
        assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
        assert all(link.startswith("#") for link in page.links)
        assert page.loads == []
        assert not {"script", "link", "img", "iframe", "object", "form", "input"} & set(page.tags)
        assert "url(" not in files(reference, form)[0]
        assert "@import" not in files(reference, form)[0]

    def test_it_bears_the_rulesets_name_digest_and_status(self, reference: str, form: str) -> None:
        ruleset = LIBRARY.find(reference)
        page, _, codes = files(reference, form)
        for section in Page(page).ids:
            assert section
        for each in (ruleset.reference, ruleset.digest, FORMS[form].name):
            assert each in page
        if ruleset.status == "draft":
            assert "DRAFT: NOT CLINICALLY APPROVED" in page
        assert all(line["digest"] == ruleset.digest for line in csv.DictReader(StringIO(codes)))


@pytest.mark.parametrize("reference", RULESETS)
class TestEveryRuleset:
    def test_every_prompt_review_indicator_and_codelist_is_there(self, reference: str) -> None:
        ruleset, made = LIBRARY.find(reference), sheets(reference)
        assert [each.id for each in made.alerts] == list(ruleset.prompts)
        for of, section in (
            ("review", ruleset.reviews),
            ("indicator", ruleset.indicators),
            ("finding", ruleset.findings),
            ("item", ruleset.items),
            ("payment", ruleset.payments),
        ):
            assert {each.id for each in made.searches if each.of == of} == set(section)
        assert [each.alias for each in made.codelists] == list(ruleset.codelists)
        assert {each.name for each in made.steps} == {*ruleset.lets, *ruleset.dates, *ruleset.conditions}
        assert len(made.stated) == len(ruleset.not_computable)
        assert {each.review for each in made.templates} == {
            id_ for id_, review in ruleset.reviews.items() if any(review.content.values())
        }
        assert sum(len(stage.steps) for stage in made.process) == len(ruleset.process)
        page = files(reference)[0]
        sections = (made.alerts, made.searches, made.templates, made.steps, made.codelists)
        for mark in (sheet.sheet for section in sections for sheet in section):
            assert f'id="{mark}"' in page

    def test_each_sheet_bears_the_digest(self, reference: str) -> None:
        made, page = sheets(reference), Page(files(reference)[0])
        stamped = len(made.alerts) + len(made.searches) + len(made.templates) + bool(made.process)
        others = ("limits", "steps", "codelists", "patients", "sign-off", "sources")
        assert "".join(page.text).count(made.ruleset.digest) >= stamped + len(others)

    def test_no_code_is_there_that_no_codelist_of_the_library_has(self, reference: str) -> None:
        known = {code for name in LIBRARY.codelist_names for code in LIBRARY.codelist(name).codes}
        assert set(_codes(msgspec.to_builtins(sheets(reference)))) <= known | {""}
        lines = list(csv.DictReader(StringIO(files(reference)[2])))
        assert {line["code"] for line in lines} <= known | {""}
        assert {line["code"] for line in lines if line["status"] == "term only"} <= {""}

    def test_only_verified_codes_in_use_are_offered_for_recording(self, reference: str) -> None:
        made = sheets(reference)
        offered = [each.offers for each in made.alerts] + [each.offers for each in made.searches]
        for offer in (offer for offers in offered for offer in offers):
            if offer.code:
                assert LIBRARY.codelist(offer.codelist).codes[offer.code].status == "verified"

    def test_tables_have_a_caption_and_headed_columns(self, reference: str) -> None:
        for table in Page(files(reference)[0]).tables:
            assert table[0] == "caption"
            assert "th" not in table

    def test_the_same_ruleset_gives_the_same_bytes(self, reference: str) -> None:
        again = documents(
            book(LIBRARY.find(reference), LIBRARY, FORMS["build-sheet-emis"], "build-sheet-emis")
        )
        assert tuple(each.content.decode() for each in again) == files(reference)

    def test_nothing_of_the_sign_off_is_filled_in(self, reference: str) -> None:
        signatures = json.loads(files(reference)[1])["sign_off"]["signatures"]
        assert {(line["name"], line["date"], line["signature"]) for line in signatures} == {("", "", "")}


def _codes(value: Any) -> list[str]:
    """Return what stands in any field `code` of the structured sheets that is one of SNOMED CT."""
    if isinstance(value, dict):
        is_decline = "holds" in value
        own = [value["code"]] if isinstance(value.get("code"), str) and not is_decline else []
        return own + [code for each in value.values() for code in _codes(each)]
    return [code for each in value for code in _codes(each)] if isinstance(value, (list, tuple)) else []


# --- the schema -----------------------------------------------------------------------------------


def test_the_schema_that_is_shipped_is_that_of_the_book_and_has_its_number() -> None:
    assert (PLUGIN / "ccr_build_sheets" / "schemas" / SCHEMA_FILE).read_text(encoding="utf-8") == text()
    assert shipped()["title"] == sheets(EVERYTHING).format


def test_a_filled_in_signature_does_not_fit_the_schema() -> None:
    value = json.loads(files(EVERYTHING)[1])
    value["sign_off"]["signatures"][0]["name"] = "Somebody"
    assert not VALIDATOR.is_valid(value)


# --- texts that could be taken for something else ---------------------------------------------------


def test_what_a_ruleset_writes_is_text_and_never_markup() -> None:
    page = files(EVERYTHING)[0]
    assert "<b>& more</b>" not in page
    assert "&lt;b&gt;&amp; more&lt;/b&gt;" in page


def test_what_stands_in_the_style_sheet_is_escaped() -> None:
    assert css_string('a1"}') == '"a1\\22 \\7d "'


def test_no_cell_begins_a_formula() -> None:
    made = sheets(EVERYTHING)
    listed = made.codelists[0]
    odd = msgspec.structs.replace(listed, terms=("=1+1", "plain", ""), codes=(), unverified=())
    lines = csv.DictReader(StringIO(codes_csv(msgspec.structs.replace(made, codelists=(odd,)))))
    assert [line["term"] for line in lines] == ["'=1+1", "plain", ""]
    assert codes_csv(msgspec.structs.replace(made, codelists=())).rstrip().split(",") == list(COLUMNS)


# --- what is kept to be looked at -------------------------------------------------------------------


def test_the_examples_are_what_comes_out() -> None:
    """README.md says how to make them anew."""
    exported = documents(
        book(LIBRARY.find("our-talk"), LIBRARY, FORMS["build-sheet-emis"], "build-sheet-emis")
    )
    for each in exported:
        assert (PLUGIN / "examples" / each.name).read_bytes() == each.content
