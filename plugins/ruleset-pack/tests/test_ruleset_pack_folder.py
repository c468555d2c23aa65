"""A pack's files as folders: what the library reads is what was verified."""

from importlib.resources.abc import Traversable
from pathlib import Path

import pytest
from ccr_ruleset_pack.archive import pack
from ccr_ruleset_pack.folder import PackFolder, Tree
from ccr_ruleset_pack.pack import digest_of, pack_of, read_pack

from ccr_rules import Library, UsageError
from ccr_rules.library.library import shipped_root

FILES = {
    "pack.toml": b"t",
    "a/1/ruleset.yaml": b"r",
    "a/1/README.md": "ü".encode(),
    "codelists/b/2.csv": b"c",
}
MANIFEST = b'name = "p"\nversion = "1"\npublisher = "Somebody"\n'


def root() -> PackFolder:
    return PackFolder(Tree(FILES, "mark", "p-1"))


def test_it_is_what_packages_hold_their_files_in() -> None:
    assert isinstance(root(), Traversable)
    assert (root().name, root().is_dir(), root().is_file()) == ("p-1", True, False)
    assert [each.name for each in root().iterdir()] == ["a", "codelists", "pack.toml"]
    assert [str(each) for each in (root() / "a").iterdir()] == ["p-1[mark]/a/1"]
    assert [each.name for each in (root() / "a" / "1").iterdir()] == ["README.md", "ruleset.yaml"]


def test_the_content_of_a_file() -> None:
    file = root().joinpath("a", "1/README.md")
    assert (file.name, file.is_file(), file.is_dir()) == ("README.md", True, False)
    assert (file.read_bytes(), file.read_text()) == ("ü".encode(), "ü")
    assert file.read_text("ascii", errors="replace") == "\ufffd\ufffd"
    with file.open("rb") as stream:
        assert stream.read() == "ü".encode()
    with file.open() as stream:
        assert stream.read() == "ü"


@pytest.mark.parametrize(
    "path", ["nothing", "a/2", "..", "a/../pack.toml", "/etc/passwd", "a/1/ruleset.yaml/x"]
)
def test_what_is_not_there(path: str) -> None:
    missing = root() / path
    assert (missing.is_dir(), missing.is_file()) == (False, False)
    with pytest.raises(FileNotFoundError, match=r"p-1\[mark\]/"):
        missing.read_bytes()
    with pytest.raises(NotADirectoryError):
        missing.iterdir()


def test_the_same_place_in_the_same_pack_is_the_same() -> None:
    assert len({root() / "a", root() / "a", PackFolder(Tree(FILES, "other", "p-1")) / "a"}) == 2
    assert root() != str(root())


def shipped() -> dict[str, bytes]:
    """Return the shipped library, as the files of a pack."""
    top = Path(str(shipped_root()))
    folders = {path.parent for path in [*top.rglob("ruleset.yaml"), *top.rglob("codelist.yaml")]}
    found = {
        file.relative_to(top).as_posix(): file.read_bytes() for each in folders for file in each.iterdir()
    }
    return {"pack.toml": MANIFEST, **found}


def test_the_library_reads_a_pack_as_it_reads_a_folder(tmp_path: Path) -> None:
    """The whole shipped library, with and without what is kept of it between processes."""
    content = pack(shipped())
    top = pack_of(shipped(), digest_of(content)).root
    plain = Library.shipped(cache=None)
    for cache in (None, tmp_path, tmp_path):
        library = Library(top, cache=cache)
        assert library.rulesets == plain.rulesets
        assert library.codelist_names == plain.codelist_names
        for name in library.codelist_names:
            assert library.codelist_releases(name) == plain.codelist_releases(name)
            assert library.codelist(name) == plain.codelist(name)


# --- reading a pack -------------------------------------------------------------------------------


