"""What the expressions of a ruleset mean, however they are written.

Names are followed to what they stand for, the value of a parameter stands for the parameter, and the order of
operands that has no meaning is put aside. So two expressions with the same meaning give the same answer for
every record, though one may call a date by another name. What a date's own window says (SEMANTICS 6) depends
on how it is written, and is applied first.
"""

import hashlib
from collections.abc import Callable, Iterable

from ccr_rules.dates import Duration
from ccr_rules.language.ast import (
    And,
    Between,
    BooleanLiteral,
    Choice,
    Compare,
    ConditionExpression,
    ConditionName,
    ConsultationIn,
    DateExpression,
    DateLiteral,
    DateName,
    IsNull,
    Not,
    Or,
    ReviewDate,
    Shift,
    StatusIn,
)
from ccr_rules.language.rewrite import rewritten
from ccr_rules.language.ruleset import Apart, Bound, Extreme, Review, Ruleset
from ccr_rules.language.unparse import source

_REVIEW_DATES = ("opens", "due", "until", "done", "declined")
_LONG = 200
_FLIPPED = {">=": "<=", ">": "<"}
_IN_DAYS_OR_MONTHS = {"day": (1, "days"), "week": (7, "days"), "month": (1, "months"), "year": (12, "months")}


class Meaning:
    """Says what the expressions of one ruleset mean, as text that is only good for comparing."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._known: dict[str, str] = {}

    # --- conditions ------------------------------------------------------------------------------

    def condition(self, test: ConditionExpression | Apart) -> str:
        """Return what a condition means."""
        return (
            self._apart(test) if isinstance(test, Apart) else self._test(rewritten(test, self._ruleset.dates))
        )

    def _test(self, test: ConditionExpression) -> str:
        match test:
            case And(operands=operands):
                return _unordered("and", map(self._test, operands))
            case Or(operands=operands):
                return _unordered("or", map(self._test, operands))
            case Not(operand=operand):
                return _negated(self._test(operand))
            case ConditionName(name=name):
                return self._once(name, lambda: self.condition(self._ruleset.conditions[name].test))
            case BooleanLiteral(value=value):
                return str(value)
            case StatusIn(review=review, words=words):
                return f"status({self.review(self._ruleset.reviews[review])} in {sorted(words)})"
            case ConsultationIn(word=word, words=words):
                return f"consultation({word} in {sorted(words)})"
            case _:
                return self._comparison(test)

    def _comparison(self, test: Compare | Between | IsNull) -> str:
        match test:
            case Between(date=date, low=low, high=high):
                return _unordered("and", (self._compared("<=", low, date), self._compared("<=", date, high)))
            case Compare(operator=operator, left=left, right=right) if operator in _FLIPPED:
                return self._compared(_FLIPPED[operator], right, left)
            case Compare(operator=operator, left=left, right=right):
                return self._compared(operator, left, right)
            case _:
                missing = f"null({self.date(test.date)})"
                return _negated(missing) if test.negated else missing

    def _compared(self, operator: str, left: DateExpression, right: DateExpression) -> str:
        sides = [self.date(left), self.date(right)]
        return _short(f"({f' {operator} '.join(sides if operator in ('<=', '<') else sorted(sides))})")

    def _apart(self, apart: Apart) -> str:
        window = f"{self._bound(apart.lower)} {self._bound(apart.upper)}"
        return (
            f"apart({self.codelist(apart.codelist)} {duration(apart.at_least)} {window} {apart.assume_none})"
        )

    # --- dates -----------------------------------------------------------------------------------

    def date(self, date: DateExpression | None) -> str:
        """Return what a date means."""
        match date:
            case None:
                return "none"
            case DateLiteral(value=value):
                return f"{value.first}/{value.last}"
            case DateName(name=name):
                return self._once(name, lambda: self._named_date(name))
            case ReviewDate(review=review, field=field):
                return self.date(getattr(self._ruleset.reviews[review], field))
            case Shift(date=inner, duration=Duration(amount=0)):
                return self.date(inner)
            case Shift(date=inner, sign=sign, duration=by):
                return _short(f"({self.date(inner)} {'+' if sign > 0 else '-'} {duration(by)})")
            case Choice(pick=pick, dates=dates):
                meanings = [self.date(each) for each in dates]
                return _short(f"coalesce{meanings}") if pick == "coalesce" else _unordered(pick, meanings)
            case _:
                return source(date)

    def _named_date(self, name: str) -> str:
        let = self._ruleset.lets.get(name)
        return self.date(let.date) if let else self.extreme(self._ruleset.dates[name])

    def extreme(self, extreme: Extreme) -> str:
        """Return what a date definition means; its title is no part of that."""
        words = [sorted(extreme.classes), sorted(extreme.episodes), sorted(extreme.states)]
        window = f"{self._bound(extreme.lower)} {self._bound(extreme.upper)}"
        found = f"{extreme.pick} {self.codelist(extreme.codelist)} {words} {window}"
        return _short(f"({found} {extreme.on} {extreme.assume_none})")

    def _bound(self, bound: Bound | None) -> str:
        return f"[{self.date(bound.date)} {bound.inclusive}]" if bound else "[]"

    def codelist(self, alias: str) -> str:
        """Return which codelist an alias stands for, in which release."""
        use = self._ruleset.codelists[alias]
        return f"{use.codelist}@{use.release or 'newest'}"

    # --- reviews ---------------------------------------------------------------------------------

    def review(self, review: Review) -> str:
        """Return what decides the status of a review."""

        def written() -> str:
            dates = [self.date(getattr(review, field)) for field in _REVIEW_DATES]
            return _short(f"review({self.condition(review.applies)} {dates} {duration(review.remind)})")

        return self._once(f"review {review.id}", written)

    def _once(self, name: str, written: Callable[[], str]) -> str:
        """Work a name's meaning out once."""
        if name not in self._known:
            self._known[name] = written()
        return self._known[name]


def _short(meaning: str) -> str:
    """Keep a meaning short, however often names stand in one another."""
    return meaning if len(meaning) < _LONG else hashlib.sha256(meaning.encode()).hexdigest()


def duration(value: Duration) -> str:
    """Return a duration in days or months: a year is twelve months, a week seven days."""
    times, unit = _IN_DAYS_OR_MONTHS[value.unit]
    return f"{value.amount * times} {unit}"


def _unordered(word: str, meanings: Iterable[str]) -> str:
    several = sorted(set(meanings))
    return several[0] if len(several) == 1 else _short(f"{word}({'; '.join(several)})")


def _negated(meaning: str) -> str:
    inner = meaning.removeprefix("not(")
    return inner[:-1] if inner != meaning else f"not({meaning})"
