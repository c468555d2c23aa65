"""How a value came about: every expression with its value, its entries, and what was looked for in vain."""

from collections.abc import Mapping

import msgspec

from ccr_rules.evaluation.because import Because
from ccr_rules.evaluation.frame import ReviewState
from ccr_rules.evaluation.text import status_word
from ccr_rules.evaluation.wording import date_in_words
from ccr_rules.language.ast import (
    AnyExpression,
    AsOf,
    BooleanLiteral,
    Choice,
    ConditionName,
    ConsultationDate,
    ConsultationIn,
    DateExpression,
    DateLiteral,
    DateName,
    PatientDate,
    ReviewDate,
    Shift,
    StatusIn,
)
from ccr_rules.language.ruleset import Apart, Extreme, Indicator, Review
from ccr_rules.language.unparse import source
from ccr_rules.language.walk import parts
from ccr_rules.truth import TRUE

_DATES = (DateLiteral, DateName, AsOf, PatientDate, ConsultationDate, ReviewDate, Shift, Choice)
_PLAIN = (DateLiteral, AsOf, BooleanLiteral)


class Step(msgspec.Struct, frozen=True):
    """One expression of a derivation: its text, its value, what the record says, and its parts."""

    text: str
    value: str
    notes: tuple[str, ...] = ()
    steps: tuple["Step", ...] = ()


class Derivation:
    """Builds the steps of one run; each named value is unfolded once."""

    def __init__(self, because: Because, reviews: Mapping[str, ReviewState]) -> None:
        self._because = because
        self._ruleset = because.ruleset
        self._reviews = reviews
        self._unfolded: set[str] = set()

    def step(self, expression: AnyExpression) -> Step:
        """Return how an expression got its value."""
        text = source(expression)
        match expression:
            case DateName(name=name) | ConditionName(name=name):
                return self._named(name, self._value(expression))
            case StatusIn(review=review):
                return Step(text, self._value(expression), (), (self.review(self._ruleset.reviews[review]),))
            case ConsultationIn():
                consultation = self._because.evidence.frame.consultation
                mode = f"the mode is {consultation.mode}" if consultation else "no consultation"
                return Step(text, self._value(expression), (mode,))
            case _:
                steps = tuple(self.step(part) for part in parts(expression) if not isinstance(part, _PLAIN))
                return Step(text, self._value(expression), (), steps)

    def _value(self, expression: AnyExpression) -> str:
        if isinstance(expression, _DATES):
            return date_in_words(self._because.evidence.value(expression))
        return str(self._because.truth(expression))

    def _named(self, name: str, value: str) -> Step:
        if name in self._unfolded:
            return Step(name, value)
        self._unfolded.add(name)
        definition = self._because.definition(name)
        if isinstance(definition, Extreme | Apart):
            bounds = (bound.date for bound in (definition.lower, definition.upper) if bound)
            steps = tuple(self.step(bound) for bound in bounds if not isinstance(bound, _PLAIN))
            doubts = self._because.evidence.doubts(_reference(name, definition))
            return Step(name, value, (self._because.fact(name), *doubts), steps)
        inner = self.step(definition)
        return Step(f"{name} = {source(definition)}", value, inner.notes, inner.steps)

    def review(self, review: Review) -> Step:
        """Return how a review got its status."""
        state = self._reviews[review.id]
        text = f"review {review.id}"
        if text in self._unfolded:
            return Step(text, status_word(state))
        self._unfolded.add(text)
        steps = [self._labelled("applies", review.applies)]
        if state.possible != ("not applicable",):
            steps += [self._labelled(word, date) for word, date in _review_dates(review)]
            steps += [self._labelled("pause", review.pause)] if review.pause else []
        notes = (f"possible: {', '.join(state.possible)}",) if len(state.possible) > 1 else ()
        return Step(text, status_word(state), notes, tuple(steps))

    def indicator(self, indicator: Indicator) -> tuple[Step, ...]:
        """Return the population, every row up to the deciding one, and the numerator."""
        steps = [self._labelled("population", indicator.population)]
        for number, row in enumerate(indicator.rows, start=1):
            outcome = f"{row.outcome}{f' ({row.reason})' if row.reason else ''}"
            if row.test is None:
                steps.append(Step(f"row {number}: otherwise {outcome}", "decides"))
                break
            steps.append(self._labelled(f"row {number}, {outcome}, if", row.test))
            if self._because.truth(row.test) is TRUE:
                break
        if indicator.numerator:
            steps.append(self._labelled("numerator", indicator.numerator))
        return tuple(steps)

    def _labelled(self, label: str, expression: AnyExpression) -> Step:
        step = self.step(expression)
        return Step(f"{label}: {step.text}", step.value, step.notes, step.steps)


def _reference(name: str, definition: Extreme | Apart) -> AnyExpression:
    return DateName(name) if isinstance(definition, Extreme) else ConditionName(name)


def _review_dates(review: Review) -> list[tuple[str, DateExpression]]:
    dates = (
        ("opens", review.opens),
        ("due", review.due),
        ("until", review.until),
        ("done", review.done),
        ("declined", review.declined),
    )
    return [(word, date) for word, date in dates if date is not None]
