"""Rulesets for the tests: two that are in order, and small ones to be broken."""

from pathlib import Path

from ccr_rules.errors import Problem
from ccr_rules.language.loading import RulesetText, check_ruleset, load_ruleset
from ccr_rules.language.ruleset import Ruleset

HERE = Path(__file__).parent
BROKEN = HERE / "broken"
CODELISTS = frozenset({"cancer", "review", "invitation", "support", "palliative"})


def sample(name: str) -> str:
    """Return the text of a ruleset that is in order."""
    return (HERE / "rulesets" / f"{name}.yaml").read_text("utf-8")


INDICATORS = sample("indicators")
REVIEWS = sample("reviews")


def base_text(ruleset: str, version: str) -> RulesetText | None:
    """Find a base as a library would."""
    file = f"bases/{ruleset}@{version}.yaml"
    path = HERE / file
    return RulesetText(path.read_text("utf-8"), file) if path.exists() else None


def loaded(text: str) -> Ruleset:
    """Load a ruleset that is in order."""
    return load_ruleset(text, "ruleset.yaml", bases=base_text, codelists=CODELISTS)


def problems_of(text: str | bytes, file: str = "ruleset.yaml") -> tuple[Problem, ...]:
    """Return all that is wrong with a text."""
    return check_ruleset(text, file, bases=base_text, codelists=CODELISTS)[1]


def codes_of(text: str | bytes) -> list[str]:
    """Return the codes of all that is wrong with a text."""
    return [problem.code for problem in problems_of(text)]


HEAD = """\
ruleset: example
version: 2025.1.0
title: An example
jurisdiction: GB-ENG
status: draft
in_force: {from: 2025-04-01}
sources: [{id: pack, title: A pack}]
codelists: {CANCER: cancer, REVIEW: review}
"""
DATES = """\
parameters:
  P: {value: 2024-03-31, source: pack}
  three_years: {value: 3 years, source: pack}
let:
  YEAR_END: "@2024-03-31"
  LATE: A + 12 months
dates:
  A: {earliest: CANCER}
  B: {earliest: REVIEW, from: A, to: as_of}
  C: {latest: REVIEW, after: A}
  D: {latest: REVIEW, to: YEAR_END}
  E: {latest: REVIEW, to: "@2024-03"}
conditions:
  old: A < as_of - 2 years
  twice: {apart: {of: REVIEW, at_least: 7 days}}
  known: A is not null
"""
