"""The text of a ruleset, and how the texts of those that it extends are found."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RulesetText:
    """The text of a ruleset and the name of its file, as messages give it."""

    text: str | bytes
    file: str


Bases = Callable[[str, str], RulesetText | None]
"""Finds the text of a ruleset by id and version."""


def no_bases(_ruleset: str, _version: str) -> None:
    """Find nothing: for rulesets that extend none."""
