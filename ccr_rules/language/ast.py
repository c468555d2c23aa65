"""The typed expressions of the ruleset language: what the parser makes and every evaluator reads.

There are two kinds of expression, dates and conditions. Names are resolved when the ruleset is
checked, so an evaluator never meets one that it does not know. `at` is where the expression stands
in the ruleset's text; it takes no part in equality. Expressions and definitions are structs, since
what was checked is kept (`library.cache`): structs are decoded quickly, each union by its tags.
"""

from typing import Literal

from msgspec import Struct
from msgspec.structs import astuple

from ccr_rules.dates import DateValue, Duration

Comparison = Literal["<=", "<", ">=", ">", "=", "!="]
PatientField = Literal["born", "died", "registered", "deregistered"]
ReviewDateField = Literal["opens", "due", "done", "declined", "until"]
ConsultationWord = Literal["mode"]


class Part(Struct, frozen=True, array_like=True, gc=False):
    """What rulesets are made of: written without the names of its fields, and in no cycle."""


class Place(Part, frozen=True):
    """A place in a text: file, line and column (from 1)."""

    file: str = ""
    line: int = 0
    column: int = 0


NOWHERE = Place()


class Placed(Part, frozen=True, eq=False):
    """What knows where it stands in a ruleset: `at`, its last field, takes no part in equality."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and astuple(self)[:-1] == astuple(other)[:-1]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(astuple(self)[:-1])


class Expression(Placed, frozen=True, kw_only=True, tag=True):
    """The root of all expressions."""

    at: Place = NOWHERE


# --- dates ---------------------------------------------------------------------------------------


class DateLiteral(Expression, frozen=True):
    """`@2024-03-31`, or `@2024-03` for a date known only to the month; `text` is as written, without `@`.

    `parameter` names the parameter, if the day is the value of one.
    """

    value: DateValue
    text: str
    parameter: str | None = None


class DateName(Expression, frozen=True):
    """A name from `dates` or `let`."""

    name: str


class AsOf(Expression, frozen=True):
    """`as_of`: the day the question is asked for."""


class PatientDate(Expression, frozen=True):
    """`patient.born`, `patient.died`, `patient.registered`, `patient.deregistered`."""

    field: PatientField


class ConsultationDate(Expression, frozen=True):
    """`consultation.date`: absent outside a consultation."""


class ReviewDate(Expression, frozen=True):
    """A date of a review: `cancer-care-review.due`."""

    review: str
    field: ReviewDateField


class Shift(Expression, frozen=True):
    """`date + 3 months`, `date - review_window`; `parameter` names the parameter, if one was used."""

    date: "DateExpression"
    sign: Literal[1, -1]
    duration: Duration
    parameter: str | None = None


class Choice(Expression, frozen=True):
    """`later(A, B)`, `earlier(A, B)` or `Coalesce(A, B)` of two or more dates."""

    pick: Literal["later", "earlier", "coalesce"]
    dates: tuple["DateExpression", ...]


DateExpression = DateLiteral | DateName | AsOf | PatientDate | ConsultationDate | ReviewDate | Shift | Choice


# --- conditions ----------------------------------------------------------------------------------


class BooleanLiteral(Expression, frozen=True):
    """`true` or `false`."""

    value: bool


class ConditionName(Expression, frozen=True):
    """A name from `conditions`."""

    name: str


class Compare(Expression, frozen=True):
    """`left <= right` and its kin, between two dates."""

    operator: Comparison
    left: DateExpression
    right: DateExpression


class Between(Expression, frozen=True):
    """`date between low and high`, both ends included: the conjunction of two comparisons."""

    date: DateExpression
    low: DateExpression
    high: DateExpression


class IsNull(Expression, frozen=True):
    """`date is null`, or with `negated` `date is not null`."""

    date: DateExpression
    negated: bool


class Not(Expression, frozen=True):
    """Kleene's `not`."""

    operand: "ConditionExpression"


class And(Expression, frozen=True):
    """Kleene's `and` of two or more conditions."""

    operands: tuple["ConditionExpression", ...]


class Or(Expression, frozen=True):
    """Kleene's `or` of two or more conditions."""

    operands: tuple["ConditionExpression", ...]


class StatusIn(Expression, frozen=True):
    """`cancer-care-review.status in {open, overdue}`: tests the set of possible statuses."""

    review: str
    words: frozenset[str]


class ConsultationIn(Expression, frozen=True):
    """`consultation.mode in {telephone, video}`: never true outside a consultation."""

    word: ConsultationWord
    words: frozenset[str]


ConditionExpression = (
    BooleanLiteral | ConditionName | Compare | Between | IsNull | Not | And | Or | StatusIn | ConsultationIn
)

AnyExpression = DateExpression | ConditionExpression
