"""Expressions become columns: the third reading of the AST, beside closures and durable rules."""

from collections.abc import Sequence
from typing import Protocol, assert_never

from ccr_rules.evaluation.columnar.dates import (
    ABSENT,
    CHOICES,
    COMPARISONS,
    DateColumn,
    at_most,
    constant,
    is_null,
    shift,
)
from ccr_rules.evaluation.columnar.logic import (
    NEVER,
    Bool,
    Truths,
    conjunction,
    every,
    known,
    negation,
    opposite,
    some,
)
from ccr_rules.evaluation.columnar.statuses import Statuses
from ccr_rules.language.ast import (
    And,
    AsOf,
    Between,
    BooleanLiteral,
    Choice,
    Compare,
    ConditionExpression,
    ConditionName,
    ConsultationDate,
    ConsultationIn,
    DateExpression,
    DateLiteral,
    DateName,
    IsNull,
    Not,
    Or,
    PatientDate,
    PatientField,
    ReviewDate,
    Shift,
    StatusIn,
)
from ccr_rules.language.ruleset import Ruleset


class NotYetKnown(Exception):
    """A value was asked for that the scope cannot give; `codelist` is what it would need."""

    def __init__(self, codelist: str) -> None:
        super().__init__(codelist)
        self.codelist = codelist


class Scope(Protocol):
    """What names stand for, over one table of people."""

    @property
    def as_of(self) -> DateColumn:
        """Return the day of the question."""
        ...

    def date(self, name: str) -> DateColumn:
        """Return a date or let."""
        ...

    def condition(self, name: str) -> Truths:
        """Return a named condition."""
        ...

    def statuses(self, review: str) -> Statuses:
        """Return the possible statuses of a review."""
        ...

    def patient_date(self, field: PatientField) -> DateColumn:
        """Return a date of the patient."""
        ...

    def consultation_date(self) -> DateColumn:
        """Return the day of the consultation."""
        ...

    def consultation_in(self, words: frozenset[str]) -> Bool:
        """Say whether the consultation has one of these modes."""
        ...


class ColumnCompiler:
    """Turns the expressions of one ruleset into columns over the table of a scope."""

    def __init__(self, ruleset: Ruleset, scope: Scope) -> None:
        self.ruleset = ruleset
        self.scope = scope

    def date(self, expression: DateExpression) -> DateColumn:
        """Return the column of a date expression."""
        match expression:
            case DateLiteral(value=value):
                return constant(value)
            case DateName(name=name):
                return self.scope.date(name)
            case AsOf():
                return self.scope.as_of
            case PatientDate(field=patient_field):
                return self.scope.patient_date(patient_field)
            case ConsultationDate():
                return self.scope.consultation_date()
            case ReviewDate(review=review, field=field):
                defined: DateExpression | None = getattr(self.ruleset.reviews[review], field)
                return self.date(defined) if defined else ABSENT
            case Shift(date=date, sign=sign, duration=duration):
                return shift(self.date(date), duration, sign)
            case Choice(pick=pick, dates=dates):
                return CHOICES[pick]([self.date(part) for part in dates])
            case _:
                assert_never(expression)

    def condition(self, expression: ConditionExpression) -> Truths:
        """Return the two columns of a condition."""
        match expression:
            case BooleanLiteral(value=value):
                return known(value)
            case ConditionName(name=name):
                return self.scope.condition(name)
            case Compare(operator=operator, left=left, right=right):
                return COMPARISONS[operator](self.date(left), self.date(right))
            case Between(date=date, low=low, high=high):
                middle = self.date(date)
                return conjunction((at_most(self.date(low), middle), at_most(middle, self.date(high))))
            case IsNull(date=date, negated=negated):
                absent = is_null(self.date(date))
                return negation(absent) if negated else absent
            case StatusIn(review=review, words=words):
                return status_in(self.scope.statuses(review), words)
            case ConsultationIn(words=words):
                return known(self.scope.consultation_in(words))
            case _:
                return self._connective(expression)

    def _connective(self, expression: Not | And | Or) -> Truths:
        match expression:
            case Not(operand=operand):
                return negation(self.condition(operand))
            case And(operands=operands):
                return self.conjunction(operands)
            case Or(operands=operands):
                return negation(self._all([Not(operand) for operand in operands]))
            case _:
                assert_never(expression)

    def conjunction(self, operands: Sequence[ConditionExpression]) -> Truths:
        """Return `and` of some conditions; one that never holds decides, whatever the others need."""
        return self._all(operands)

    def _all(self, operands: Sequence[ConditionExpression]) -> Truths:
        found: list[Truths] = []
        missing: NotYetKnown | None = None
        for operand in operands:
            try:
                found.append(self.condition(operand))
            except NotYetKnown as error:
                missing = missing or error
        if any(each.possibly is False for each in found):
            return NEVER
        if missing is not None:
            raise missing
        return conjunction(found)


def status_in(statuses: Statuses, words: frozenset[str]) -> Truths:
    """SEMANTICS 23: a subset of the words is TRUE, a disjoint set FALSE, anything else UNKNOWN."""
    inside = some(possible for word, possible in statuses.items() if word in words)
    outside = some(possible for word, possible in statuses.items() if word not in words)
    return Truths(every((inside, opposite(outside))), inside)
