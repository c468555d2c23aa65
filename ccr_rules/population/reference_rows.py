"""What the tables of answers hold about one person, as the reference evaluator says it.

It proves the columns: `--explain` compares the two about everybody whom it explains.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ccr_rules.dates import DateValue
from ccr_rules.evaluation.answers import DayRange, IndicatorAnswer, ReviewAnswer
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.evaluation.ruleset_result import RulesetResult
from ccr_rules.evaluation.telling import day_range
from ccr_rules.evaluation.text import OUTSTANDING
from ccr_rules.language.ast import ConditionName, DateName
from ccr_rules.population.words import HOLDS, PRESENCE, outcome_in_words

Cells = tuple[Any, ...]
"""A row without the person; what has no order is a frozenset."""


def rows_of(evaluation: Evaluation) -> dict[str, set[Cells]]:
    """Return the rows of each table about one person."""
    found: dict[str, set[Cells]] = {}
    for result in evaluation.results:
        tables = dict(_tables(result))
        if any(tables.values()):
            tables["evidence"] = list(_evidence(result))
        for table, rows in tables.items():
            found.setdefault(table, set()).update((result.ruleset.reference, *row) for row in rows)
    return found


def _tables(result: RulesetResult) -> Iterator[tuple[str, list[Cells]]]:
    run = result.run
    yield "indicators", [_indicator(each) for each in result.telling.indicators() if each.population != "out"]
    yield "reviews", [_review(result, each) for each in result.reviews if each.status != "not applicable"]
    yield "items", [_item(id_, value) for id_, value in run.items.items() if value is not None]
    yield "prompts", [(id_, HOLDS[truth]) for id_, truth in run.prompts.items() if truth]
    yield "payments", [_payment(result, id_, truth) for id_, truth in run.payments.items() if truth]
    yield "findings", [(id_, HOLDS[truth]) for id_, truth in run.findings.items() if truth]


def _evidence(result: RulesetResult) -> Iterator[Cells]:
    ruleset, evidence = result.ruleset, result.because.evidence
    for name in (*ruleset.dates, *ruleset.lets):
        yield from ((name, reference) for reference in evidence.of(DateName(name)))
    for name in ruleset.conditions:
        yield from ((name, reference) for reference in evidence.of(ConditionName(name)))


def _indicator(answer: IndicatorAnswer) -> Cells:
    possible = None if answer.possible is None else frozenset(map(outcome_in_words, answer.possible))
    return (
        answer.id,
        answer.population,
        answer.denominator,
        answer.reason,
        answer.numerator,
        possible,
        answer.achievable_until,
    )


def _review(result: RulesetResult, answer: ReviewAnswer) -> Cells:
    state = result.run.reviews[answer.id]
    days = (answer.opens, answer.due, day_range(state.until), answer.done_on, day_range(state.declined))
    paused = HOLDS.get(state.paused) if OUTSTANDING & set(state.possible) else None
    return (
        answer.id,
        answer.status,
        None if answer.possible is None else frozenset(answer.possible),
        *(end for range_ in days for end in _ends(range_)),
        answer.days_left,
        paused,
    )


def _ends(days: DayRange | None) -> tuple[date | None, date | None]:
    return (None, None) if days is None else (days.first, days.last)


def _item(id_: str, value: DateValue) -> Cells:
    return (id_, PRESENCE[value.presence], *_ends(day_range(value)))


def _payment(result: RulesetResult, id_: str, truth: int) -> Cells:
    payment = result.ruleset.payments[id_]
    return (id_, HOLDS[truth], str(payment.amount), payment.currency, payment.per)


def cells_of(row: Mapping[str, Any], columns: Sequence[str]) -> Cells:
    """Return the cells of a row of a table in the same form; `columns` begin with `person` and `patient`."""
    cells = (row[name] for name in columns[2:])
    return tuple(frozenset(cell) if isinstance(cell, list) else cell for cell in cells)
