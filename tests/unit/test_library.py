"""Rulesets and codelists on disk: found by name and version, in force on a day, added by folder."""

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from shutil import copytree, make_archive

import pytest

from ccr_rules import Engine, Library, PatientRecord, RulesetError, UsageError, load_library
from ccr_rules.agreement import codelists
from ccr_rules.agreement.codelists import tiny_library
from ccr_rules.library import library as library_module

TINY = Path(codelists.__file__).parent / "library"
RULESET = """\
ruleset: {id}
version: {version}
title: Example
jurisdiction: GB-ENG
status: {status}
in_force: {{from: {start}}}
{extends}sources: [{{id: s, title: A source}}]
codelists: {{diagnosis: diagnosis}}
dates: {{DX: {{earliest: diagnosis}}}}
indicators: {{REGISTER: {{title: Register, population: DX is not null, source: s}}}}
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that puts a ruleset into a folder beside the codelists for tests."""
    copytree(TINY / "codelists", tmp_path / "codelists")

    def put(
        id_: str,
        version: str = "2024.1.0",
        *,
        status: str = "active",
        start: str = "2024-01-01",
        extends: str = "",
    ) -> Path:
        folder = tmp_path / id_ / version.rsplit(".", 1)[0]
        folder.mkdir(parents=True)
        text = RULESET.format(id=id_, version=version, status=status, start=start, extends=extends)
        (folder / "ruleset.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return put


def test_the_shipped_library() -> None:
    shipped = Library.shipped()
    assert {ruleset.id for ruleset in shipped.rulesets} >= {"best-practice-ccr", "qof-cancer"}
    assert "cancer-diagnosis" in shipped.codelist_names
    assert shipped.codelist("cancer-diagnosis") is shipped.codelist("cancer-diagnosis")


def test_an_installed_package_has_its_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The wheel holds the rulesets as `_rulesets`; a checkout has them beside the package."""
    package = tmp_path / "ccr_rules"
    monkeypatch.setattr(library_module, "__file__", str(package / "library" / "library.py"))
    zipped = library_module.shipped_root()
    assert (zipped.name, zipped.is_dir()) == ("_rulesets", False)
    (tmp_path / "rulesets").mkdir()
    assert library_module.shipped_root() == tmp_path / "rulesets"
    (package / "_rulesets").mkdir(parents=True)
    assert library_module.shipped_root() == package / "_rulesets"


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("one", "one@2024.10.0"),
        ("one@2024.2", "one@2024.2.0"),
        ("one@2024.2.0", "one@2024.2.0"),
        ("one@2024", "one@2024.10.0"),
    ],
)
def test_a_name_finds_the_newest_version_that_it_may_mean(write: Write, name: str, reference: str) -> None:
    """Versions count as numbers: 2024.10 is newer than 2024.2, and no prefix of it is 2024.1."""
    write("one", "2024.2.0")
    root = write("one", "2024.10.0")
    assert Library(root).find(name).reference == reference


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("onne", "did you mean one"),
        ("one@2023", "did you mean one"),
        ("one@2024.1", "did you mean one"),
        ("zzz", "there are one@2024.10.0"),
    ],
)
def test_a_name_that_is_not_there(write: Write, name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=f"there is no ruleset {name}; {hint}"):
        Library(write("one", "2024.10.0")).find(name)


def test_what_is_in_force_on_a_day(write: Write) -> None:
    """The newest version of each; neither retired ones nor local schemes, which are evaluated when named."""
    write("one", "2024.1.0")
    write("one", "2024.2.0", start="2024-07-01")
    write("old", status="retired")
    root = write("draft", status="draft")
    digest = Library(root).find("one@2024.1").digest
    locked = f"extends: {{ruleset: one, version: 2024.1.0, digest: '{digest}'}}\n"
    write("local", extends=locked)
    library = Library(root)

    def in_force(day: str) -> list[str]:
        return [ruleset.reference for ruleset in library.in_force(date.fromisoformat(day))]

    assert in_force("2023-12-31") == []
    assert in_force("2024-01-01") == ["draft@2024.1.0", "one@2024.1.0"]
    assert in_force("2024-07-01") == ["draft@2024.1.0", "one@2024.2.0"]
    assert library.find("local").base is not None


def test_a_base_that_is_not_there_is_said(write: Write) -> None:
    root = write(
        "local", extends=f"extends: {{ruleset: one, version: 2024.1.0, digest: 'sha256:{'0' * 64}'}}\n"
    )
    with pytest.raises(RulesetError, match=r"local/2024.1/ruleset.yaml cannot be used"):
        Library(root).find("local")


def test_a_base_without_a_readable_version_is_passed_over(write: Write) -> None:
    """Its own problem is reported where it stands."""
    root = write("one")
    file = root / "one" / "2024.1" / "ruleset.yaml"
    file.write_text("ruleset: one\n", encoding="utf-8")
    write("local", extends=f"extends: {{ruleset: one, version: 2024.1.0, digest: 'sha256:{'0' * 64}'}}\n")
    library = Library(root)
    problems = {each.family: library.check(each)[1] for each in library.located()}
    assert any(problem.code == "missing-key" for problem in problems["one"])
    assert any(problem.line for problem in problems["local"])


def test_a_file_that_is_no_text_stands_in_the_way_of_no_other(write: Write) -> None:
    root = write("one")
    locked = f"extends: {{ruleset: one, version: 2024.1.0, digest: '{Library(root).find('one').digest}'}}\n"
    write("local", extends=locked)
    write("odd")
    (root / "odd" / "2024.1" / "ruleset.yaml").write_bytes(
        b"ruleset: odd\nversion: \xff\nin_force: {from: 2020-01-01, to: 2020-12-31}\n"
    )
    assert Library(root).find("local").base is not None


def test_a_library_may_stand_in_a_zip_file(write: Write, tmp_path: Path) -> None:
    root = write("one")
    digest = Library(root).find("one").digest
    write("local", extends=f"extends: {{ruleset: one, version: 2024.1.0, digest: '{digest}'}}\n")
    packed = make_archive(str(tmp_path.with_suffix(".packed")), "zip", root)
    for cache in (None, tmp_path / "kept", tmp_path / "kept"):
        library = Library(zipfile.Path(packed), cache=cache)
        assert library.rulesets == Library(root).rulesets
        assert library.codelist("diagnosis") == Library(root).codelist("diagnosis")
        assert library.codelist_names == Library(root).codelist_names


def test_an_unusable_ruleset_stops_the_library_and_says_why(write: Write) -> None:
    root = write("one", status="brilliant")
    with pytest.raises(RulesetError, match=r"one/2024.1/ruleset.yaml:5:9: error") as caught:
        assert Library(root).rulesets
    assert caught.value.exit_code == 10


def test_folders_without_a_ruleset_are_passed_over(write: Write) -> None:
    root = write("one")
    (root / "one" / "notes").mkdir()
    (root / "README.md").write_text("Not a folder.", encoding="utf-8")
    assert [located.file for located in Library(root).located()] == ["one/2024.1/ruleset.yaml"]


def test_a_codelist_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="there is no codelist cancer; one of: diagnosis, invitation"):
        tiny_library().codelist("cancer")


def test_a_folder_adds_to_the_shipped_library(write: Write) -> None:
    library = load_library(write("one"))
    assert {ruleset.id for ruleset in library.rulesets} >= {"one", "qof-cancer"}
    assert {"diagnosis", "cancer-diagnosis"} <= set(library.codelist_names)
    evaluation = Engine(library).evaluate(PatientRecord("Patient/p1"), "2024-06-01", rulesets=["one"])
    assert evaluation.indicators[0].id == "REGISTER"


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder; name one that holds"):
        load_library(tmp_path / "nowhere")


def test_a_folder_without_codelists(tmp_path: Path) -> None:
    assert Library(tmp_path).codelist_names == ()
