"""`ccr population report`: what it says, and where."""

import re
from pathlib import Path

import pytest

from ccr_rules.cli import reporting
from tests.cli.support import ROOT, ccr
from tests.population.report.samples import included, on_register, outcome, somebody, undetermined
from tests.population.report.support import answered

PEOPLE = [somebody(str(number), "A") for number in range(3)]
ROWS = {
    "indicators": [
        included(0, "CAN004"),
        undetermined(1, "CAN004", "included", "excluded: CAN_DAT24M"),
        outcome(2, "CAN005", "excluded", "CANDAT15M"),
        *(on_register(person) for person in range(3)),
    ]
}


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_page_says_what_was_achieved_and_where_it_stands(tmp_path: Path) -> None:
    result = ccr("population", "report", answered(tmp_path, PEOPLE, ROWS), "--out", tmp_path / "out")
    page = words(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert page.startswith("3 patients as of 31-Mar-2024")
    assert "CAN001 3 on the register" in page
    assert "CAN004 1 to 2 of 1 to 2 50.0 to 100.0 %" in page
    assert "CAN005 0 of 0 nobody counts" in page
    assert "draft, not clinically approved: qof-cancer@2023.1.0" in page
    assert "achievement.csv (6)" in page
    assert (tmp_path / "out" / "achievement.csv").exists()


def test_the_report_goes_beside_the_answers(tmp_path: Path) -> None:
    answers = answered(tmp_path, PEOPLE, {"indicators": [included(0, "CAN004")]})
    assert "CAN004 1 of 1 100.0 %" in words(ccr("population", "report", answers).stdout)
    assert (answers / "report" / "achievement.csv").exists()


def test_a_ruleset_that_is_no_draft_is_not_called_one(tmp_path: Path) -> None:
    answers = answered(tmp_path, PEOPLE, ROWS)
    run = answers / "run.json"
    run.write_text(run.read_text().replace('"draft"', '"active"'))
    assert "draft" not in words(ccr("population", "report", answers).stdout)


def test_a_folder_without_answers_is_refused(tmp_path: Path) -> None:
    result = ccr("population", "report", tmp_path)
    assert result.exit_code == 2
    assert "name a folder that `ccr population run` finished" in words(result.stderr)


def test_every_option_is_documented_and_the_help_is_narrow() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    said = ccr("population", "report", "--help").stdout
    assert all(len(line) <= 80 for line in said.splitlines())
    assert all(option in page for option in re.findall(r"--[a-z][a-z-]+", said))


def test_a_missing_package_says_what_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "PACKAGES", ("duckdb", "no_such_package"))
    result = ccr("population", "report", tmp_path)
    assert result.exit_code == 2
    assert 'pip install "ccr-rules[population]"' in words(result.stderr)
