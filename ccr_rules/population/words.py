"""The few different answers there are, as numbers, turned into the words of one patient's answer.

Whoever tells one patient's answer tells these, so that the words are the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import pyarrow as pa

from ccr_rules.evaluation.answers import PossibleOutcome, StatusWord
from ccr_rules.evaluation.columnar.decisions import outcomes
from ccr_rules.evaluation.decisions import IndicatorState
from ccr_rules.evaluation.statuses import TIMELINE
from ccr_rules.evaluation.telling import IndicatorWords, indicator_words
from ccr_rules.evaluation.text import OUTSTANDING, RUNNING, status_of
from ccr_rules.language.ruleset import ReviewStatus, Ruleset
from ccr_rules.truth import Truth

HOLDS: Final = {1: "cannot tell", 2: "yes"}
"""How surely something holds of which there is a row."""

PRESENCE: Final = {0: "absent", 1: "maybe", 2: "present"}

INDICATOR_KEYS: Final = ("ruleset", "rule", "population", "possible", "numerator")
REVIEW_KEYS: Final = ("ruleset", "rule", "possible", "paused")

_KEYS: Final = {
    "ruleset": pa.string(),
    "rule": pa.string(),
    "population": pa.int8(),
    "possible": pa.int32(),
    "numerator": pa.int8(),
    "paused": pa.int8(),
}
_WORDS: Final = pa.list_(pa.string())


class IndicatorCase(NamedTuple):
    """One answer of an indicator, in numbers and in words, and how many people have it."""

    ruleset: str
    rule: str
    population: int
    possible: int
    numerator: int
    words: IndicatorWords
    people: int


class ReviewCase(NamedTuple):
    """One answer of a review, in numbers and in words, and how many people have it."""

    ruleset: str
    rule: str
    possible: int
    paused: int
    words: "ReviewWords"
    people: int


class ReviewWords(NamedTuple):
    """What is known of a review, in words; `paused` is None where it is not, or where nothing is due."""

    statuses: tuple[ReviewStatus, ...]
    paused: str | None

    @property
    def status(self) -> StatusWord:
        """The status, or `cannot tell`."""
        return status_of(self.statuses)


def indicator_cases(counted: pa.Table, rulesets: Mapping[str, Ruleset]) -> Iterator[IndicatorCase]:
    """Yield each different answer of `INDICATOR_KEYS` and `people`, told."""
    for row in counted.to_pylist():
        indicator = rulesets[row["ruleset"]].indicators[row["rule"]]
        possible = _chosen(outcomes(indicator), row["possible"])
        state = IndicatorState(Truth(row["population"]), possible, Truth(row["numerator"]), None)
        yield IndicatorCase(**row, words=indicator_words(state))


def review_cases(counted: pa.Table) -> Iterator[ReviewCase]:
    """Yield each different answer of `REVIEW_KEYS` and `people`, told."""
    for row in counted.to_pylist():
        statuses = _chosen(TIMELINE, row["possible"])
        paused = HOLDS.get(row["paused"]) if OUTSTANDING & set(statuses) else None
        yield ReviewCase(**row, words=ReviewWords(statuses, paused))


def _chosen(words: tuple[Any, ...], bits: int) -> tuple[Any, ...]:
    return tuple(word for place, word in enumerate(words) if bits >> place & 1)


def indicator_table(cases: list[IndicatorCase]) -> pa.Table:
    """Return the words of each answer beside its numbers, whose columns are named `_ruleset` and so on."""
    told = [case.words for case in cases]
    columns = {
        "population": pa.array([words.population for words in told], pa.string()),
        "denominator": pa.array([words.denominator for words in told], pa.string()),
        "reason": pa.array([words.reason for words in told], pa.string()),
        "numerator": pa.array([words.numerator for words in told], pa.string()),
        "possible": pa.array([_outcomes(words) for words in told], _WORDS),
    }
    return pa.table(_numbers(INDICATOR_KEYS, cases) | columns)


def review_table(cases: list[ReviewCase]) -> pa.Table:
    """Return the words of each answer likewise, and whether the review is `running`."""
    told = [case.words for case in cases]
    columns = {
        "status": pa.array([words.status for words in told], pa.string()),
        "possible": pa.array([_several(words.statuses) for words in told], _WORDS),
        "paused": pa.array([words.paused for words in told], pa.string()),
        "running": pa.array([words.status in RUNNING for words in told], pa.bool_()),
    }
    return pa.table(_numbers(REVIEW_KEYS, cases) | columns)


def _numbers(names: Sequence[str], cases: Sequence[IndicatorCase | ReviewCase]) -> dict[str, pa.Array]:
    return {f"_{name}": pa.array([getattr(case, name) for case in cases], _KEYS[name]) for name in names}


def _several(statuses: Sequence[str]) -> list[str] | None:
    return list(statuses) if len(statuses) > 1 else None


def _outcomes(words: IndicatorWords) -> list[str] | None:
    return None if words.possible is None else [outcome_in_words(each) for each in words.possible]


def outcome_in_words(outcome: PossibleOutcome) -> str:
    """Return an outcome as the tables have it: `included`, `excepted: CANINVITE`."""
    return f"{outcome.denominator}: {outcome.reason}" if outcome.reason else outcome.denominator
