"""What plugins add to the library: each folder is taken, or left out, by itself."""

import zipfile
from collections.abc import Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest

from ccr_rules import PatientRecord
from ccr_rules.engine import Engine
from ccr_rules.hosting import hookimpl
from ccr_rules.hosting.folders import HostedLibrary
from ccr_rules.hosting.plugins import Plugins
from ccr_rules.library.library import Library

BASE = Library.shipped(cache=None).find("best-practice-ccr@2025.1.0")
OVERLAY = f"""\
ruleset: {{id}}
version: 2026.1.0
title: Example
jurisdiction: GB-ENG
status: draft
in_force: {{{{from: 2026-01-01}}}}
extends: {{{{ruleset: best-practice-ccr, version: 2025.1.0, digest: "{BASE.digest}"}}}}
parameters:
  invite_lead: {{{{value: {{lead}}, choice: "of this test"}}}}
"""


class Folders:
    """Gives some folders."""

    def __init__(self, *folders: Traversable) -> None:
        self.folders = folders

    @hookimpl
    def ccr_rulesets(self) -> Sequence[Traversable]:
        return self.folders


class Lists(Folders):
    """Gives some folders of codelists alone."""

    @hookimpl
    def ccr_codelists(self) -> Sequence[Traversable]:
        return self.folders

    ccr_rulesets = None  # type: ignore[assignment]  # it gives codelists alone


def put(root: Path, id_: str, lead: str = "4 months") -> Path:
    folder = root / id_ / "2026"
    folder.mkdir(parents=True)
    (folder / "ruleset.yaml").write_text(OVERLAY.format(id=id_, lead=lead), encoding="utf-8")
    return root


def read(*folders: Path) -> HostedLibrary:
    return Plugins.of({"packs": Folders(*folders)}).library(cache=None)


def test_one_bad_folder_is_left_out_and_the_others_are_taken(tmp_path: Path) -> None:
    found = read(
        put(tmp_path / "a", "local-a"),
        put(tmp_path / "bad", "local-bad", lead="a while"),
        put(tmp_path / "b", "local-b"),
    )
    ids = {ruleset.id for ruleset in found.library.rulesets}
    assert {"local-a", "local-b", "qof-cancer"} <= ids
    assert "local-bad" not in ids
    (fault,) = found.faults
    assert fault.fault.startswith("its folder bad is left out: local-bad/2026/ruleset.yaml cannot be used\n")
    evaluation = Engine(found).evaluate(PatientRecord("Patient/p1"), "2026-06-01")
    assert (evaluation.hosted.plugins, evaluation.hosted.faults) == (("packs",), (fault,))


def test_no_plugin_replaces_a_ruleset(tmp_path: Path) -> None:
    """Two texts under one name and version would leave it open which of them an answer rests on."""
    first, second = put(tmp_path / "first", "local-a"), put(tmp_path / "second", "local-a", lead="5 months")
    found = read(first, second)
    assert [each.fault for each in found.faults] == [
        "its folder second is left out: local-a@2026.1.0 is there already, and says something else; "
        "give it another version"
    ]
    (kept,) = (each for each in found.library.rulesets if each.id == "local-a")
    assert kept.digest == Library(first, *Library.shipped()._roots, cache=None).find("local-a").digest


def test_the_same_text_twice_is_no_fault(tmp_path: Path) -> None:
    assert read(put(tmp_path / "a", "local-a"), put(tmp_path / "b", "local-a")).faults == ()


@pytest.mark.parametrize("plugin", [Folders, Lists])
def test_a_codelist_that_cannot_be_used(plugin: type[Folders], tmp_path: Path) -> None:
    lists = tmp_path / ("codelists" if plugin is Folders else ".") / "carer-unclear"
    lists.mkdir(parents=True)
    (lists / "2026-02-30.csv").write_text("code,term,class,status,note\n", encoding="utf-8")
    found = Plugins.of({"packs": plugin(tmp_path)}).library(cache=None)
    assert [each.fault.splitlines()[0] for each in found.faults] == [
        f"its folder {tmp_path.name} is left out: codelist carer-unclear cannot be used"
    ]
    assert found.library.codelist_releases("carer-unclear") == ("2026-11-21",)
    assert found.took == ()


def test_a_folder_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as file:
        file.writestr("pack/local-b/2026/ruleset.yaml", OVERLAY.format(id="local-b", lead="4 months"))
    closed = zipfile.Path(file, "pack/")
    found = Plugins.of({"a": Folders(closed), "b": Folders(put(tmp_path, "local-a"))}).library(cache=None)
    assert "local-a" in {ruleset.id for ruleset in found.library.rulesets}
    said = "its folder pack is left out: it cannot be read (ValueError)"
    assert [(each.plugin, each.fault) for each in found.faults] == [("a", said)]
