"""The digest of the program: it covers all that reading rests on, and changes with any of it."""

import shutil
import sys
from pathlib import Path

import grimp
import msgspec
import pytest

from ccr_rules.library import program
from ccr_rules.library.program import SOURCES, digest, program_digest

PACKAGE = Path(program.__file__).parents[1]
READERS = ("ccr_rules.language.loading", "ccr_rules.library.kept")


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the package whose digest is asked for."""
    copied = tmp_path / "ccr_rules"
    shutil.copytree(PACKAGE, copied, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(program, "__file__", str(copied / "library" / "program.py"))
    return copied


def now() -> bytes | None:
    return program_digest.__wrapped__()


def test_every_module_on_which_reading_rests_is_part_of_it() -> None:
    graph = grimp.build_graph("ccr_rules", cache_dir=None)
    rests_on = {each for reader in READERS for each in graph.find_upstream_modules(reader)}
    covered = tuple(f"ccr_rules.{name.removesuffix('.py').replace('/', '.')}." for name in SOURCES)
    assert {each for each in rests_on if not f"{each}.".startswith(covered)} == set()


def test_it_changes_with_every_source(copy: Path) -> None:
    before = now()
    for name in SOURCES:
        found = [copy / name] if name.endswith(".py") else sorted((copy / name).rglob("*.py"))
        for file in found:
            text = file.read_bytes()
            file.write_bytes(text + b"\n")
            assert now() != before, file
            file.write_bytes(text)
    assert now() == before


def test_it_changes_with_a_new_source_and_not_with_what_python_leaves_there(copy: Path) -> None:
    before = now()
    (copy / "language" / "__pycache__").mkdir()
    (copy / "language" / "__pycache__" / "ast.py").write_text("", encoding="utf-8")
    (copy / "language" / "notes.txt").write_text("", encoding="utf-8")
    assert now() == before
    (copy / "language" / "new.py").write_text("", encoding="utf-8")
    assert now() != before


def test_without_its_sources_there_is_none(copy: Path) -> None:
    shutil.rmtree(copy / "language")
    assert now() is None


@pytest.mark.parametrize(
    ("what", "name", "value"),
    [
        (msgspec, "__version__", "0.0.0"),
        (sys.implementation, "cache_tag", "cpython-999"),
        (program, "_PARSERS", ("lark",)),
        (program, "_PARSERS", ("lark", "ruamel.yaml", "no_such_module")),
        (program, "_PARSERS", ("lark", "ruamel.yaml", "ruamel")),
    ],
)
def test_it_changes_with_python_and_with_the_packages_that_read(
    monkeypatch: pytest.MonkeyPatch, what: object, name: str, value: object
) -> None:
    before = now()
    monkeypatch.setattr(what, name, value)
    assert now() != before


def test_parts_are_told_apart() -> None:
    assert digest([b"ab", b"c"]) != digest([b"a", b"bc"]) != digest([b"abc"])
