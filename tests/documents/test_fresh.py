"""What is generated is what would be written now."""

import pytest

from ccr_rules.governance.hazards import hazards
from tests.documents import cds_hooks_page, conformance_page, fhir_page, plugins_page, ruleset_pages, write
from tests.documents.ruleset_pages import FOLDER, INDEX, LOCATED

ANEW = "write it anew: make docs"


def test_the_page_about_fhir_shows_the_tables_of_the_reader() -> None:
    assert fhir_page.PAGE.read_text(encoding="utf-8") == fhir_page.page(), ANEW


def test_the_page_about_cds_hooks_shows_what_the_service_says() -> None:
    assert cds_hooks_page.PAGE.read_text(encoding="utf-8") == cds_hooks_page.page(), ANEW


def test_the_page_about_conformance_lists_every_case() -> None:
    assert conformance_page.PAGE.read_text(encoding="utf-8") == conformance_page.page(), ANEW


def test_the_page_about_plugins_has_every_hook_and_every_plugin() -> None:
    assert plugins_page.PAGE.read_text(encoding="utf-8") == plugins_page.page(), ANEW


def test_the_list_of_plugins_has_a_row_for_each() -> None:
    listed = (plugins_page.PLUGINS / "README.md").read_text(encoding="utf-8")
    for folder in plugins_page.folders():
        assert f"\n| [{folder.name}]({folder.name}/README.md) | " in listed


@pytest.mark.parametrize("file", LOCATED)
def test_every_ruleset_has_its_page(file: str) -> None:
    path = FOLDER / ruleset_pages.name_of(LOCATED[file])
    assert path.is_file(), ANEW
    assert path.read_text(encoding="utf-8") == ruleset_pages.page(file), ANEW


def test_there_is_no_page_of_a_ruleset_that_is_no_more() -> None:
    wanted = {ruleset_pages.name_of(located) for located in LOCATED.values()} | {INDEX}
    assert {path.name for path in FOLDER.glob("*.md")} == wanted, ANEW


def test_the_index_lists_every_ruleset_with_its_figures() -> None:
    assert (FOLDER / INDEX).read_text(encoding="utf-8") == ruleset_pages.index(), ANEW


@pytest.mark.parametrize("file", LOCATED)
def test_a_page_holds_every_case_every_hazard_and_everything_unverified(file: str) -> None:
    parts = ruleset_pages.parts_of(file)
    page = (FOLDER / ruleset_pages.name_of(LOCATED[file])).read_text(encoding="utf-8")
    assert parts.casebook is not None
    for case in parts.casebook.cases:
        assert f'<a id="{case.id}"></a>**' in page
    for hazard in hazards(parts.safety):
        assert f"- {hazard.id}: " in page
    for rule in parts.ruleset.not_computable.values():
        assert rule.needs in page


def test_one_command_writes_them_all() -> None:
    names = {writer.__module__ for writer in write.WRITERS}
    assert names == {
        "tests.cli.readme",
        "tests.cli.errors_page",
        "tests.cli.codelists_page",
        "tests.stories.readme",
        "tests.documents.ruleset_pages",
        "tests.documents.fhir_page",
        "tests.documents.cds_hooks_page",
        "tests.documents.conformance_page",
        "tests.docs.tutorial",
        "tests.docs.questionnaire",
        "tests.docs.in_process",
        "tests.documents.plugins_page",
    }
