"""What is kept of rulesets and codelists: the same as read anew, and forgotten when anything changes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from msgspec import Struct

from ccr_rules import Library, RulesetError, load_library
from ccr_rules.agreement.rulesets import rulesets
from ccr_rules.codelists.codelist import Codelist
from ccr_rules.codelists.release import ReleaseRecord
from ccr_rules.language import loading
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.language.text import RulesetText, no_bases
from ccr_rules.library import codelist_files
from ccr_rules.library.cache import Cache
from ccr_rules.library.codelist_releases import releases_text, text_digest
from ccr_rules.library.codelist_text import gather
from ccr_rules.library.kept import ruleset_of
from tests.library.codelist_sources import LIST, library_of, write_text

A, B = "94222008", "254837009"
BASE = """\
ruleset: base
version: 2025.1.0
title: The base
jurisdiction: GB-ENG
status: draft
in_force: {from: 2025-04-01}
sources: [{id: s, title: A source}]
codelists: {GROWTHS: growths}
dates:
  FIRST: {earliest: GROWTHS}
indicators:
  REGISTER: {title: Register, population: FIRST is not null, source: s}
"""
OVERLAY = """\
ruleset: overlay
version: 2025.1.0
title: The overlay
jurisdiction: GB-ENG
status: draft
in_force: {{from: 2025-04-01}}
extends: {{ruleset: base, version: 2025.1.0, digest: "{digest}"}}
"""


def told(value: object) -> object:
    """Return a value in full, places and all that equality leaves out with it, and its type at each step."""
    name = type(value).__name__
    if isinstance(value, Struct):
        return (name, *(told(getattr(value, field)) for field in value.__struct_fields__))
    if is_dataclass(value):
        return (name, *(told(getattr(value, field.name)) for field in fields(value)))
    if isinstance(value, dict):
        return (name, *((key, told(inner)) for key, inner in value.items()))
    if isinstance(value, tuple):
        return (name, *map(told, value))
    return (name, value)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a library folder: a base, an overlay of it, and the codelist that they use."""
    root = library_of(tmp_path / "root", d2026_01_01=f"{A},Cancer,primary,verified,\n")
    write_text(root / "base" / "2025" / "ruleset.yaml", BASE)
    digest = Library(root).find("base").digest
    write_text(root / "overlay" / "2025" / "ruleset.yaml", OVERLAY.format(digest=digest))
    return root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@contextmanager
