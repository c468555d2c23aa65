"""The errors of ccr-rules. Each says where, what was found, and what to do.

Every class carries the exit code of the command line (DESIGN section 6), so that a failure has
one meaning wherever it is raised.
"""

from dataclasses import dataclass
from typing import Literal


class CcrError(Exception):
    """The root of the tree; `message` names the place, the finding and the remedy."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UsageError(CcrError):
    """A call whose arguments do not fit."""

    exit_code = 2


class RecordError(CcrError):
    """A record of which nothing is usable, or that is not about one patient."""

    exit_code = 11


class MissingExtraError(UsageError):
    """An optional part that is not installed; the message holds the install command."""


class EvaluatorUnavailable(CcrError):
    """An evaluator that took too long, or ended by itself: nothing is known of what it would decide."""

    exit_code = 14


class EvaluatorsDisagree(CcrError):
    """Two evaluators decide differently: one of them is wrong, and nobody can tell from here which."""

    exit_code = 15


class PluginFailed(CcrError):
    """A plugin that did not do what it was asked for by name: write a form, make a delivery."""

    exit_code = 16


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a ruleset, casebook or codelist.

    `line` and `column` count from 1; `found` is the offending text; `hint` is what to do, with the
    nearest valid spelling where there is one.
    """

    severity: Literal["error", "warning"]
    code: str
    message: str
    file: str
    line: int
    column: int
    found: str = ""
    hint: str = ""

    def __str__(self) -> str:
        """Return one line in the form compilers use: file:line:column: severity: message."""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message}{hint} [{self.code}]"


class RulesetError(CcrError):
    """A ruleset, codelist or casebook that cannot be trusted; `problems` holds all of what is wrong."""

    exit_code = 10

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__("\n".join([message, *(f"  {problem}" for problem in problems)]))
        self.problems = problems


class RulesetTestsFailed(CcrError):
    """A casebook whose expectations were not met."""

    exit_code = 13
