"""A new local scheme: its files, and `ccr ruleset new`, which writes them."""

from pathlib import Path

import pytest

from ccr_rules.errors import UsageError
from ccr_rules.governance.scaffold import scaffold, write_scaffold
from ccr_rules.library.library import Library
from tests.cli.support import ccr

LIBRARY = Library.shipped()
BASES = ("best-practice-ccr@2026", "coding-quality", "nice-cancer", "qof-cancer@2023")


@pytest.mark.parametrize("reference", BASES)
def test_a_new_scheme_on_any_ruleset_is_valid_and_its_casebook_passes(reference: str, tmp_path: Path) -> None:
    result = ccr("ruleset", "new", "local-new", "--extends", reference, "--out", tmp_path)
    assert result.exit_code == 0
    written = [Path(line) for line in result.stdout.splitlines()]
    assert [path.name for path in written] == ["ruleset.yaml", "casebook.yaml", "CHANGELOG.md", "SAFETY.md"]
    assert all(path.is_file() for path in written)
    checked = ccr("ruleset", "check", tmp_path)
    assert (checked.exit_code, checked.stdout) == (0, "")
    tested = ccr("ruleset", "test", tmp_path)
    assert (tested.exit_code, tested.stdout) == (0, "")
    assert tested.stderr.endswith("1 passed, 0 failed\n")


def test_it_keeps_year_period_and_place_of_its_base() -> None:
    files = scaffold("local-new", LIBRARY.find("qof-cancer@2023"))
    text = files["local-new/2023/ruleset.yaml"]
    assert "version: 2023.1.0\n" in text
    assert "in_force: {from: 2023-04-01, to: 2024-03-31}\n" in text
    assert "jurisdiction: GB-ENG\n" in text


def test_it_never_writes_over_a_file(tmp_path: Path) -> None:
    files = {"a/1/ruleset.yaml": "new", "a/1/casebook.yaml": "new"}
    there = tmp_path / "a" / "1" / "casebook.yaml"
    there.parent.mkdir(parents=True)
    there.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"casebook\.yaml is there already"):
        write_scaffold(files, tmp_path)
    assert there.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "a" / "1" / "ruleset.yaml").exists()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        write_scaffold({"a/1/ruleset.yaml": "new"}, tmp_path / "file")


@pytest.mark.parametrize(
    ("id_", "base", "says"),
    [
        ("My Scheme", "best-practice-ccr", "My Scheme cannot be an id; use small letters"),
        ("../scheme", "best-practice-ccr", "cannot be an id"),
        ("qof-cancer", "best-practice-ccr", "the library has a ruleset qof-cancer already"),
        ("local-new", "best-practise-ccr", "did you mean best-practice-ccr"),
        ("local-new", "best-practice-ccr@1999", "there is no ruleset best-practice-ccr@1999"),
    ],
)
def test_what_does_not_fit_is_a_usage_error(id_: str, base: str, says: str, tmp_path: Path) -> None:
    result = ccr("ruleset", "new", id_, "--extends", base, "--out", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert not (tmp_path / "out").exists()
