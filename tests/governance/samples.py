"""A small ruleset and casebook about it, and short ways to read and run what a test writes."""

from textwrap import dedent, indent

from ccr_rules.engine import Engine
from ccr_rules.errors import Problem, RulesetError
from ccr_rules.governance.case_results import CasebookResult
from ccr_rules.governance.casebook import read_casebook, run_casebook
from ccr_rules.governance.cases import Case, Expected
from ccr_rules.language.loading import load_ruleset
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import Library

ENGINE = Engine(Library.shipped())

RULESET = """\
ruleset: small
version: 2025.1.0
title: A small ruleset
jurisdiction: GB-ENG
status: draft
in_force: {from: 2025-04-01}
sources: [{id: pack, title: A pack}]
codelists:
  CANCER: cancer-diagnosis
  REVIEW: cancer-care-review
  PLAN: cancer-care-plan
  CARER: has-carer
  PALLIATIVE: palliative-care
parameters: {notice: {value: 28 days, source: pack}}
let: {STARTS: DIAGNOSED + 1 week, ANYTHING: "earlier(DIAGNOSED, REVIEWED)"}
dates:
  DIAGNOSED: {earliest: CANCER}
  REVIEWED: {earliest: REVIEW, from: DIAGNOSED}
  DECLINED: {earliest: REVIEW, state: declined, from: DIAGNOSED}
  PLANNED: {latest: PLAN}
  CARED_FOR: {latest: CARER}
  PALLIATIVE_DAT: {latest: PALLIATIVE, from: DIAGNOSED}
conditions: {has_cancer: DIAGNOSED is not null, palliative: PALLIATIVE_DAT is not null}
indicators:
  REG1: {title: Register, population: has_cancer, source: pack}
  REV1:
    title: Reviewed within a year
    population: has_cancer
    denominator:
      - {if: DIAGNOSED < @2020-01-01, then: exclude, reason: OLD}
      - {if: DIAGNOSED < @2019-01-01, then: except, reason: OLDER, unreachable: an older one is old}
      - {otherwise: include}
    numerator: REVIEWED <= DIAGNOSED + 12 months
    achievable_until: DIAGNOSED + 12 months
    source: pack
reviews:
  review:
    title: The review
    applies: has_cancer
    opens: STARTS
    due: STARTS + 12 months
    remind: notice
    until: STARTS + 24 months
    done: REVIEWED
    declined: DECLINED
    pause: palliative
    words: {overdue: suggested date passed}
    record: [REVIEW]
    source: pack
  later-review:
    title: A review without end
    applies: has_cancer
    opens: ANYTHING
    due: DIAGNOSED + 2 years
    remind: notice
    until: never
    done: REVIEWED
    source: pack
items:
  plan: {title: Care plan, seen: PLANNED, source: pack}
  carer: {title: A carer, seen: CARED_FOR, source: pack}
  anything: {title: Anything, seen: ANYTHING, source: pack}
prompts:
  review-due:
    when: "review.status in {open, due soon, overdue} and not (consultation.mode in {administrative})"
    review: review
    severity: info
    summary: "Review suggested by {review.due}"
    record: [REVIEW]
    source: pack
payments:
  reviewed:
    title: For a review
    when: REVIEWED is not null
    amount: 50.00
    currency: GBP
    per: patient
    source: pack
findings:
  plan-without-cancer:
    when: PLANNED is not null and DIAGNOSED is null
    severity: info
    message: A plan.
    source: pack
"""


def ruleset() -> Ruleset:
    """Return the small ruleset."""
    return load_ruleset(RULESET, "ruleset.yaml")


def book(case: str) -> str:
    """Return a casebook of one case, `one`, given without its indentation."""
    return f"casebook: small\ncases:\n  one:\n{indent(dedent(case).strip(), '    ')}\n"


def places_of(text: str) -> list[tuple[int, int, str, str]]:
    """Return all that is wrong with a casebook's text: line, column, code and what was found."""
    return [(each.line, each.column, each.code, each.found) for each in problems_of(text)]


def problems_of(text: str | bytes) -> tuple[Problem, ...]:
    """Return all that is wrong with a casebook's text."""
    try:
        read_casebook(text, "casebook.yaml")
    except RulesetError as error:
        return error.problems
    return ()


def case_of(case: str) -> Case:
    """Read the one case of a casebook."""
    return read_casebook(book(case), "casebook.yaml").cases[0]


def expected_of(case: str) -> list[tuple[str, str, str, str | tuple[str, ...]]]:
    """Read what the one case expects on its first day, without places."""
    return [_plain(expected) for expected in case_of(case).days[0].expected]


def _plain(expected: Expected) -> tuple[str, str, str, str | tuple[str, ...]]:
    return (expected.section, expected.id, expected.part, expected.value)


def run(case: str) -> CasebookResult:
    """Run the one case of a casebook against the small ruleset."""
    return run_casebook(read_casebook(book(case), "casebook.yaml"), ENGINE, ruleset())
