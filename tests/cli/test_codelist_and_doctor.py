"""`ccr codelist`, `ccr doctor` and `ccr schema`."""

import dataclasses
import json
import shutil
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from ccr_rules.cli import doctor_page
from ccr_rules.hosting.durable import process
from tests.cli.support import ROOT, SCHEME, ccr, write_ruleset
from tests.durable.support import STAND_IN

LIST = """\
name: small
title: A small list
category: activity
found_in: [Observation]
found_in_because: Nothing else is coded there.
membership: {complete: true}
sources:
  - {id: us, title: Ourselves}
licence: None.
"""


@pytest.fixture
def complete(tmp_path: Path) -> Path:
    """A library with one complete codelist of one code."""
    folder = tmp_path / "codelists" / "small"
    folder.mkdir(parents=True)
    (folder / "codelist.yaml").write_text(LIST, encoding="utf-8")
    rows = "code,term,class,status,note\n720006006,Cancer care review (regime/therapy),,verified,a source\n"
    (folder / "2026-11-21.csv").write_text(rows, encoding="utf-8")
    return tmp_path


def test_the_codelists_are_listed_with_their_size_and_whether_they_are_complete(complete: Path) -> None:
    lines = ccr("codelist", "list", "--rulesets", complete).stdout.splitlines()
    rows = {line.split()[0]: " ".join(line.split()[1:]) for line in lines}
    assert rows["small"] == "2026-11-21 1 code complete"
    assert rows["support-information-given"] == "2026-11-21 1 by term incomplete"
    assert rows["has-carer"].endswith("patterns only incomplete")


def test_a_codelist_is_shown_with_its_source_and_what_is_missing(complete: Path) -> None:
    page = ccr("codelist", "show", "support-information-given").stdout
    assert "(no verified code)" in page
    assert "Import the refset 999026491000230108" in page
    assert "CANPCSUPP_COD" in page
    assert "patterns find entries" in page
    page = ccr("codelist", "show", "small", "--rulesets", complete).stdout
    assert "720006006  Cancer care review" in page
    assert "offered" in page
    assert "Membership complete." in page


def test_a_release_is_shown_by_its_day() -> None:
    assert ccr("codelist", "show", "cancer-diagnosis", "--release", "2026-11-21").exit_code == 0
    assert ccr("codelist", "show", "cancer-diagnosis", "--release", "1999-01-01").exit_code == 10
    result = ccr("codelist", "show", "cancer")
    assert result.exit_code == 2
    assert "there is no codelist cancer" in result.stderr


# --- doctor --------------------------------------------------------------------------------------


def test_the_doctor_says_what_is_incomplete_and_what_mends_it() -> None:
    result = ccr("doctor")
    assert result.exit_code == 0
    page = " ".join(result.stdout.split())
    assert "ccr-rules 0.1.0" in page
    assert "Not clinically approved: best-practice-ccr@2025.1.0, " in page
    assert "`ccr codelist import cancer-diagnosis`" in page
    assert "No verified code, so the card names the term to record: qof-cancer-dissent" in page
    assert "Not computable in best-practice-ccr@2025.1.0" in page
    assert "parameters are unverified" in page


@pytest.mark.parametrize(
    ("found", "below", "says"),
    [
        (True, (3, 99), "installed"),
        (False, (3, 99), 'not installed; pip install "ccr-rules[durable]"'),
        (False, (3, 0), "not available on Python"),
    ],
)
def test_the_doctor_names_the_command_that_installs_an_optional_part(
    monkeypatch: pytest.MonkeyPatch, found: bool, below: tuple[int, int], says: str
) -> None:
    extra = doctor_page.Extra("durable", "json" if found else "no_such_module", "a second evaluator", below)
    monkeypatch.setattr(doctor_page, "EXTRAS", (extra,))
    assert says in ccr("doctor").stdout
    assert sys.version_info >= (3, 11)


def test_the_doctor_knows_every_optional_part() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {each.name for each in doctor_page.EXTRAS} == set(project["optional-dependencies"])


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("none", "installed, and it decides"),
        ("crashes", "installed, but durable-rules is unavailable: its process ended, killed by signal 9"),
    ],
)
def test_the_doctor_asks_the_second_evaluator_whether_it_works(
    monkeypatch: pytest.MonkeyPatch, fault: str, says: str
) -> None:
    (extra,) = (each for each in doctor_page.EXTRAS if each.name == "durable")
    found = dataclasses.replace(extra, module="json", python_below=(3, 99))
    monkeypatch.setattr(doctor_page, "EXTRAS", (found,))
    monkeypatch.setattr(process, "COMMAND", (sys.executable, str(STAND_IN), fault))
    assert says in " ".join(ccr("doctor").stdout.split())


def test_the_doctor_is_content_with_a_library_that_is_complete_and_approved(
    complete: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = SCHEME.replace("cancer-diagnosis", "small").replace("cancer-care-review", "small")
    write_ruleset(complete, small)
    monkeypatch.setattr("ccr_rules.hosting.core.shipped_root", lambda: complete / "nothing")
    (complete / "nothing").mkdir()
    page = ccr("doctor", "--rulesets", complete).stdout
    assert "Codelists: 1, of which 0 incomplete" in page
    assert "Not clinically approved" not in page
    assert "unverified" not in page
    assert "Not computable" not in page
    assert "No verified code" not in page


def test_the_doctor_says_whether_what_was_read_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    says = {
        "off": "not at all: it is switched off",
        str(tmp_path / "kept"): f"in {tmp_path / 'kept'}",
        str(tmp_path / "file"): f"not at all: {tmp_path / 'file'}: ",
    }
    for chosen, said in says.items():
        page = ccr("doctor", CCR_CACHE=chosen, COLUMNS="999").stdout
        assert f"What was read is kept for the next run\n{said}" in page


def test_a_broken_library_is_what_the_doctor_fails_on(tmp_path: Path) -> None:
    copy = tmp_path / "rulesets"
    shutil.copytree(ROOT / "rulesets", copy)
    (copy / "codelists" / "cancer-diagnosis" / "codelist.yaml").write_text("name: cancer-diagnosis\n")
    result = ccr("doctor", "--rulesets", copy)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "the library is broken" in result.stderr


# --- schema --------------------------------------------------------------------------------------


def test_the_schema_is_a_json_schema() -> None:
    for arguments in ([], ["answer"]):
        schema = json.loads(ccr("schema", *arguments).stdout)
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["title"] == "ccr-rules evaluation"
    assert ccr("schema", "question").exit_code == 2
