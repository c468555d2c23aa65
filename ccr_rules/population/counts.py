"""How many people have each answer: at least so many, and at most, where records do not settle it."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ccr_rules.evaluation.statuses import TIMELINE
from ccr_rules.population.report.bounds import Bound
from ccr_rules.population.words import IndicatorCase, ReviewCase


class IndicatorCount(NamedTuple):
    """An indicator: who is in it, who counts in it, and who meets it; a register has only the first."""

    ruleset: str
    id: str
    population: Bound
    included: Bound
    met: Bound


class ReviewCount(NamedTuple):
    """A review: how many people have each status, in the order of `TIMELINE`; nobody has the others."""

    ruleset: str
    id: str
    statuses: dict[str, Bound]
    cannot_tell: int


def indicator_counts(cases: Iterable[IndicatorCase]) -> list[IndicatorCount]:
    """Count the answers of each indicator."""
    rules: dict[tuple[str, str], list[IndicatorCase]] = {}
    for case in cases:
        rules.setdefault((case.ruleset, case.rule), []).append(case)
    return [
        IndicatorCount(
            *rule,
            _bounds(some, lambda case: case.words.population == "in", lambda case: True),
            _bounds(some, lambda case: case.words.denominator == "included", _may_be_included),
            _bounds(some, lambda case: case.words.numerator == "met", _may_be_met),
        )
        for rule, some in rules.items()
    ]


def _bounds(
    cases: Iterable[IndicatorCase],
    surely: Callable[[IndicatorCase], bool],
    possibly: Callable[[IndicatorCase], bool],
) -> Bound:
    some = list(cases)
    least = sum(case.people for case in some if surely(case))
    return Bound(least, sum(case.people for case in some if possibly(case)))


def _may_be_included(case: IndicatorCase) -> bool:
    possible = case.words.possible
    if possible is None:
        return case.words.denominator == "included"
    return any(each.denominator == "included" for each in possible)


def _may_be_met(case: IndicatorCase) -> bool:
    return _may_be_included(case) and case.numerator > 0


def review_counts(cases: Iterable[ReviewCase]) -> list[ReviewCount]:
    """Count the answers of each review."""
    rules: dict[tuple[str, str], list[ReviewCase]] = {}
    for case in cases:
        rules.setdefault((case.ruleset, case.rule), []).append(case)
    return [_review(*rule, some) for rule, some in rules.items()]


def _review(ruleset: str, rule: str, cases: list[ReviewCase]) -> ReviewCount:
    statuses: dict[str, Bound] = {}
    for status in TIMELINE[1:]:
        least = sum(case.people for case in cases if case.words.status == status)
        most = sum(case.people for case in cases if status in case.words.statuses)
        if most:
            statuses[status] = Bound(least, most)
    cannot_tell = sum(case.people for case in cases if len(case.words.statuses) > 1)
    return ReviewCount(ruleset, rule, statuses, cannot_tell)
