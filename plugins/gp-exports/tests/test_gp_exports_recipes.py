"""Recipes: what comes with the plugin, and mappings of one's own."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from ccr_gp_exports.plugin import GpExports
from ccr_gp_exports.recipe import CELLS, DATE_FORMS, SYSTEMS, fold
from ccr_gp_exports.recipe_text import own, read_recipe, shipped

from ccr_rules import Library, Plugins, UsageError
from ccr_rules.language.nodes import ListNode, MapNode
from ccr_rules.language.report import Report
from ccr_rules.language.yaml_text import read_yaml

WHOLE = """\
system: ours
columns:
  number: Chart
  term: Words
  date: Day
"""


def read(text: str) -> Any:
    return read_recipe(text.encode(), "ours.yaml", shipped)


def configured(tmp_path: Path, **settings: Any) -> GpExports:
    plugin = GpExports()
    plugin.ccr_configure(settings, tmp_path)
    return plugin


# --- those that come with the plugin --------------------------------------------------------------


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_heading_says_where_it_was_seen_or_that_it_was_not(system: str) -> None:
    text = (files("ccr_gp_exports") / "recipes" / f"{system}.yaml").read_bytes()
    root = read_yaml(text, system, Report())
    assert root is not None
    columns = root.get("columns")
    assert isinstance(columns, MapNode)
    for pair in columns.pairs.values():
        assert isinstance(pair.value, MapNode)
        headings = pair.value.get("headings")
        assert isinstance(headings, ListNode)
        for heading in headings.items:
            assert isinstance(heading, MapNode)
            assert len({"seen_in", "unverified"} & heading.pairs.keys()) == 1


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_recipe_can_say_all_that_a_review_needs(system: str) -> None:
    recipe = shipped(system)
    assert {"nhs_number", "number", "snomed", "term", "date", "recorded", "episode"} <= recipe.columns.keys()
    assert recipe.writes in DATE_FORMS
    assert recipe.kinds() == ("Encounter", "Observation")


def test_every_codelist_can_stand_in_the_kind_that_rows_are_read_as() -> None:
    library = Library.shipped()
    for name in library.codelist_names:
        assert "Observation" in library.codelist(name).found_in, name


def test_headings_are_compared_without_blanks_signs_and_capitals() -> None:
    assert fold("NHS Number") == fold("NHS_NUMBER") == fold("nhsNumber") == "nhsnumber"


# --- one's own ------------------------------------------------------------------------------------


def test_a_mapping_can_stand_alone() -> None:
    recipe = read(WHOLE)
    assert recipe.heading("date", "") == "Day"
    assert recipe.heading("nhs_number", "none") == "none"
    assert recipe.kinds() == ("Observation",)
    assert (recipe.title, recipe.writes) == ("ours", "dd/mm/yyyy")


def test_a_mapping_that_extends_another_changes_what_it_names() -> None:
    recipe = read("extends: emis\nempty: [Unknown]\ncolumns:\n  date: Event day\n  episode: [Ep]\n")
    assert recipe.system == "emis"
    assert recipe.columns["date"].headings == ("Event day",)
    assert recipe.columns["episode"].words["first"] == "first"
    assert recipe.columns["term"].headings == ("Code Term",)
    assert recipe.empty == ("Unknown",)
    assert recipe.writes == "dd-mmm-yyyy"


def test_a_mapping_can_add_a_column_that_the_other_lacks() -> None:
    recipe = read("extends: emis\nsystem: north\nwrites: {date: dd/mm/yyyy}\ncolumns:\n  id: [Row, Entry]\n")
    assert (recipe.system, recipe.columns["id"].headings) == ("north", ("Row", "Entry"))
    assert recipe.writes == "dd/mm/yyyy"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (WHOLE + "colums: x\n", "did you mean `columns`?"),
        (WHOLE.replace("number:", "numbr:"), "did you mean `number`?"),
        (WHOLE.replace("  number: Chart\n", ""), "needs `nhs_number`"),
        (WHOLE.replace("  term: Words\n", ""), "needs `term`"),
        (WHOLE.replace("Words", "Day"), "stands for `term` and for `date`"),
        (WHOLE.replace("ours", "Ours!"), "the name of a system"),
        ("system: ours\n", "needs `columns`"),
        (WHOLE + "extends: emiss\n", "did you mean `emis`?"),
        (WHOLE + "  episode: {headings: Ep, words: {A: frist}}\n", "did you mean `first`?"),
        (WHOLE + "  episode: {headings: Ep, words: {A: [first]}}\n", "is a text"),
        (WHOLE + "  episode: {words: {A: first}}\n", "needs `headings`"),
        (WHOLE + "  code: {headings: [{heading: C, seen_in: nowhere}]}\n", "one of `sources`"),
        (WHOLE + "  code: {headings: [[C]]}\n", "is a text"),
        ("writes: {date: mm/dd/yyyy}\n" + WHOLE, "mm/dd/yyyy"),
        ("just words\n", "not a map"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        read(text)
    assert says in error.value.message
    assert "ours.yaml:" in error.value.message


def test_a_file_is_read_from_the_folder_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(WHOLE)
    assert own(tmp_path / "ours.yaml").system == "ours"
    configured(tmp_path, mapping="ours.yaml", system="ours")
    with pytest.raises(UsageError, match=r"mapping: .*none.yaml cannot be read"):
        configured(tmp_path, mapping="none.yaml")


def test_the_example_of_a_mapping_can_be_used() -> None:
    recipe = own(Path(__file__).parents[1] / "examples" / "own-mapping.yaml")
    assert recipe.columns["number"].headings == ("Chart No", "EMIS Number")


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"systm": "emis"}, "there is no setting `systm`; did you mean `system`?"),
        ({"system": "vison"}, "`vison` cannot be `system`; did you mean `vision`?"),
        ({"system": 3}, "what stands there cannot be `system`"),
        ({"mapping": 3}, "`mapping` is the path of a mapping file"),
        ({"holds": 3}, "`holds` is a list"),
        ({"holds": ["Every Thing"]}, "`holds` is a list"),
        ({"rows_without_patient": "above"}, "did you mean `as above`?"),
        ({"unattributed": "nobody"}, "cannot be `unattributed`"),
    ],
)
def test_settings_are_strict(tmp_path: Path, settings: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError) as error:
        configured(tmp_path, **settings)
    assert says in error.value.message


def test_a_plugin_with_settings_that_do_not_fit_does_not_start() -> None:
    with pytest.raises(UsageError, match="plugin gp-exports: there is no setting"):
        Plugins.of({"gp-exports": GpExports()}, {"gp-exports": {"x": 1}})


def test_all_cells_are_in_some_recipe() -> None:
    assert set(CELLS) == {cell for system in SYSTEMS for cell in shipped(system).columns}


def test_codes_have_the_system_that_is_named() -> None:
    recipe = read(WHOLE + '  code: {headings: Kode, system: "urn:x"}\n')
    assert (recipe.columns["code"].headings, recipe.columns["code"].system) == (("Kode",), "urn:x")
