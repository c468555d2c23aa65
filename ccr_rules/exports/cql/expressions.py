"""The expressions of a ruleset as calls of CCRCalculus."""

from functools import reduce
from typing import assert_never

from ccr_rules.dates import DateValue, Duration, Presence
from ccr_rules.exports.cql import names
from ccr_rules.exports.cql.layout import Term, call, listed
from ccr_rules.exports.cql.names import calculus, record
from ccr_rules.exports.cql.text import day, identifier, string
from ccr_rules.language.ast import (
    And,
    AsOf,
    Between,
    BooleanLiteral,
    Choice,
    Compare,
    Comparison,
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
from ccr_rules.language.vocabulary import CONSULTATION_MODES, STATUS_WORDS

ABSENT = calculus('"Absent"')
NEVER = call(calculus("Always"), "false")

LONGEST = 500_000
"""More days, weeks, months or years than the calendar has; larger amounts could leave CQL's Integer."""

_COMPARISONS: dict[Comparison, str] = {
    "<=": "IsAtMost",
    "<": "IsBefore",
    ">=": "IsAtLeast",
    ">": "IsAfter",
    "=": "IsOn",
    "!=": "IsNotOn",
}
_CHOICES = {"later": "Later", "earlier": "Earlier", "coalesce": "FirstThere"}
_PATIENT: dict[PatientField, str] = {
    "born": "Born",
    "registered": "Registered",
    "deregistered": "Deregistered",
}


class Expressions:
    """Writes the expressions of one ruleset."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset

    # --- dates ---------------------------------------------------------------------------------

    def date(self, expression: DateExpression) -> Term:
        """Return a date as CQL."""
        match expression:
            case DateLiteral(value=value):
                return days(value)
            case DateName(name=name):
                return identifier(names.date_name(name))
            case AsOf():
                return call(calculus("OnDay"), names.AS_OF)
            case PatientDate(field=field):
                return _patient_date(field)
            case ConsultationDate():
                return names.CONSULTATION_DATE
            case ReviewDate(review=review, field=field):
                defined = getattr(self._ruleset.reviews[review], field)
                return identifier(names.review_part(review, field)) if defined else ABSENT
            case Shift(date=date, sign=sign, duration=duration):
                return call(calculus("Plus"), self.date(date), *amount(duration, sign))
            case Choice(pick=pick, dates=dates):
                choose = calculus(_CHOICES[pick])
                return reduce(lambda one, other: call(choose, one, other), map(self.date, dates))
            case _:
                assert_never(expression)

    # --- conditions ----------------------------------------------------------------------------

    def condition(self, expression: ConditionExpression) -> Term:
        """Return a condition as CQL."""
        match expression:
            case BooleanLiteral(value=value):
                return call(calculus("Always"), "true" if value else "false")
            case ConditionName(name=name):
                return identifier(names.condition_name(name))
            case StatusIn(review=review, words=words):
                status = identifier(names.review_part(review, "status"))
                return call(calculus("StatusIn"), status, _words(words, STATUS_WORDS))
            case ConsultationIn(words=words):
                modes = listed(string(word) for word in sorted(words, key=CONSULTATION_MODES.index))
                return call(calculus("IsWord"), names.CONSULTATION_MODE, modes)
            case Compare() | Between() | IsNull():
                return self._comparison(expression)
            case Not(operand=operand):
                return call(calculus("Negation"), self.condition(operand))
            case And(operands=operands):
                return call(calculus("AllOf"), listed(self.condition(each) for each in operands))
            case Or(operands=operands):
                return call(calculus("AnyOf"), listed(self.condition(each) for each in operands))
            case _:
                assert_never(expression)

    def _comparison(self, test: Compare | Between | IsNull) -> Term:
        match test:
            case Compare(operator=operator, left=left, right=right):
                return call(calculus(_COMPARISONS[operator]), self.date(left), self.date(right))
            case Between(date=date, low=low, high=high):
                at_least = call(calculus("IsAtLeast"), self.date(date), self.date(low))
                at_most = call(calculus("IsAtMost"), self.date(date), self.date(high))
                return call(calculus("AllOf"), listed([at_least, at_most]))
            case IsNull(date=date, negated=negated):
                return call(calculus("IsThere" if negated else "IsMissing"), self.date(date))
            case _:
                assert_never(test)


def days(value: DateValue) -> Term:
    """Return a literal date as CQL."""
    if value.presence is Presence.PRESENT and value.first == value.last:
        return call(calculus("OnDay"), day(value.first))
    return call(calculus("BetweenDays"), day(value.first), day(value.last))


def amount(duration: Duration, sign: int = 1) -> tuple[str, str]:
    """Return a duration as the amount and unit that functions of CCRCalculus take."""
    return str(sign * min(duration.amount, LONGEST)), string(duration.unit)


def _patient_date(field: PatientField) -> Term:
    if field == "died":
        return call(record("Date of death as of"), names.AS_OF, names.RECORDED_BY)
    return call(calculus("AsOfDay"), record(_PATIENT[field]), names.AS_OF)


def _words(words: frozenset[str], order: tuple[str, ...]) -> Term:
    return listed(string(word) for word in sorted(words, key=order.index))
