"""Each error has one meaning on the command line, and says where, what, and what to do."""

import pytest

from ccr_rules.errors import (
    CcrError,
    MissingExtraError,
    Problem,
    RecordError,
    RulesetError,
    RulesetTestsFailed,
    UsageError,
)


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (CcrError, 1),
        (UsageError, 2),
        (MissingExtraError, 2),
        (RulesetError, 10),
        (RecordError, 11),
        (RulesetTestsFailed, 13),
    ],
)
def test_exit_codes(error: type[CcrError], exit_code: int) -> None:
    raised = error("the day: '2024-02-30' is not a day")
    assert isinstance(raised, CcrError)
    assert raised.exit_code == exit_code
    assert raised.message == str(raised) == "the day: '2024-02-30' is not a day"


def test_a_problem_is_one_line_as_compilers_write_it() -> None:
    problem = Problem(
        "error",
        "unknown-name",
        "nothing is named `DXX`",
        "a/ruleset.yaml",
        12,
        7,
        "DXX",
        "did you mean `DX`?",
    )
    assert str(problem) == (
        "a/ruleset.yaml:12:7: error: nothing is named `DXX` (did you mean `DX`?) [unknown-name]"
    )
    assert str(Problem("warning", "unused", "nothing uses `DX`", "a", 1, 1)) == (
        "a:1:1: warning: nothing uses `DX` [unused]"
    )


def test_a_ruleset_error_lists_all_that_is_wrong() -> None:
    problems = tuple(Problem("error", "code", f"problem {n}", "a", n, 1) for n in (1, 2))
    error = RulesetError("a cannot be used: 2 problems", problems)
    assert error.problems == problems
    assert error.message.splitlines() == [
        "a cannot be used: 2 problems",
        "  a:1:1: error: problem 1 [code]",
        "  a:2:1: error: problem 2 [code]",
    ]
