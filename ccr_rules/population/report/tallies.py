"""How many people each answer holds for, in each group: all that reports read of the answers' rows.

A group is whatever the people are told apart by: a practice, an age band. One pass of DuckDB over the answers
makes a tally for each combination that there is; everything else is adding them up.
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from ccr_rules.population.report.tables import Tables

Kind = Literal["included", "excluded", "excepted", "not applicable"]


class Outcome(NamedTuple):
    """What becomes of somebody in an indicator, with the reason where one is named."""

    kind: Kind
    reason: str = ""


class IndicatorTally(NamedTuple):
    """So many people of a group of whom an indicator says the same; `possible` is empty if settled."""

    group: str
    ruleset: str
    indicator: str
    population: str
    denominator: str
    reason: str
    numerator: str
    possible: tuple[str, ...]
    people: int

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Everything that may become of these people."""
        if self.possible:
            return tuple(outcome_of(word) for word in self.possible)
        return (outcome_of(f"{self.denominator}: {self.reason}" if self.reason else self.denominator),)


class ReviewTally(NamedTuple):
    """So many people of a group for whom a review stands alike."""

    group: str
    ruleset: str
    review: str
    status: str
    possible: tuple[str, ...]
    people: int

    @property
    def statuses(self) -> tuple[str, ...]:
        """Every status that the review may have."""
        return self.possible or (self.status,)


_INDICATORS: Final = """
    SELECT CAST({group} AS VARCHAR), ruleset, indicator, population, denominator, coalesce(reason, ''),
        numerator, coalesce(list_sort(possible), []), count(*)
    FROM indicators JOIN people USING (person)
    GROUP BY ALL ORDER BY ALL
"""
_REVIEWS: Final = """
    SELECT CAST({group} AS VARCHAR), ruleset, review, status, coalesce(list_sort(possible), []), count(*)
    FROM reviews JOIN people USING (person)
    GROUP BY ALL ORDER BY ALL
"""


def indicator_tallies(tables: Tables, group: str = "practice") -> Iterator[IndicatorTally]:
    """Yield how many people each indicator says the same of; `group` is an expression over `people`."""
    for *words, possible, people in tables.rows(_INDICATORS.format(group=group)):
        yield IndicatorTally._make((*words, tuple(possible), people))


def review_tallies(tables: Tables, group: str = "practice") -> Iterator[ReviewTally]:
    """Yield how many people each review stands alike for; `group` is an expression over `people`."""
    for *words, possible, people in tables.rows(_REVIEWS.format(group=group)):
        yield ReviewTally._make((*words, tuple(possible), people))


def outcome_of(word: str) -> Outcome:
    """Return an outcome written as `included` or as `excepted: CANINVITE`."""
    kind, _, reason = word.partition(": ")
    return Outcome(kind, reason)  # type: ignore[arg-type]
