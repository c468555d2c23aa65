"""Decision rows and indicators (SEMANTICS 15, 18 and 19)."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal

import msgspec

from ccr_rules.dates import ABSENT, ABSENT_DATE, DateValue, at_most, before, on, span
from ccr_rules.evaluation.asof import Moment, undated
from ccr_rules.evaluation.compiler import ExpressionCompiler
from ccr_rules.evaluation.frame import Frame, TruthOf
from ccr_rules.language.ruleset import Indicator, Outcome, Row
from ccr_rules.record.entry import Days
from ccr_rules.record.patient import PatientRecord
from ccr_rules.truth import FALSE, TRUE, Truth, conjunction, negation

Denominator = Literal["included", "excluded", "excepted", "not applicable"]

WORDS: dict[Outcome, Denominator] = {"include": "included", "exclude": "excluded", "except": "excepted"}


class Decided(msgspec.Struct, frozen=True, gc=False):
    """One outcome that the rows allow, with its reason code."""

    denominator: Denominator
    reason: str | None


class IndicatorState(msgspec.Struct, frozen=True, gc=False):
    """What is known of one indicator; `numerator` is read only where the outcome is `included`."""

    population: Truth
    possible: tuple[Decided, ...]
    numerator: Truth
    achievable_until: date | None


def decide(rows: Sequence[tuple[TruthOf | None, Decided]], frame: Frame) -> tuple[Decided, ...]:
    """Return every outcome that the first row to hold may give, in row order, each once."""
    found: dict[Decided, None] = {}
    for test, outcome in rows:
        truth = TRUE if test is None else test(frame)
        if truth is not FALSE:
            found[outcome] = None
        if truth is TRUE:
            break
    return tuple(found)


def compile_indicator(
    indicator: Indicator, compiler: ExpressionCompiler
) -> Callable[[Frame], IndicatorState]:
    """Return the closure that works out one indicator."""
    population = compiler.condition(indicator.population)
    rows = [_compile_row(row, compiler) for row in indicator.rows]
    numerator = compiler.condition(indicator.numerator) if indicator.numerator else None
    period_end = compiler.date(indicator.period_end) if indicator.period_end else None
    achievable = compiler.date(indicator.achievable_until) if indicator.achievable_until else None

    def compute(frame: Frame) -> IndicatorState:
        period = period_end(frame) if period_end else ABSENT
        end = frame.as_of if period.presence is ABSENT_DATE else period.last
        record = frame.view.record
        member = population(frame)
        inside = conjunction((member, on_list(record, min(frame.as_of, end), frame.view.moment.known_on)))
        if inside is FALSE or not rows:
            return IndicatorState(inside, (_NOT_APPLICABLE,), FALSE, None)
        possible = decide(rows, frame)
        if inside is not TRUE:
            possible = (*possible, _NOT_APPLICABLE)
        met = numerator(frame) if numerator else FALSE
        until = achievable(frame) if achievable and met is not TRUE else None
        return IndicatorState(inside, possible, met, _last_chance(until, end, frame.as_of))

    return compute


_NOT_APPLICABLE = Decided("not applicable", None)


def _compile_row(row: Row, compiler: ExpressionCompiler) -> tuple[TruthOf | None, Decided]:
    test = compiler.condition(row.test) if row.test else None
    return test, Decided(WORDS[row.outcome], row.reason)


def _last_chance(until: DateValue | None, period_end: date, today: date) -> date | None:
    """Return the last day on which the numerator can surely still be met; None when it has passed."""
    if until is None or until.presence is ABSENT_DATE:
        return None
    last = min(until.first, period_end)
    return last if last >= today else None


def on_list(record: PatientRecord, day: date, known_on: date) -> Truth:
    """Say whether somebody was registered and living on a day (SEMANTICS 15).

    A record without registration dates is taken to be of a registered patient: hosts hold the
    records of their own patients.
    """
    return conjunction(
        (
            negation(dead_on(record, day, known_on)),
            negation(_holds(record.deregistered, lambda left: at_most(left, on(day)))),
            negation(_holds(record.registered, lambda joined: before(on(day), joined))),
        )
    )


def dead_on(record: PatientRecord, day: date, known_on: date) -> Truth:
    """Say whether somebody had died by a day; a death without a date was on or before `known_on`."""
    if record.died is not None:
        return at_most(span(record.died.first, record.died.last), on(day))
    if not record.is_dead:
        return FALSE
    days = undated(record.born, Moment(day, known_on))
    return at_most(span(days.first, days.last), on(day))


def _holds(days: Days | None, test: Callable[[DateValue], Truth]) -> Truth:
    return FALSE if days is None else test(span(days.first, days.last))
