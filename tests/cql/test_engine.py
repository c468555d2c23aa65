"""The harness: what is missing is said, what does not translate is never run, the lock names no place."""

from pathlib import Path

import pytest

from tests.cql.engine import HERE, run_cql


def test_without_node_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AssertionError, match=r"install Node\.js 20 or later, with npm"):
        run_cql({}, [])


def test_what_does_not_translate_is_said_and_not_run() -> None:
    """The translator goes on after an error, and leaves out what it did not understand."""
    broken = (
        "library Broken version '1.0.0'\ndefine \"A\": 1 + 'a day'\ndefine \"B\": @2024-01-01 + 3 months\n"
    )
    files = {"Broken-1.0.0.cql": broken}
    run = run_cql(files, [{"library": "Broken-1.0.0.cql", "questions": []}])
    assert [(each["library"], each["line"], each["severity"]) for each in run.problems] == [
        ("Broken-1.0.0.cql", 2, "error"),
        ("Broken-1.0.0.cql", 3, "error"),
    ]
    assert run.answers == []


def test_the_lock_names_packages_and_no_place_to_fetch_them_from() -> None:
    lock = (HERE / "package-lock.json").read_text(encoding="utf-8")
    assert '"integrity": "sha512-' in lock
    assert '"resolved"' not in lock
