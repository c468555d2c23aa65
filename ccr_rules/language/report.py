"""Collecting what is wrong with a ruleset, so that its author sees all of it at once."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal

from ccr_rules.errors import Problem
from ccr_rules.language.ast import Place
from ccr_rules.language.codes import WARNINGS, Code

_LONGEST_WORD = 80
"""Longer words are not compared for a near spelling: the comparison takes quadratic time."""

_MOST_LISTED = 14


class Report:
    """The problems found so far."""

    def __init__(self) -> None:
        self._problems: dict[Problem, None] = {}

    def add(self, code: Code, message: str, at: Place, *, found: str = "", hint: str = "") -> None:
        """Note a problem; its code says whether it is an error or a warning."""
        severity: Literal["error", "warning"] = "warning" if code in WARNINGS else "error"
        problem = Problem(severity, code, message, at.file, at.line, at.column, shortened(found), hint)
        self._problems.setdefault(problem)

    def take(self, problems: Iterable[Problem]) -> None:
        """Note problems that another report found."""
        self._problems.update(dict.fromkeys(problems))

    @property
    def errors(self) -> int:
        """How many things were found that stop the ruleset from being used."""
        return sum(problem.severity == "error" for problem in self._problems)

    @property
    def has_errors(self) -> bool:
        """True if anything was found that stops the ruleset from being used."""
        return self.errors > 0

    def problems(self) -> tuple[Problem, ...]:
        """Return all problems in the order of the text."""
        return tuple(sorted(self._problems, key=lambda p: (p.file, p.line, p.column, p.code, p.message)))


def shortened(text: str, most: int = 80) -> str:
    """Return a text cut to one line that fits into a message."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def nearest(word: str, valid: Iterable[str]) -> str:
    """Return the hint for a word that is not known: the nearest valid spelling, or the choices if few."""
    choices = list(valid)
    if len(word) <= _LONGEST_WORD:
        by_folded = {choice.casefold(): choice for choice in reversed(choices)}
        close = get_close_matches(word.casefold(), by_folded, n=1)
        if close:
            return f"did you mean `{by_folded[close[0]]}`?"
    if 0 < len(choices) <= _MOST_LISTED:
        return "one of: " + ", ".join(choices)
    return ""
