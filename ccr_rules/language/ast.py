"""The typed expressions of the ruleset language: what the parser makes and every evaluator reads.

There are two kinds of expression, dates and conditions. Names are resolved when the ruleset is
checked, so an evaluator never meets one that it does not know. `at` is where the expression stands
in the ruleset's text; it takes no part in equality.
"""

from dataclasses import dataclass, field
from typing import Literal

from ccr_rules.dates import DateValue, Duration

Comparison = Literal["<=", "<", ">=", ">", "=", "!="]
PatientField = Literal["born", "died", "registered", "deregistered"]
ReviewDateField = Literal["opens", "due", "done", "declined", "until"]
ConsultationWord = Literal["mode"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text: file, line and column (from 1)."""

    file: str = ""
    line: int = 0
    column: int = 0


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Expression:
    """The root of all expressions."""

    at: Place = field(default=NOWHERE, compare=False, kw_only=True)


# --- dates ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DateLiteral(Expression):
    """`@2024-03-31`, or `@2024-03` for a date known only to the month; `text` is as written, without `@`.

    `parameter` names the parameter, if the day is the value of one.
    """

    value: DateValue
    text: str
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class DateName(Expression):
    """A name from `dates` or `let`."""

    name: str


@dataclass(frozen=True, slots=True)
class AsOf(Expression):
    """`as_of`: the day the question is asked for."""


@dataclass(frozen=True, slots=True)
class PatientDate(Expression):
    """`patient.born`, `patient.died`, `patient.registered`, `patient.deregistered`."""

    field: PatientField


@dataclass(frozen=True, slots=True)
class ConsultationDate(Expression):
    """`consultation.date`: absent outside a consultation."""


@dataclass(frozen=True, slots=True)
class ReviewDate(Expression):
    """A date of a review: `cancer-care-review.due`."""

    review: str
    field: ReviewDateField


@dataclass(frozen=True, slots=True)
class Shift(Expression):
    """`date + 3 months`, `date - review_window`; `parameter` names the parameter, if one was used."""

    date: "DateExpression"
    sign: Literal[1, -1]
    duration: Duration
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class Choice(Expression):
    """`later(A, B)`, `earlier(A, B)` or `Coalesce(A, B)` of two or more dates."""

    pick: Literal["later", "earlier", "coalesce"]
    dates: tuple["DateExpression", ...]


DateExpression = DateLiteral | DateName | AsOf | PatientDate | ConsultationDate | ReviewDate | Shift | Choice


# --- conditions ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BooleanLiteral(Expression):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class ConditionName(Expression):
    """A name from `conditions`."""

    name: str


@dataclass(frozen=True, slots=True)
class Compare(Expression):
    """`left <= right` and its kin, between two dates."""

    operator: Comparison
    left: DateExpression
    right: DateExpression


@dataclass(frozen=True, slots=True)
class Between(Expression):
    """`date between low and high`, both ends included: the conjunction of two comparisons."""

    date: DateExpression
    low: DateExpression
    high: DateExpression


@dataclass(frozen=True, slots=True)
class IsNull(Expression):
    """`date is null`, or with `negated` `date is not null`."""

    date: DateExpression
    negated: bool


@dataclass(frozen=True, slots=True)
class Not(Expression):
    """Kleene's `not`."""

    operand: "ConditionExpression"


@dataclass(frozen=True, slots=True)
class And(Expression):
    """Kleene's `and` of two or more conditions."""

    operands: tuple["ConditionExpression", ...]


@dataclass(frozen=True, slots=True)
class Or(Expression):
    """Kleene's `or` of two or more conditions."""

    operands: tuple["ConditionExpression", ...]


@dataclass(frozen=True, slots=True)
class StatusIn(Expression):
    """`cancer-care-review.status in {open, overdue}`: tests the set of possible statuses."""

    review: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class ConsultationIn(Expression):
    """`consultation.mode in {telephone, video}`: never true outside a consultation."""

    word: ConsultationWord
    words: frozenset[str]


ConditionExpression = (
    BooleanLiteral | ConditionName | Compare | Between | IsNull | Not | And | Or | StatusIn | ConsultationIn
)

AnyExpression = DateExpression | ConditionExpression
