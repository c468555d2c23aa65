"""One broken ruleset per refusal: what is said of each, word for word.

`NAME.yaml` is the ruleset, `NAME.expected` what the checker prints. Read them side by side.
"""

import re
from pathlib import Path

import pytest

from ccr_rules.language.codes import CODES, WARNINGS
from ccr_rules.language.loading import check_ruleset
from tests.language.samples import BROKEN, CODELISTS, base_text, problems_of

FILES = sorted(BROKEN.glob("*.yaml"))
CODE = re.compile(r"\[([a-z0-9-]+)\]$", re.MULTILINE)


def expected(file: Path) -> str:
    return file.with_suffix(".expected").read_text("utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_problem_of_a_broken_ruleset_is_said(file: Path) -> None:
    problems = problems_of(file.read_bytes(), file.name)
    assert "".join(f"{problem}\n" for problem in problems) == expected(file)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_ruleset_with_errors_is_not_handed_out(file: Path) -> None:
    ruleset, problems = check_ruleset(file.read_bytes(), file.name, bases=base_text, codelists=CODELISTS)
    has_errors = any(problem.severity == "error" for problem in problems)
    assert (ruleset is None) is has_errors
    assert has_errors is any(problem.code not in WARNINGS for problem in problems)


def test_there_is_a_broken_ruleset_for_every_code() -> None:
    shown = {code for file in FILES for code in CODE.findall(expected(file))}
    assert shown == set(CODES)


def test_no_expectation_is_left_without_its_ruleset() -> None:
    assert {file.stem for file in BROKEN.glob("*.expected")} == {file.stem for file in FILES}