def reading_nothing_anew() -> Iterator[None]:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("read anew")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "check_ruleset", refuse)
        patch.setattr(codelist_files, "read_codelist", refuse)
        yield


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def all_of(library: Library) -> list[Ruleset | Codelist]:
    return [*library.rulesets, *map(library.codelist, library.codelist_names)]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Return the shipped library as it was kept."""
    folder = tmp_path_factory.mktemp("kept")
    all_of(Library.shipped(cache=folder))
    library = Library.shipped(cache=folder)
    with reading_nothing_anew():
        all_of(library)
    return library


ANEW = Library.shipped(cache=None)


class TestTheSame:
    @pytest.mark.parametrize("reference", [ruleset.reference for ruleset in ANEW.rulesets])
    def test_every_shipped_ruleset(self, shipped: Library, reference: str) -> None:
        one, other = shipped.find(reference), ANEW.find(reference)
        assert one == other
        assert told(one) == told(other)

    @pytest.mark.parametrize("name", ANEW.codelist_names)
    def test_every_shipped_codelist(self, shipped: Library, name: str) -> None:
        assert told(shipped.codelist(name)) == told(ANEW.codelist(name))

    @given(rulesets())
    def test_every_ruleset_that_can_be_drawn(self, ruleset: Ruleset) -> None:
        again = msgspec.json.decode(msgspec.json.encode(ruleset), type=Ruleset)
        assert again == ruleset
        assert told(again) == told(ruleset)

    def test_an_imported_release_of_a_list(self, root: Path, folder: Path) -> None:
        text = f"code,term,class,status,note\n{A},Cancer,primary,verified,\n,Growth,primary,verified,\n"
        record = ReleaseRecord("us", "Free", "csv", ("list.csv",), 2, text_digest(text))
        write_text(root / "codelists" / "growths" / "2026-02-01.csv", text)
        write_text(root / "codelists" / "growths" / "releases.yaml", releases_text({"2026-02-01": record}))
        anew = Library(root, cache=folder).codelist("growths")
        again = Library(root, cache=folder).codelist("growths")
        assert told(again) == told(anew)
        assert again.imported == record


class TestUsed:
    def test_what_is_kept_is_not_read_again(self, root: Path, folder: Path) -> None:
        with reading_nothing_anew(), pytest.raises(AssertionError, match="read anew"):
            all_of(Library(root, cache=folder))
        anew = all_of(Library(root, cache=folder))
        with reading_nothing_anew():
            again = all_of(Library(root, cache=folder))
        assert [told(each) for each in again] == [told(each) for each in anew]

    def test_folders_share_what_they_do_not_change(self, root: Path, tmp_path: Path, folder: Path) -> None:
        """A folder with a list of its own does not make the rulesets of the others be read again."""
        all_of(Library(root, cache=folder))
        before = {file: file.stat().st_mtime_ns for file in folder.iterdir()}
        more = library_of(tmp_path / "more", LIST.replace("growths", "more"), "more", d2026_01_01="")
        library = Library(root, more, cache=folder)
        all_of(library)
        assert library.codelist_names == ("growths", "more")
        assert {file: file.stat().st_mtime_ns for file in before} == before

    def test_a_ruleset_that_cannot_be_used_is_never_kept(self, root: Path, folder: Path) -> None:
        change(root / "base" / "2025" / "ruleset.yaml", "status: draft", "status: brilliant")
        for _ in range(2):
            with pytest.raises(RulesetError, match="status"):
                Library(root, cache=folder).find("base")
        assert list(folder.iterdir()) == []

    def test_check_reads_anew_and_warns_each_time(self, root: Path, folder: Path) -> None:
        file = root / "base" / "2025" / "ruleset.yaml"
        change(file, "FIRST: {earliest: GROWTHS}", "FIRST: {earliest: GROWTHS}\n  LAST: {latest: GROWTHS}")
        library = Library(root, cache=folder)
        assert library.find("base").dates.keys() == {"FIRST", "LAST"}
        located = next(each for each in library.located() if each.family == "base")
        for _ in range(2):
            assert [problem.code for problem in library.check(located)[1]] == ["unused"]
        change(file, "LAST:", "FINAL:")
        ruleset, _ = library.check(located)
        assert ruleset is not None
        assert ruleset.dates.keys() == {"FIRST", "FINAL"}

    def test_a_later_check_sees_a_base_that_was_changed(self, root: Path, folder: Path) -> None:
        library = Library(root, cache=folder)
        located = next(each for each in library.located() if each.family == "overlay")
        assert library.check(located)[1] == ()
        change(root / "base" / "2025" / "ruleset.yaml", "title: Register", "title: The register")
        assert [problem.code for problem in library.check(located)[1]] == ["base-digest"]


class TestForgotten:
    @pytest.fixture(autouse=True)
    def kept(self, root: Path, folder: Path) -> None:
        all_of(Library(root, cache=folder))

    def test_when_the_ruleset_changes(self, root: Path, folder: Path) -> None:
        change(root / "overlay" / "2025" / "ruleset.yaml", "The overlay", "Another")
        for _ in range(2):
            assert Library(root, cache=folder).find("overlay").title == "Another"

    def test_when_its_base_changes_what_it_means(self, root: Path, folder: Path) -> None:
        change(root / "base" / "2025" / "ruleset.yaml", "title: Register", "title: The register")
        with pytest.raises(RulesetError, match="not the locked"):
            Library(root, cache=folder).find("overlay")

    def test_when_its_base_changes_in_form_alone(self, root: Path, folder: Path) -> None:
        """Its digest stays, its places do not."""
        before = Library(root, cache=folder).find("overlay")
        change(root / "base" / "2025" / "ruleset.yaml", "dates:", "# The first.\ndates:")
        after = Library(root, cache=folder).find("overlay")
        assert after == before
        assert after.dates["FIRST"].at.line == before.dates["FIRST"].at.line + 1

    def test_when_its_base_is_gone(self, root: Path, folder: Path) -> None:
        shutil.rmtree(root / "base")
        with pytest.raises(RulesetError, match=r"there is no ruleset base@2025\.1\.0"):
            Library(root, cache=folder).find("overlay")

    def test_when_its_base_is_another_one_in_an_earlier_folder(
        self, root: Path, tmp_path: Path, folder: Path
    ) -> None:
        other = BASE.replace("title: Register", "title: The register")
        write_text(tmp_path / "first" / "base" / "2025" / "ruleset.yaml", other)
        with pytest.raises(RulesetError, match="not the locked"):
            Library(tmp_path / "first", root, cache=folder).find("overlay")
        assert Library(root, cache=folder).find("overlay").indicators["REGISTER"].title == "Register"

    def test_when_a_codelist_that_it_uses_is_gone(self, root: Path, folder: Path) -> None:
        shutil.rmtree(root / "codelists")
        with pytest.raises(RulesetError, match="there is no codelist `growths`"):
            Library(root, cache=folder).find("base")

    def test_when_its_folder_has_another_name(self, root: Path, folder: Path) -> None:
        (root / "base").rename(root / "basis")
        place = Library(root, cache=folder).find("base").dates["FIRST"].at
        assert place.file == "basis/2025/ruleset.yaml"

    def test_when_an_entry_of_a_codelist_changes(self, root: Path, folder: Path) -> None:
        change(root / "codelists" / "growths" / "2026-01-01.csv", A, B)
        for _ in range(2):
            assert Library(root, cache=folder).codelist("growths").codes.keys() == {B}

    def test_when_what_a_codelist_is_changes(self, root: Path, folder: Path) -> None:
        change(root / "codelists" / "growths" / "codelist.yaml", "Growths", "Tumours")
        assert Library(root, cache=folder).codelist("growths").title == "Tumours"

    def test_when_what_is_known_of_a_release_changes(self, root: Path, folder: Path) -> None:
        lists = root / "codelists" / "growths"
        digest = text_digest((lists / "2026-01-01.csv").read_text(encoding="utf-8"))
        record = ReleaseRecord("us", "Free", "csv", ("list.csv",), 1, digest)
        write_text(lists / "releases.yaml", releases_text({"2026-01-01": record}))
        assert Library(root, cache=folder).codelist("growths").imported == record
        change(lists / "releases.yaml", digest, "sha256:0")
        with pytest.raises(RulesetError, match="changed after it was imported"):
            Library(root, cache=folder).codelist("growths")
        (lists / "releases.yaml").unlink()
        assert Library(root, cache=folder).codelist("growths").imported is None

    def test_when_a_newer_release_comes(self, root: Path, tmp_path: Path, folder: Path) -> None:
        more = library_of(tmp_path / "more", d2026_02_01=f"{B},Cancer,primary,verified,\n")
        assert Library(root, more, cache=folder).codelist("growths").release == "2026-02-01"
        assert Library(root, cache=folder).codelist("growths").release == "2026-01-01"
        shutil.copy(more / "codelists" / "growths" / "2026-02-01.csv", root / "codelists" / "growths")
        assert Library(root, cache=folder).codelist("growths").release == "2026-02-01"
        assert Library(root, cache=folder).codelist("growths", "2026-01-01").codes.keys() == {A}

    def test_when_a_file_that_is_no_release_comes(self, root: Path, folder: Path) -> None:
        (root / "codelists" / "growths" / "newest.csv").write_text("", encoding="utf-8")
        with pytest.raises(RulesetError, match="a release is named by its day"):
            Library(root, cache=folder).codelist("growths", "2026-01-01")

    def test_when_the_file_was_spoilt_and_then_kept_again(self, root: Path, folder: Path) -> None:
        before = [told(each) for each in all_of(Library(root, cache=folder))]
        whole = {file: file.read_bytes() for file in folder.iterdir()}
        for number, (file, content) in enumerate(sorted(whole.items())):
            file.write_bytes(content[: len(content) * number // len(whole)])
        assert [told(each) for each in all_of(Library(root, cache=folder))] == before
        assert {file: file.read_bytes() for file in folder.iterdir()}.keys() == whole.keys()
        assert all(file.stat().st_size == len(content) for file, content in whole.items())


READER = """
import hashlib, sys
from pathlib import Path
from ccr_rules import Library

