"""Expressions become closures, once per ruleset.

`ExpressionCompiler` holds no record: each closure takes a `Frame`. Named dates, conditions and
reviews are looked up in the frame first, so each is worked out at most once per evaluation.
"""

from collections.abc import Callable, Mapping
from typing import assert_never

from ccr_rules.dates import (
    ABSENT,
    ABSENT_DATE,
    COMPARISONS,
    DateValue,
    at_most,
    coalesce,
    earlier,
    is_null,
    later,
    shift,
)
from ccr_rules.evaluation.closures import (
    absent,
    admits,
    all_of,
    any_of,
    consultation_in,
    never,
    not_applicable,
    status_in,
)
from ccr_rules.evaluation.frame import DateOf, Frame, ReviewOf, ReviewState, TruthOf
from ccr_rules.evaluation.statuses import ReviewDates, possible_statuses
from ccr_rules.evaluation.windows import Window, candidates, earliest, latest, lie_apart
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
    ReviewDate,
    Shift,
    StatusIn,
)
from ccr_rules.language.ruleset import Apart, Bound, Condition, Extreme, Let, Review, Ruleset
from ccr_rules.truth import FALSE, TRUE, Truth, conjunction, negation, truth_of

_CHOICES: Mapping[str, Callable[[list[DateValue]], DateValue]] = {
    "later": later,
    "earlier": earlier,
    "coalesce": coalesce,
}


