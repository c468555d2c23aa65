"""Conditions as ways to be sure or possible, over the properties of a flat fact (SEMANTICS 26)."""

from collections.abc import Callable
from typing import Literal, assert_never

from ccr_rules.evaluation.compiler import ExpressionCompiler
from ccr_rules.evaluation.durable.inputs import Compared, Inputs
from ccr_rules.evaluation.durable.ways import ALWAYS, NEVER, Ways, at_least, at_most, both, either
from ccr_rules.language.ast import (
    And,
    Between,
    BooleanLiteral,
    Compare,
    Comparison,
    ConditionExpression,
    ConditionName,
    ConsultationIn,
    DateExpression,
    IsNull,
    Not,
    Or,
    StatusIn,
)
from ccr_rules.language.ruleset import REVIEW_STATUSES, Apart

Holds = Literal["surely", "possibly", "not surely", "not possibly"]
"""What may be asked of a condition. The last two are what remains where the first two do not hold."""

_OPPOSITE: dict[Holds, Holds] = {
    "surely": "not possibly",
    "possibly": "not surely",
    "not surely": "possibly",
    "not possibly": "surely",
}
"""What to ask of a condition in order to know the same of its negation: `not` swaps them."""


Formula = Callable[[Holds], Ways]
"""Something of which can be asked whether it surely holds, possibly holds, or does not."""


def negation(formula: Formula) -> Formula:
    """Kleene's `not`."""
    return lambda holds: formula(_OPPOSITE[holds])


def conjunction(*formulas: Formula) -> Formula:
    """Kleene's `and`."""

    def ways(holds: Holds) -> Ways:
        each = (formula(holds) for formula in formulas)
        return either(each) if holds.startswith("not") else both(*each)

    return ways


def disjunction(*formulas: Formula) -> Formula:
    """Kleene's `or`."""
    return negation(conjunction(*(negation(formula) for formula in formulas)))


class Conditions:
    """Turns conditions of one ruleset into ways, over the inputs of one fact."""

    def __init__(self, compiler: ExpressionCompiler, inputs: Inputs) -> None:
        self._compiler = compiler
        self._inputs = inputs

    def formula(self, condition: ConditionExpression) -> Formula:
        """Return the formula of a condition."""
        match condition:
            case BooleanLiteral(value=value):
                return lambda holds: ALWAYS if value != holds.startswith("not") else NEVER
            case ConditionName(name=name):
                return self._named(name)
            case Compare(operator=operator, left=left, right=right):
                return self._compare(operator, left, right)
            case Between(date=date, low=low, high=high):
                return conjunction(self._at_most(low, date), self._at_most(date, high))
            case IsNull(date=date, negated=negated):
                is_there = there(self._inputs.presence(date, self._compiler.date(date)))
                return is_there if negated else negation(is_there)
            case StatusIn(review=review, words=words):
                return self._status_in(review, words)
            case ConsultationIn(words=words):
                return known(self._inputs.mode(words), sure=1, possible=1)
            case _:
                return self._connective(condition)

    def _connective(self, condition: Not | And | Or) -> Formula:
        match condition:
            case Not(operand=operand):
                return negation(self.formula(operand))
            case And(operands=operands):
                return conjunction(*map(self.formula, operands))
            case Or(operands=operands):
                return disjunction(*map(self.formula, operands))
            case _:
                assert_never(condition)

    def _named(self, name: str) -> Formula:
        test = self._compiler.ruleset.conditions[name].test
        if not isinstance(test, Apart):
            return self.formula(test)
        return known(self._inputs.truth(name, self._compiler.named_condition(name)), sure=2, possible=1)

    def _compare(self, operator: Comparison, left: DateExpression, right: DateExpression) -> Formula:
        match operator:
            case "<=":
                return self._at_most(left, right)
            case "<":
                return self._before(left, right)
            case ">=":
                return self._at_most(right, left)
            case ">":
                return self._before(right, left)
            case "=":
                return conjunction(self._at_most(left, right), self._at_most(right, left))
            case "!=":
                return disjunction(self._before(left, right), self._before(right, left))
            case _:
                assert_never(operator)

    def _at_most(self, left: DateExpression, right: DateExpression) -> Formula:
        return at_most_days(self._compared(left, right), 0)

    def _before(self, left: DateExpression, right: DateExpression) -> Formula:
        return at_most_days(self._compared(left, right), -1)

    def _compared(self, left: DateExpression, right: DateExpression) -> Compared:
        return self._inputs.comparison((left, right), self._compiler.date(left), self._compiler.date(right))

    def _status_in(self, review: str, words: frozenset[str]) -> Formula:
        """SEMANTICS 23: sure if nothing outside the words is possible, impossible if nothing inside is."""
        inside = [self._inputs.status(review, each) for each in REVIEW_STATUSES if each in words]
        outside = [self._inputs.status(review, each) for each in REVIEW_STATUSES if each not in words]

        def ways(holds: Holds) -> Ways:
            match holds:
                case "surely":
                    return both(*(at_most(number, 0) for number in outside))
                case "not surely":
                    return either(at_least(number, 1) for number in outside)
                case "possibly":
                    return either(at_least(number, 1) for number in inside)
                case "not possibly":
                    return both(*(at_most(number, 0) for number in inside))
                case _:
                    assert_never(holds)

        return ways


def at_most_days(compared: Compared, days: int) -> Formula:
    """The first date lies at most so many days after the second."""

    def ways(holds: Holds) -> Ways:
        match holds:
            case "surely":
                return both(at_least(compared.presence, 2), at_most(compared.most, days))
            case "possibly":
                return both(at_least(compared.presence, 1), at_most(compared.least, days))
            case "not surely":
                return at_least(compared.most, days + 1)
            case "not possibly":
                return at_least(compared.least, days + 1)
            case _:
                assert_never(holds)

    return ways


def there(presence: int) -> Formula:
    """A date is there: surely if it is present, possibly unless it is absent."""
    return known(presence, sure=2, possible=1)


def known(number: int, *, sure: int, possible: int) -> Formula:
    """A property says so: surely from one value on, possibly from another."""

    def ways(holds: Holds) -> Ways:
        least = sure if holds in {"surely", "not surely"} else possible
        return at_most(number, least - 1) if holds.startswith("not") else at_least(number, least)

    return ways
