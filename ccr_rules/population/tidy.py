"""The tables of answers, made in the engine from what was said: see `answers` for what they hold."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from ccr_rules.evaluation.columnar.decisions import REVIEW_DATES
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.population.answers import TABLES
from ccr_rules.population.said import Rule, Said
from ccr_rules.population.words import (
    HOLDS,
    INDICATOR_KEYS,
    PRESENCE,
    REVIEW_KEYS,
    IndicatorCase,
    ReviewCase,
    indicator_cases,
    indicator_table,
    review_cases,
    review_table,
)

Bring = Callable[[pa.Table], ir.Table]
"""Brings a table into the engine."""

_NOT_APPLICABLE = 1
"""The bit of the first status: a review that surely does not concern somebody."""


class Tidy(NamedTuple):
    """The tables by name, in the engine; None for one in which no rule says anything.

    The cases are the different answers there are, with their counts.
    """

    tables: dict[str, ir.Table | None]
    indicators: list[IndicatorCase]
    reviews: list[ReviewCase]


def tidy(said: Said, rulesets: Mapping[str, Ruleset], as_of: date, bring: Bring) -> Tidy:
    """Make the tables of everything but the evidence."""
    indicators, indicator_answers = _indicators(said, rulesets, bring)
    reviews, review_answers = _reviews(said, rulesets, as_of, bring)
    tables = {
        "indicators": indicators,
        "reviews": reviews,
        "items": _items(said, rulesets),
        "prompts": _holding(said, "prompt", _rules(rulesets, "prompt")),
        "payments": _holding(said, "payment", _payments(rulesets)),
        "findings": _holding(said, "finding", _rules(rulesets, "finding")),
    }
    return Tidy(
        {name: table if table is None else _in_order(table, name) for name, table in tables.items()},
        indicator_answers,
        review_answers,
    )


def _rules(rulesets: Mapping[str, Ruleset], kind: str) -> Iterator[Rule]:
    for reference, ruleset in rulesets.items():
        yield from (Rule(reference, kind, id_) for id_ in getattr(ruleset, f"{kind}s"))


def _payments(rulesets: Mapping[str, Ruleset]) -> Iterator[Rule]:
    for reference, ruleset in rulesets.items():
        for id_, payment in ruleset.payments.items():
            amount = {"amount": str(payment.amount), "currency": payment.currency, "per": payment.per}
            yield Rule(reference, "payment", id_, amount)


def _indicators(
    said: Said, rulesets: Mapping[str, Ruleset], bring: Bring
) -> tuple[ir.Table | None, list[IndicatorCase]]:
    parts = ("population", "possible", "numerator", "achievable_until")
    numbers = said.rows(_rules(rulesets, "indicator"), parts, lambda population: population > 0)
    if numbers is None:
        return None, []
    cases = list(indicator_cases(_counted(numbers, INDICATOR_KEYS), rulesets))
    if not cases:
        return None, []
    rows = _with_words(numbers, bring(indicator_table(cases)), INDICATOR_KEYS)
    last = ibis.ifelse(rows.denominator == "not applicable", ibis.null("date"), rows.achievable_until)
    return rows.mutate(achievable_until=last), cases


def _reviews(
    said: Said, rulesets: Mapping[str, Ruleset], as_of: date, bring: Bring
) -> tuple[ir.Table | None, list[ReviewCase]]:
    days = (f"{name}_{end}" for name in REVIEW_DATES for end in ("first", "last"))
    parts = ("possible", "paused", "due_presence", *days)
    numbers = said.rows(_rules(rulesets, "review"), parts, lambda possible: possible != _NOT_APPLICABLE)
    if numbers is None:
        return None, []
    cases = list(review_cases(_counted(numbers, REVIEW_KEYS)))
    if not cases:
        return None, []
    rows = _with_words(numbers, bring(review_table(cases)), REVIEW_KEYS)
    exact = (rows.due_presence == 2) & (rows.due_first == rows.due_last)
    left = rows.due_first.delta(ibis.date(as_of.isoformat()), unit="day")
    return rows.mutate(days_left=ibis.ifelse(rows.running & exact, left, ibis.null("int64"))), cases


def _counted(numbers: ir.Table, keys: Sequence[str]) -> pa.Table:
    counts = numbers.group_by(*keys).aggregate(people=numbers.count())
    return counts.order_by(*keys).to_pyarrow()


def _with_words(numbers: ir.Table, words: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Put the words in the place of the numbers."""
    same = [numbers[name] == words[f"_{name}"] for name in keys]
    others = [name for name in numbers.columns if name not in keys or name in ("ruleset", "rule")]
    told = [name for name in words.columns if not name.startswith("_")]
    return numbers.inner_join(words, same).select(
        **{name: numbers[name] for name in others}, **{name: words[name] for name in told}
    )


def _items(said: Said, rulesets: Mapping[str, Ruleset]) -> ir.Table | None:
    parts = ("presence", "first", "last")
    numbers = said.rows(_rules(rulesets, "item"), parts, lambda presence: presence >= 0)
    if numbers is None:
        return None
    return numbers.mutate(presence=_in_words(numbers.presence, PRESENCE))


def _holding(said: Said, kind: str, rules: Iterator[Rule]) -> ir.Table | None:
    numbers = said.rows(rules, ("truth",), lambda truth: truth > 0)
    return None if numbers is None else numbers.mutate(holds=_in_words(numbers.truth, HOLDS))


def _in_words(numbers: Any, words: Mapping[int, str]) -> Any:
    return ibis.cases(*((numbers == number, word) for number, word in words.items()), else_=None)


def _in_order(rows: ir.Table, name: str) -> ir.Table:
    schema = TABLES[name]
    rule = schema.names[3]
    columns = {each: rows["rule" if each == rule else each] for each in schema.names}
    return rows.select(**columns).order_by("person", "ruleset", rule)