class ExpressionCompiler:
    """Turns the expressions of one ruleset into closures over a frame."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self._dates: dict[str, DateOf] = {}
        self._conditions: dict[str, TruthOf] = {}
        self._reviews: dict[str, ReviewOf] = {}

    def codelist(self, alias: str) -> str:
        """Return the codelist that an alias of this ruleset stands for."""
        return self.ruleset.codelists[alias].codelist

    # --- names ---------------------------------------------------------------------------------

    def named_date(self, name: str) -> DateOf:
        """Return the closure of a date or let."""
        if name not in self._dates:
            self._dates[name] = self._memoised_date(name)
        return self._dates[name]

    def _memoised_date(self, name: str) -> DateOf:
        definition = self.ruleset.dates.get(name) or self.ruleset.lets[name]
        compute = self._extreme(definition) if isinstance(definition, Extreme) else self._let(definition)

        def read(frame: Frame) -> DateValue:
            value = frame.dates.get(name)
            if value is None:
                value = frame.dates[name] = compute(frame)
            return value

        return read

    def _let(self, definition: Let) -> DateOf:
        return self.date(definition.date)

    def named_condition(self, name: str) -> TruthOf:
        """Return the closure of a condition."""
        if name not in self._conditions:
            self._conditions[name] = self._memoised_condition(self.ruleset.conditions[name])
        return self._conditions[name]

    def _memoised_condition(self, definition: Condition) -> TruthOf:
        name = definition.name
        test = definition.test
        compute = self._apart(name, test) if isinstance(test, Apart) else self.condition(test)

        def read(frame: Frame) -> Truth:
            value = frame.conditions.get(name)
            if value is None:
                value = frame.conditions[name] = compute(frame)
            return value

        return read

    def named_review(self, review_id: str) -> ReviewOf:
        """Return the closure of a review's state."""
        if review_id not in self._reviews:
            self._reviews[review_id] = self._memoised_review(self.ruleset.reviews[review_id])
        return self._reviews[review_id]

    # --- definitions ---------------------------------------------------------------------------

    def _window(self, lower: Bound | None, upper: Bound | None) -> Callable[[Frame], Window]:
        low = self.date(lower.date) if lower else None
        high = self.date(upper.date) if upper else None
        low_inclusive = lower is None or lower.inclusive
        high_inclusive = upper is None or upper.inclusive

        def window(frame: Frame) -> Window:
            return Window(
                low(frame) if low else None, low_inclusive, high(frame) if high else None, high_inclusive
            )

        return window

    def _extreme(self, definition: Extreme) -> DateOf:
        window_of = self._window(definition.lower, definition.upper)
        pick = earliest if definition.pick == "earliest" else latest
        codelist = self.codelist(definition.codelist)
        admitted = admits(definition)
        name, recorded, assume_none = definition.name, definition.on == "recorded", definition.assume_none

        def compute(frame: Frame) -> DateValue:
            view = frame.view
            unsupplied = codelist in view.missing and not assume_none
            listed = view.members.get(codelist, ())
            if not listed and not unsupplied:
                return ABSENT
            members = [member for member in listed if admitted(member)]
            window = window_of(frame)
            if window.has_absent_bound:
                return ABSENT
            moment = view.moment
            until = (moment.known_on if recorded else moment.as_of) if unsupplied else None
            found = candidates(members, window, recorded=recorded, unsupplied_until=until)
            frame.candidates[name] = found
            return pick(found)

        return compute

    def _apart(self, name: str, definition: Apart) -> TruthOf:
        window_of = self._window(definition.lower, definition.upper)
        codelist = self.codelist(definition.codelist)
        duration, assume_none = definition.at_least, definition.assume_none

        def compute(frame: Frame) -> Truth:
            view = frame.view
            unsupplied = codelist in view.missing and not assume_none
            listed = view.members.get(codelist, ())
            if not listed and not unsupplied:
                return FALSE
            members = [member for member in listed if member.entry.state == "done"]
            window = window_of(frame)
            if window.has_absent_bound:
                return FALSE
            until = view.moment.as_of if unsupplied else None
            found = candidates(members, window, recorded=False, unsupplied_until=until)
            frame.candidates[name] = found
            return lie_apart(found, duration)

        return compute

    def _memoised_review(self, review: Review) -> ReviewOf:
        applies, opens, due = self.condition(review.applies), self.date(review.opens), self.date(review.due)
        done = self.date(review.done)
        declined = self.date(review.declined) if review.declined else absent
        until = self.date(review.until) if review.until else absent
        paused = self.condition(review.pause) if review.pause else never
        review_id, remind = review.id, review.remind

        def read(frame: Frame) -> ReviewState:
            state = frame.reviews.get(review_id)
            if state is None:
                state = frame.reviews[review_id] = compute(frame)
            return state

        def compute(frame: Frame) -> ReviewState:
            applying, opening = applies(frame), opens(frame)
            if applying is FALSE or opening.presence is ABSENT_DATE or frame.dead is TRUE:
                return not_applicable(applying, opening)
            dates = ReviewDates(opening, due(frame), done(frame), declined(frame), until(frame))
            living = min(applying, negation(frame.dead))
            return ReviewState(
                possible_statuses(living, dates, remind, frame.as_of), applying, dates, paused(frame)
            )

        return read

    # --- expressions ---------------------------------------------------------------------------

    def date(self, expression: DateExpression) -> DateOf:
        """Return the closure of a date expression."""
        match expression:
            case DateLiteral(value=value):
                return lambda frame: value
            case DateName(name=name):
                return self.named_date(name)
            case AsOf():
                return lambda frame: frame.as_of_value
            case PatientDate(field=patient_field):
                return lambda frame: frame.view.patient_date(patient_field)
            case ConsultationDate():
                return lambda frame: frame.consultation_date
            case ReviewDate(review=review, field=field):
                defined: DateExpression | None = getattr(self.ruleset.reviews[review], field)
                return self.date(defined) if defined else absent
            case Shift(date=date, sign=sign, duration=duration):
                shifted = self.date(date)
                return lambda frame: shift(shifted(frame), duration, sign)
            case Choice(pick=pick, dates=dates):
                choose, parts = _CHOICES[pick], [self.date(part) for part in dates]
                return lambda frame: choose([part(frame) for part in parts])
            case _:
                assert_never(expression)

    def condition(self, expression: ConditionExpression) -> TruthOf:
        """Return the closure of a condition."""
        match expression:
            case BooleanLiteral(value=value):
                truth = truth_of(value)
                return lambda frame: truth
            case ConditionName(name=name):
                return self.named_condition(name)
            case Compare(operator=operator, left=left, right=right):
                compare, a, b = COMPARISONS[operator], self.date(left), self.date(right)
                return lambda frame: compare(a(frame), b(frame))
            case Between(date=date, low=low, high=high):
                return self._between(date, low, high)
            case IsNull(date=date, negated=negated):
                return self._is_null(date, negated)
            case StatusIn(review=review, words=words):
                return status_in(self.named_review(review), words)
            case ConsultationIn(words=words):
                return consultation_in(words)
            case _:
                return self._connective(expression)

    def _connective(self, expression: Not | And | Or) -> TruthOf:
        match expression:
            case Not(operand=operand):
                inner = self.condition(operand)
                return lambda frame: negation(inner(frame))
            case And(operands=operands):
                return all_of([self.condition(operand) for operand in operands])
            case Or(operands=operands):
                return any_of([self.condition(operand) for operand in operands])
            case _:
                assert_never(expression)

    def _between(self, date: DateExpression, low: DateExpression, high: DateExpression) -> TruthOf:
        value, lower, upper = self.date(date), self.date(low), self.date(high)

        def test(frame: Frame) -> Truth:
            day = value(frame)
            return conjunction((at_most(lower(frame), day), at_most(day, upper(frame))))

        return test

    def _is_null(self, date: DateExpression, negated: bool) -> TruthOf:
        value = self.date(date)
        if negated:
            return lambda frame: negation(is_null(value(frame)))
        return lambda frame: is_null(value(frame))
