"""What the documents say is what the program does."""

import re

import pytest

from tests.cli import codelists_page, errors_page, readme
from tests.cli.errors_page import POPULATIONS, RECORDS, RULESETS, USAGE, Failure
from tests.cli.support import ROOT, ccr
from tests.cli.test_running import COMMANDS


def test_the_readme_shows_what_the_demo_says() -> None:
    assert readme.shown() == readme.fresh(), "write it anew: python -m tests.cli.readme"


def test_the_page_of_errors_shows_what_the_commands_say() -> None:
    assert errors_page.PAGE.read_text(encoding="utf-8") == errors_page.page(), (
        "write it anew: python -m tests.cli.errors_page"
    )


def test_the_page_of_codelists_shows_what_the_commands_say() -> None:
    assert codelists_page.PAGE.read_text(encoding="utf-8") == codelists_page.fresh(), (
        "write it anew: python -m tests.cli.codelists_page"
    )


@pytest.mark.parametrize(
    "failure", [*RECORDS, *USAGE, *RULESETS, *POPULATIONS], ids=lambda failure: failure.title
)
def test_every_failure_of_the_page_says_something(failure: Failure) -> None:
    assert errors_page.said(failure).strip()


def test_every_command_and_option_is_documented() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        if command and command not in (["ruleset"], ["codelist"]):
            assert f"ccr {' '.join(command)}" in page
        for option in re.findall(r"--[a-z][a-z-]+", ccr(*command, "--help").stdout):
            assert option in page, (command, option)


def test_the_three_lines_of_the_readme_run() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert code is not None
    bundle = (ROOT / "fhir_examples" / "support-overdue" / "record.json").read_bytes()
    names = {"bundle": bundle}
    exec(code[1], names)
    assert "evaluation" in names
