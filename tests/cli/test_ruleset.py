"""`ccr ruleset`: list, show, check and test."""

import json
import shutil
from pathlib import Path

import pytest

from ccr_rules.cli.english_page import english_page
from tests.cli.support import CASES, OVERDUE, ROOT, SCHEME, ccr, write_ruleset

BROKEN = SCHEME.replace("DIAGNOSED is not null", "DIAGNOSD is not null")
WARNED = SCHEME.replace("parameters:", "let:\n  UNUSED: as_of\nparameters:")
FAILING = CASES.replace("overdue}", "done}")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A copy of the shipped library, to be spoilt."""
    copy = tmp_path / "my rulesets"
    shutil.copytree(ROOT / "rulesets", copy)
    return copy


def test_the_rulesets_are_listed_with_status_and_period() -> None:
    page = " ".join(ccr("ruleset", "list", COLUMNS="110").stdout.split())
    assert "best-practice-ccr@2025.1.0 draft" in page
    assert "01-Apr-2023 to 31-Mar-2024" in page
    listed = json.loads(ccr("ruleset", "list", "--json").stdout)
    periods = {f"{each['id']}@{each['version']}": each["in_force"] for each in listed}
    assert periods["best-practice-ccr@2025.1.0"] == {"from": "2025-04-01", "to": None}
    assert periods["qof-cancer@2023.1.0"]["to"] == "2024-03-31"


# --- show ----------------------------------------------------------------------------------------


def test_a_ruleset_is_shown_in_plain_english() -> None:
    text = ccr("ruleset", "show", "best-practice-ccr@2025").stdout
    assert text.startswith("# Cancer care reviews, best practice from 2025/26\n")
    assert "Draft: not clinically approved." in text
    newest = ccr("ruleset", "show", "best-practice-ccr").stdout
    assert newest.startswith("# Cancer care reviews, best practice from 2026/27\n")


def test_a_ruleset_outside_the_library_is_shown(tmp_path: Path) -> None:
    assert ccr("ruleset", "show", write_ruleset(tmp_path)).stdout.startswith("# A local scheme\n")
    broken = write_ruleset(tmp_path, BROKEN)
    result = ccr("ruleset", "show", broken)
    assert (result.exit_code, result.stdout) == (10, "")
    assert "DIAGNOSED" in result.stderr


def test_on_a_terminal_it_is_wrapped_and_headings_are_bold() -> None:
    page = english_page("# Title\n\n- first\n  - " + "word " * 30 + "\n1. third", 60)
    assert [line.plain for line in page.lines][:3] == ["Title", "", "- first"]
    assert page.lines[0].style == "bold"
    assert all(line.plain.startswith(("  - ", "    ")) for line in page.lines[3:-1])
    assert page.lines[-1].plain == "1. third"


def test_a_ruleset_that_is_not_there_is_a_usage_error() -> None:
    assert ccr("ruleset", "show", "best-practise-ccr").exit_code == 2


# --- check ---------------------------------------------------------------------------------------


def test_check_is_silent_when_all_is_well() -> None:
    for names in ([], ["qof-cancer"], ["qof-cancer@2023"], [str(ROOT / "rulesets" / "qof-cancer")]):
        result = ccr("ruleset", "check", *names)
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert json.loads(ccr("ruleset", "check", "--json").stdout) == []


def test_problems_stand_one_on_a_line_with_their_place(tmp_path: Path) -> None:
    path = write_ruleset(tmp_path, BROKEN, name="a ruleset.yaml")
    result = ccr("ruleset", "check", path)
    assert (result.exit_code, result.stderr) == (10, "")
    assert result.stdout.startswith(f"{path}:")
    assert all("error: " in line for line in result.stdout.splitlines())
    problems = json.loads(ccr("ruleset", "check", path, "--json").stdout)
    assert problems[0]["found"] == "DIAGNOSD"
    assert problems[0]["line"] > 1


def test_warnings_alone_are_printed_and_are_fine(tmp_path: Path) -> None:
    result = ccr("ruleset", "check", write_ruleset(tmp_path, WARNED))
    assert result.exit_code == 0
    assert "warning: " in result.stdout


def test_a_broken_casebook_and_a_broken_codelist_are_problems_too(library: Path) -> None:
    casebook = library / "qof-cancer" / "2023" / "casebook.yaml"
    casebook.write_text("casebook: qof-cancer\n", encoding="utf-8")
    (library / "codelists" / "cancer-invitation" / "codelist.yaml").write_text("name: cancer-invitation\n")
    result = ccr("ruleset", "check", "--rulesets", library)
    assert result.exit_code == 10
    assert "casebook.yaml:1:1: error: " in result.stdout
    assert "cancer-invitation" in result.stdout
    named = ccr("ruleset", "check", "qof-cancer", "--rulesets", library)
    assert "cancer-invitation" in named.stdout


def test_check_neither_uses_nor_keeps_anything(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert ccr("ruleset", "check", CCR_CACHE=str(kept)).exit_code == 0
    assert not kept.exists()


def test_the_next_run_says_the_same_from_what_is_kept(tmp_path: Path) -> None:
    runs = [ccr("ruleset", "show", "local-greater-manchester", CCR_CACHE=str(tmp_path)) for _ in range(2)]
    assert runs[0].stdout == runs[1].stdout == ccr("ruleset", "show", "local-greater-manchester").stdout
    assert len(list(tmp_path.iterdir())) == 1


def test_a_library_with_a_broken_ruleset_can_still_be_checked_by_id(library: Path) -> None:
    path = library / "qof-cancer" / "2023" / "ruleset.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("title:", "titel:", 1), encoding="utf-8")
    result = ccr("ruleset", "check", "qof-cancer@2023", "--rulesets", library)
    assert result.exit_code == 10
    assert "titel" in result.stdout
    in_its_year = ccr("evaluate", OVERDUE, "--as-of", "2024-02-15", "--rulesets", library)
    assert in_its_year.exit_code == 10
    assert "titel" in in_its_year.stderr
    assert ccr("doctor", "--rulesets", library).exit_code == 1


def test_a_broken_ruleset_of_another_year_keeps_nobody_from_being_evaluated(library: Path) -> None:
    """Only what is asked for is read; `ruleset check` and `doctor` read everything."""
    path = library / "qof-cancer" / "2023" / "ruleset.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("title:", "titel:", 1), encoding="utf-8")
    assert ccr("evaluate", OVERDUE, "--as-of", "2026-11-20", "--rulesets", library).exit_code == 0
    assert ccr("ruleset", "check", "--rulesets", library).exit_code == 10


def test_a_file_without_a_casebook_beside_it_is_checked_alone(tmp_path: Path) -> None:
    assert ccr("ruleset", "check", write_ruleset(tmp_path)).exit_code == 0


@pytest.mark.parametrize("name", ["qof-cancr", "qof-cancer@1999", "no/such/ruleset.yaml"])
def test_what_is_not_there_cannot_be_checked(name: str) -> None:
    result = ccr("ruleset", "check", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there are best-practice-ccr, coding-quality, " in result.stderr


def test_a_folder_without_rulesets_cannot_be_checked(tmp_path: Path) -> None:
    result = ccr("ruleset", "check", tmp_path)
    assert result.exit_code == 2
    assert "no ruleset.yaml in this folder" in result.stderr


# --- test ----------------------------------------------------------------------------------------


def test_the_casebooks_of_the_library_pass() -> None:
    result = ccr("ruleset", "test", "--all")
    assert result.exit_code == 0, result.stdout
    assert "best-practice-ccr@2025.1.0: " in result.stderr
    assert ", 0 failed" in result.stderr


def test_what_no_case_covers_is_listed(tmp_path: Path) -> None:
    result = ccr("ruleset", "test", write_ruleset(tmp_path, cases=CASES))
    assert result.exit_code == 0
    assert "local-scheme@2026.1.0: no case covers\n  talk: status not applicable\n" in result.stdout
    assert "1 passed, 0 failed, not covered: " in result.stderr


def test_a_case_that_fails_is_shown_with_what_came_and_why(tmp_path: Path) -> None:
    write_ruleset(tmp_path, cases=FAILING)
    result = ccr("ruleset", "test", "local-scheme", "--rulesets", tmp_path)
    assert result.exit_code == 13
    assert "talk status: expected done, came overdue" in result.stdout
    assert "because " in result.stdout
    assert "0 passed, 1 failed" in result.stderr


def test_a_ruleset_without_cases_has_not_passed(tmp_path: Path) -> None:
    result = ccr("ruleset", "test", write_ruleset(tmp_path))
    assert (result.exit_code, result.stdout) == (13, "")
    assert "nothing was tested" in result.stderr


def test_a_casebook_or_ruleset_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    assert ccr("ruleset", "test", write_ruleset(tmp_path, BROKEN, CASES)).exit_code == 10
    wrong = CASES.replace("talk:", "chat:")
    assert ccr("ruleset", "test", write_ruleset(tmp_path, cases=wrong)).exit_code == 10


@pytest.mark.parametrize("arguments", [[], ["--all", "qof-cancer"]])
def test_what_to_test_is_said_in_one_way(arguments: list[str]) -> None:
    assert ccr("ruleset", "test", *arguments).exit_code == 2
