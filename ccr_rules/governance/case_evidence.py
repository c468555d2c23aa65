"""Which cases show which part of a ruleset: a decision row, a status, a prompt, a finding."""

from collections.abc import Iterator, Mapping

from ccr_rules.governance.case_coverage import exercised
from ccr_rules.governance.case_running import CaseRunner
from ccr_rules.governance.cases import Case, Casebook, CaseDay

Evidence = Mapping[str, tuple[Case, ...]]
"""Parts, named as the coverage of a casebook names them, with the cases that show them."""


def evidence_of(casebook: Casebook, runner: CaseRunner) -> Evidence:
    """Run the cases; return for each part those that decide it and expect something of it."""
    found: dict[str, dict[str, Case]] = {}
    for case in casebook.cases:
        for day, evaluation in runner.evaluations(case):
            expected = set(_expected(day))
            for part in exercised(evaluation):
                if _subject(part) in expected:
                    found.setdefault(part, {})[case.id] = case
    return {part: tuple(sorted(cases.values(), key=_breadth)) for part, cases in found.items()}


def _breadth(case: Case) -> int:
    """Return how much a case expects: one that expects little shows it best."""
    return sum(len(day.expected) for day in case.days)


def _expected(day: CaseDay) -> Iterator[str]:
    """Yield of what a day expects something: an id, or the kind and id of a thing that is listed."""
    for expected in day.expected:
        if expected.id:
            yield expected.id
        elif expected.section in _LISTED:
            yield from (f"{_LISTED[expected.section]} {id_}" for id_ in expected.value)


_LISTED = {"prompts": "prompt", "findings": "finding", "payments": "payment"}


def _subject(part: str) -> str:
    """Return what a part is about: `CAN004: row 3 (include)` is about CAN004."""
    return part.partition(":")[0]