library = Library(Path(sys.argv[1]), cache=Path(sys.argv[2]))
said = [library.rulesets, *map(library.codelist, library.codelist_names)]
print(library.rulesets, [sorted(each.codes) for each in said[1:]])
"""


def test_processes_that_start_at_once_read_the_same(root: Path, folder: Path) -> None:
    command = [sys.executable, "-c", READER, str(root), str(folder)]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) for _ in range(3)]
    said = {reader.communicate()[0] for reader in readers}
    assert [reader.returncode for reader in readers] == [0, 0, 0]
    assert len(said) == 1
    assert len(list(folder.iterdir())) == 3


def test_a_text_that_is_not_of_a_file_is_kept_too(folder: Path) -> None:
    cache = Cache(folder)
    for file in ("ruleset.yaml", os.fsdecode(b"\xff.yaml")):
        source = RulesetText(BASE, file)
        anew = ruleset_of(source, "here", no_bases, ["growths"], cache)
        assert ruleset_of(source, "here", no_bases, ["growths"], cache) == anew


def test_a_folder_whose_name_is_no_text_works(root: Path, folder: Path) -> None:
    """What would name it cannot be written, so it is read each time."""
    odd = root / os.fsdecode(b"odd \xff")
    (root / "base").rename(odd)
    lists = root / "codelists" / os.fsdecode(b"odd \xff")
    shutil.copytree(root / "codelists" / "growths", lists)
    for _ in range(2):
        library = Library(root, cache=folder)
        assert library.find("base").id == "base"
        with pytest.raises(RulesetError, match="the list is called"):
            library.codelist(lists.name)


def test_a_gathered_text_says_which_of_its_files_there_are(root: Path) -> None:
    """No two states of a folder look the same: a file that is empty is not one that is missing."""
    lists = root / "codelists" / "growths"
    seen = [b"".join(gather([lists]).parts())]
    (lists / "releases.yaml").write_bytes(b"")
    seen.append(b"".join(gather([lists]).parts()))
    (lists / "codelist.yaml").unlink()
    seen.append(b"".join(gather([lists]).parts()))
    (lists / "2026-01-01.csv").unlink()
    seen.append(b"".join(gather([lists]).parts()))
    assert len(set(seen)) == 4


def test_a_host_may_say_where(root: Path, folder: Path, tmp_path: Path) -> None:
    assert load_library(root, cache=folder).cache.folder == folder
    assert Library.shipped(cache=None).cache.folder is None
    assert Library(root).cache.folder is None  # CCR_CACHE=off, as in all tests