def written(path: Path, **files: bytes) -> Path:
    names = {
        name.replace("__", "/").replace("_yaml", ".yaml").replace("_csv", ".csv"): files[name]
        for name in files
    }
    path.write_bytes(pack({"pack.toml": MANIFEST, **names}))
    return path


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "p.zip", a__1__ruleset_yaml=b"r")
    found = read_pack(path)
    assert found.digest == digest_of(path.read_bytes())
    assert read_pack(path, found.digest) == found
    assert (found.manifest.title, found.manifest.made_by, found.manifest.approvals) == ("p-1", "", ())


def test_a_file_that_was_changed_is_not_even_looked_at(tmp_path: Path) -> None:
    path = written(tmp_path / "p.zip", a__1__ruleset_yaml=b"r")
    digest = read_pack(path).digest
    path.write_bytes(b"no zip file at all")
    with pytest.raises(
        UsageError, match=r"p.zip: it is not the file that is listed \(its digest is sha256:\w{64}"
    ):
        read_pack(path, digest)


def test_once_read_it_stays_as_it_was(tmp_path: Path) -> None:
    path = written(tmp_path / "p.zip", a__1__ruleset_yaml=b"r")
    found = read_pack(path)
    path.unlink()
    assert (found.root / "a" / "1" / "ruleset.yaml").read_bytes() == b"r"


def test_files_that_are_not_there_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"q.zip: cannot be read: No such file or directory; name the file"):
        read_pack(tmp_path / "q.zip")
    path = written(tmp_path / "p.zip", a__1__ruleset_yaml=b"r")
    monkeypatch.setattr("ccr_ruleset_pack.pack.MOST_BYTES", path.stat().st_size)
    assert read_pack(path).has_rulesets
    monkeypatch.setattr("ccr_ruleset_pack.pack.MOST_BYTES", path.stat().st_size - 1)
    with pytest.raises(UsageError, match=r"p.zip: larger than 0 MiB; that is no pack"):
        read_pack(path)


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        (b"\xff", "pack.toml: it is not TOML"),
        (b"name", "pack.toml: it is not TOML"),
        (b'name = "p"', "missing required field `version`"),
        (MANIFEST + b'approved = "yes"', "unknown field `approved`"),
        (MANIFEST.replace(b'"p"', b'"P q"'), r"`\$.name`; the README says what it takes"),
        (MANIFEST.replace(b'"1"', b'"v1"'), r"`\$.version`"),
        (MANIFEST.replace(b"Somebody", b""), r"`\$.publisher`"),
    ],
)
def test_a_manifest_that_does_not_fit(manifest: bytes, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        pack_of({"pack.toml": manifest, "a/1/ruleset.yaml": b""}, "")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "there is nothing in it; put <family>/<version>/ruleset.yaml or codelists there"),
        ({"README.md": b""}, "there is nothing in it"),
        ({"a/1/ruleset.yml": b""}, r"a/1 holds no ruleset.yaml; put it there, or take the folder out"),
        (
            {"codelists/a/notes.md": b""},
            r"codelists/a holds no codelist; put codelist.yaml or a release there",
        ),
        ({"ruleset.yaml": b""}, r"ruleset.yaml is not where anything is looked for; a pack holds <family>"),
        ({"codelists/2026-01-01.csv": b""}, r"codelists/2026-01-01.csv is not where anything is looked for"),
        ({"top/a/1/ruleset.yaml": b""}, r"top/a/1/ruleset.yaml is not where anything is looked for"),
    ],
)
def test_nothing_in_a_pack_is_overlooked(files: dict[str, bytes], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        pack_of({"pack.toml": MANIFEST, **files}, "")


def test_a_folder_that_was_zipped_whole() -> None:
    with pytest.raises(
        UsageError, match=r"no pack.toml at its top; .* \(zip what is in a folder, and not the"
    ):
        pack_of({"p/pack.toml": MANIFEST, "p/a/1/ruleset.yaml": b""}, "")
