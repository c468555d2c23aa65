"""`--engine`: who decides, what is said when two disagree, and when the second is not there."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ccr_rules.hosting.durable import availability, process
from tests.cli.support import (
    CASES,
    DAY,
    EXAMPLES,
    OVERDUE,
    SCHEME,
    ccr,
    diagnosis,
    patient,
    write_record,
    write_ruleset,
)
from tests.durable.support import STAND_IN

Pretend = Callable[[str], None]


@pytest.fixture
def durable_rules(monkeypatch: pytest.MonkeyPatch) -> Pretend:
    """Have a stand-in for durable-rules, on any Python, with a fault."""

    def pretend(fault: str) -> None:
        monkeypatch.setattr(availability, "FIRST_WITHOUT", (4, 0))
        monkeypatch.setattr(availability, "MODULE", "json")
        monkeypatch.setattr(process, "COMMAND", (sys.executable, str(STAND_IN), fault))

    return pretend


@pytest.fixture
def none_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a Python on which durable-rules does not work."""
    monkeypatch.setattr(availability, "FIRST_WITHOUT", (3, 0))


# --- ccr evaluate ----------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["durable", "checked"])
def test_where_both_decide_alike_the_page_is_that_of_the_reference(
    durable_rules: Pretend, engine: str
) -> None:
    durable_rules("none")
    result = ccr("evaluate", OVERDUE, "--as-of", DAY, "--engine", engine)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == ccr("evaluate", OVERDUE, "--as-of", DAY).stdout


def test_where_they_disagree_the_exit_code_is_15_and_the_answer_says_so(
    durable_rules: Pretend, tmp_path: Path
) -> None:
    durable_rules("forgets a rule")
    write_ruleset(tmp_path, SCHEME)
    record = write_record(tmp_path / "records", patient(), diagnosis())
    asked = ("--as-of", DAY, "--rulesets", tmp_path, "-r", "local-scheme", "--engine", "checked")
    result = ccr("evaluate", record, *asked, "--format", "json")
    assert result.exit_code == 15
    assert result.stderr == "ccr: the evaluators disagree on 1 of 1 records: rely on none of these\n"
    answer = json.loads(result.stdout)
    assert answer["findings"][0]["id"] == "evaluators-disagree"
    assert answer["headline"].startswith("Two evaluators disagree: ")
    page = " ".join(ccr("evaluate", record, *asked).stdout.split())
    assert "critical: A second evaluator (durable-rules) decides differently: " in page


def test_alone_and_unavailable_the_exit_code_is_14_and_nothing_is_answered(
    durable_rules: Pretend, tmp_path: Path
) -> None:
    durable_rules("crashes")
    write_record(tmp_path, patient(), diagnosis(), name="a.json")
    (tmp_path / "b.json").write_text("not JSON")
    result = ccr("evaluate", tmp_path, "--as-of", DAY, "--engine", "durable")
    assert (result.exit_code, result.stdout) == (14, "")
    assert "a.json: durable-rules is unavailable: its process ended, killed by signal 9" in result.stderr
    assert "2 of 2 records could not be used" in result.stderr


def test_unavailable_for_a_check_the_answer_stands_and_says_so(durable_rules: Pretend) -> None:
    durable_rules("crashes")
    result = ccr("evaluate", OVERDUE, "--as-of", DAY, "--engine", "checked")
    page = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert "warning: Nothing was decided a second time: durable-rules is unavailable" in page
    assert "Cancer support conversation: suggested date passed" in page


@pytest.mark.parametrize("engine", ["durable", "checked"])
@pytest.mark.usefixtures("none_here")
def test_where_it_does_not_work_that_is_a_usage_error_with_the_remedy(engine: str) -> None:
    result = ccr("evaluate", OVERDUE, "--as-of", DAY, "--engine", engine)
    assert (result.exit_code, result.stdout) == (2, "")
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert result.stderr == (
        f"ccr: no second opinion: durable-rules 2.0.28 does not work on Python 3.13 and later, and this is "
        f"{here}; use Python 3.11 or 3.12 for it\n"
    )


# --- ccr demo --------------------------------------------------------------------------------------


def test_the_demo_says_on_how_many_records_two_evaluators_agree(durable_rules: Pretend) -> None:
    durable_rules("none")
    result = ccr("demo")
    stories = len(list(EXAMPLES.glob("*/story.md")))
    assert result.exit_code == 0
    assert result.stderr.splitlines()[-1] == (
        f"Two evaluators, the reference and durable-rules, agree on {stories} of {stories} records."
    )


@pytest.mark.usefixtures("none_here")
def test_where_it_does_not_work_the_demo_says_so_in_one_line() -> None:
    result = ccr("demo", "last-28-days")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[-1].startswith(
        "No second opinion: durable-rules 2.0.28 does not work on"
    )


def test_the_demo_of_the_reference_alone_speaks_of_nobody_else(durable_rules: Pretend) -> None:
    durable_rules("crashes")
    result = ccr("demo", "last-28-days", "--engine", "reference")
    assert len(result.stderr.splitlines()) == 1


def test_the_demo_goes_on_where_durable_rules_fails(durable_rules: Pretend) -> None:
    durable_rules("crashes")
    result = ccr("demo", "last-28-days", "died")
    assert result.exit_code == 0
    agreed, why = result.stderr.splitlines()[-2:]
    assert agreed == "Two evaluators, the reference and durable-rules, agree on 0 of 2 records."
    assert why.startswith("No second opinion on some: durable-rules is unavailable: its process ended")


def test_the_demo_fails_where_they_disagree(durable_rules: Pretend) -> None:
    durable_rules("forgets a rule of small rulesets")
    result = ccr("demo", "last-28-days")
    assert result.exit_code == 15


# --- ccr ruleset test ------------------------------------------------------------------------------


@pytest.mark.parametrize(("fault", "code"), [("none", 0), ("forgets a rule", 15), ("crashes", 14)])
def test_a_casebook_is_run_by_two_evaluators(
    durable_rules: Pretend, tmp_path: Path, fault: str, code: int
) -> None:
    durable_rules(fault)
    path = write_ruleset(tmp_path, SCHEME, CASES)
    result = ccr("ruleset", "test", path, "--engine", "checked")
    assert result.exit_code == code
    assert ("1 passed, 0 failed" in result.stderr) is (code == 0)
