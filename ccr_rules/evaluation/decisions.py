"""Decision rows and indicators (SEMANTICS 15, 18 and 19)."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal

import msgspec

from ccr_rules.dates import ABSENT, ABSENT_DATE, DateValue, at_most, before, on, span
from ccr_rules.evaluation.asof import Moment, undated
from ccr_rules.evaluation.closures import absent
from ccr_rules.evaluation.compiler import ExpressionCompiler
from ccr_rules.evaluation.frame import Frame, TruthOf
from ccr_rules.language.ruleset import Indicator, Outcome, Row
from ccr_rules.record.entry import Days
from ccr_rules.record.patient import PatientRecord
from ccr_rules.truth import FALSE, TRUE, Truth, conjunction, negation

Denominator = Literal["included", "excluded", "excepted", "not applicable"]

_WORDS: dict[Outcome, Denominator] = {"include": "included", "exclude": "excluded", "except": "excepted"}


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
    rows = [(compiler.condition(row.test) if row.test else None, decided(row)) for row in indicator.rows]
    numerator = compiler.condition(indicator.numerator) if indicator.numerator else None
    end_of, chance = period_end(indicator, compiler), last_chance(indicator, compiler)

    def compute(frame: Frame) -> IndicatorState:
        day = min(frame.as_of, end_of(frame))
        inside = conjunction((population(frame), on_list(frame.view.record, day, frame.view.moment.known_on)))
        if inside is FALSE or not rows:
            return IndicatorState(inside, (NOT_APPLICABLE,), FALSE, None)
        possible = decide(rows, frame)
        if inside is not TRUE:
            possible = (*possible, NOT_APPLICABLE)
        met = numerator(frame) if numerator else FALSE
        return IndicatorState(inside, possible, met, None if met is TRUE else chance(frame))

    return compute


NOT_APPLICABLE = Decided("not applicable", None)


def decided(row: Row) -> Decided:
    """Return what a row decides if it holds."""
    return Decided(_WORDS[row.outcome], row.reason)


def period_end(indicator: Indicator, compiler: ExpressionCompiler) -> Callable[[Frame], date]:
    """Return what finds the last day of an indicator's period: today, where nothing ends it."""
    written = compiler.date(indicator.period_end) if indicator.period_end else absent

    def find(frame: Frame) -> date:
        value = written(frame)
        return frame.as_of if value.presence is ABSENT_DATE else value.last

    return find


def last_chance(indicator: Indicator, compiler: ExpressionCompiler) -> Callable[[Frame], date | None]:
    """Return what finds the last day on which the numerator can surely be met; None when it has passed."""
    written = compiler.date(indicator.achievable_until) if indicator.achievable_until else absent
    end_of = period_end(indicator, compiler)

    def find(frame: Frame) -> date | None:
        until = written(frame)
        if until.presence is ABSENT_DATE:
            return None
        last = min(until.first, end_of(frame))
        return last if last >= frame.as_of else None

    return find


def on_list(record: PatientRecord, day: date, known_on: date) -> Truth:
    """Say whether somebody was registered and living on a day (SEMANTICS 15).

    A record without registration dates is taken to be of a registered patient: hosts hold the
    records of their own patients.
    """
    return conjunction(
        (
            negation(dead_on(record, day, known_on)),
            negation(at_most(of_days(record.deregistered), on(day))),
            negation(before(on(day), of_days(record.registered))),
        )
    )


def dead_on(record: PatientRecord, day: date, known_on: date) -> Truth:
    """Say whether somebody had died by a day; a death without a date was on or before `known_on`."""
    return at_most(death(record, day, known_on), on(day))


def death(record: PatientRecord, day: date, known_on: date) -> DateValue:
    """Return when somebody died, as far as it is known on a day; absent for the living."""
    if record.died is not None:
        return of_days(record.died)
    return of_days(undated(record.born, Moment(day, known_on))) if record.is_dead else ABSENT


def of_days(days: Days | None) -> DateValue:
    """Return the date of some days of a record; absent where there are none."""
    return ABSENT if days is None else span(days.first, days.last)
