"""The hooks of the start, in the order of their lives: when each is called, and what its answer does."""

from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pytest

from ccr_rules import (
    Engine,
    Plugins,
    UsageError,
)
from ccr_rules.hosting import (
    Form,
    hookimpl,
)
from tests.cli.support import write_ruleset
from tests.hosting.samples import (
    AS_OF,
    PLAIN,
    STORY,
    Writes,
    hosting,
)

# --- ccr_configure --------------------------------------------------------------------------------


def test_ccr_configure_gets_the_settings_before_any_other_hook() -> None:
    class Configured:
        def __init__(self) -> None:
            self.calls: list[Any] = []

        @hookimpl
        def ccr_configure(self, settings: Mapping[str, Any], folder: Path) -> None:
            self.calls.append((settings, folder))

        @hookimpl
        def ccr_forms(self) -> list[Form]:
            self.calls.append("forms")
            return []

    plugin, bare = Configured(), Configured()
    Plugins.of({"configured": plugin, "bare": bare}, {"configured": {"list": "a.csv"}})
    assert plugin.calls == [({"list": "a.csv"}, Path()), "forms"]
    assert bare.calls == [({}, Path()), "forms"]


# --- ccr_forms ------------------------------------------------------------------------------------


def test_ccr_forms_names_what_can_be_asked_for() -> None:
    names = [each.name for each in Plugins.of({"w": Writes()}).forms]
    assert names == ["json", "card-text", "card-sheet", "card-letter", "card-missing"]


def test_two_plugins_cannot_give_one_form() -> None:
    with pytest.raises(UsageError, match="plugin b: the form card-text of evaluations is given by a too"):
        Plugins.of({"a": Writes(), "b": Writes()})


def test_forms_of_different_things_may_have_one_name() -> None:
    class Names:
        def __init__(self, of: Any) -> None:
            self.of = of

        @hookimpl
        def ccr_forms(self) -> list[Form]:
            return [Form("sheet", self.of, f"Of {self.of}")]

    plugins = Plugins.of({"a": Names("ruleset"), "b": Names("delivery")})
    assert [each.title for each in plugins.forms[1:]] == ["Of ruleset", "Of delivery"]


# --- ccr_rulesets, ccr_codelists ------------------------------------------------------------------


class Gives:
    """Gives folders of rulesets and codelists."""

    def __init__(self, rulesets: Any = (), codelists: Any = ()) -> None:
        self.rulesets = rulesets
        self.codelists = codelists

    @hookimpl
    def ccr_rulesets(self) -> Sequence[Traversable]:
        return self.rulesets  # type: ignore[no-any-return]

    @hookimpl
    def ccr_codelists(self) -> Sequence[Traversable]:
        return self.codelists  # type: ignore[no-any-return]


@pytest.fixture
def scheme(tmp_path: Path) -> Path:
    folder = tmp_path / "scheme"
    folder.mkdir()
    write_ruleset(folder)
    return folder


def codelist(tmp_path: Path, text: str = "code,display\n720006006,Cancer care review\n") -> Path:
    folder = tmp_path / "lists" / "small"
    folder.mkdir(parents=True)
    (folder / "2026-01-01.csv").write_text(text)
    (folder / "codelist.yaml").write_text("")
    return folder.parent


def test_ccr_rulesets_adds_to_the_library_and_every_answer_says_who_gave_them(scheme: Path) -> None:
    engine = hosting(gives=Gives([scheme]))
    assert {each.reference for each in engine.library.rulesets} > {
        each.reference for each in PLAIN.library.rulesets
    }
    evaluation = engine.evaluate(STORY, AS_OF)
    assert evaluation.hosted.plugins == ("gives",)
    assert evaluation.decision != PLAIN.evaluate(STORY, AS_OF).decision


def test_folders_with_an_invalid_ruleset_are_left_out_and_the_others_are_used(
    scheme: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken" / "family" / "1"
    broken.mkdir(parents=True)
    (broken / "ruleset.yaml").write_text("ruleset: [")
    engine = hosting(bad=Gives([tmp_path / "broken"]), good=Gives([scheme]))
    assert len(engine.library.rulesets) > len(PLAIN.library.rulesets)
    hosted = engine.evaluate(STORY, AS_OF).hosted
    assert hosted.plugins == ("good",)
    assert [(each.plugin, each.hook) for each in hosted.faults] == [("bad", "ccr_rulesets")]
    assert "its folder broken is left out" in hosted.faults[0].fault


def test_a_ruleset_folder_may_hold_codelists_and_be_empty_of_all_else(tmp_path: Path) -> None:
    (tmp_path / "codelists" / "ours").mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "rulesets" / "codelists" / "cancer-care-review"
    for file in shipped.iterdir():
        text = file.read_text(encoding="utf-8").replace("name: cancer-care-review", "name: ours")
        (tmp_path / "codelists" / "ours" / file.name).write_text(text, encoding="utf-8")
    assert "ours" in hosting(gives=Gives([tmp_path])).library.codelist_names


@pytest.mark.parametrize("folders", [["text"], [Path("no/such/folder")], 7])
def test_what_is_no_folder_is_refused(folders: Any) -> None:
    hosted = hosting(bad=Gives(folders, folders)).evaluate(STORY, AS_OF).hosted
    assert [each.hook for each in hosted.faults] == ["ccr_rulesets", "ccr_codelists"]


def test_ccr_codelists_adds_lists_and_releases(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "rulesets" / "codelists" / "cancer-care-review"
    lists = tmp_path / "lists"
    (lists / "ours").mkdir(parents=True)
    for file in shipped.iterdir():
        text = file.read_text(encoding="utf-8").replace("name: cancer-care-review", "name: ours")
        (lists / "ours" / file.name).write_text(text, encoding="utf-8")
    engine = hosting(gives=Gives((), [lists]))
    assert "ours" in engine.library.codelist_names
    assert engine.library.codelist("ours").codes == engine.library.codelist("cancer-care-review").codes
    (lists / "bad").mkdir()
    (lists / "bad" / "2026-01-01.csv").write_text("nonsense")
    again = hosting(gives=Gives((), [lists]))
    assert "ours" not in again.library.codelist_names
    assert again.evaluate(STORY, AS_OF).hosted.faults[0].hook == "ccr_codelists"


def test_a_folder_of_the_hosts_own_must_exist() -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        Engine.hosting(Plugins(), "no/such/folder")
