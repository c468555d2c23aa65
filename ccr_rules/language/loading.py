"""The front door of the language: the text of a ruleset to a ruleset that evaluators may trust."""

from collections.abc import Collection

from ccr_rules.errors import Problem, RulesetError
from ccr_rules.language.builder import build
from ccr_rules.language.building.context import Context
from ccr_rules.language.building.header import read_header
from ccr_rules.language.checker import check
from ccr_rules.language.nodes import MapNode
from ccr_rules.language.overlay import read_tree, resolve
from ccr_rules.language.report import Report
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.language.text import Bases, RulesetText, no_bases

__all__ = ["Bases", "RulesetText", "check_ruleset", "load_ruleset", "no_bases"]


def load_ruleset(
    text: str | bytes,
    file: str = "",
    *,
    bases: Bases = no_bases,
    codelists: Collection[str] | None = None,
) -> Ruleset:
    """Read, resolve and check a ruleset.

    `file` is the name that messages give; `bases` finds the text of a ruleset that this one extends;
    `codelists` are the names of the codelists that there are (None: they are not checked).

    Raises:
        RulesetError: with all that is wrong.
    """
    ruleset, problems = check_ruleset(text, file, bases=bases, codelists=codelists)
    if ruleset is None:
        name = file or "the ruleset"
        count = sum(problem.severity == "error" for problem in problems)
        raise RulesetError(f"{name} cannot be used: {count} problem{'s' if count > 1 else ''}", problems)
    return ruleset


def check_ruleset(
    text: str | bytes,
    file: str = "",
    *,
    bases: Bases = no_bases,
    codelists: Collection[str] | None = None,
) -> tuple[Ruleset | None, tuple[Problem, ...]]:
    """Return the ruleset, or None if anything is wrong, with all problems and warnings in their order."""
    report = Report()
    ruleset = None
    tree = read_tree(RulesetText(text, file), report)
    if tree is not None:
        ruleset = _checked(tree, bases, codelists, report)
    return (None if report.has_errors else ruleset), report.problems()


def _checked(
    tree: MapNode, bases: Bases, codelists: Collection[str] | None, report: Report
) -> Ruleset | None:
    resolved = resolve(tree, bases, report)
    if resolved is None:
        read_header(tree, Context(report))  # without its base, an overlay's names would all look unknown
        return None
    ruleset, usage = build(resolved, report, codelists)
    check(ruleset, resolved, usage, report)
    return ruleset
