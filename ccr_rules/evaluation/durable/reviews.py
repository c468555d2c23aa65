"""Reviews as questions: each status is a rule, and each guard is followed both ways (SEMANTICS 21 to 24)."""

from collections.abc import Callable, Iterator
from datetime import date

from ccr_rules.dates import ABSENT_DATE, Duration, days_between, shift_day
from ccr_rules.evaluation.closures import absent, not_applicable
from ccr_rules.evaluation.compiler import ExpressionCompiler
from ccr_rules.evaluation.durable.conditions import Conditions, Formula, conjunction, there
from ccr_rules.evaluation.durable.inputs import Inputs
from ccr_rules.evaluation.durable.people import living
from ccr_rules.evaluation.durable.questions import Fired, Question, truth_rules
from ccr_rules.evaluation.durable.ways import FAR, Ways, at_least, at_most, both
from ccr_rules.evaluation.frame import DateOf, Frame, ReviewState
from ccr_rules.evaluation.statuses import TIMELINE, ReviewDates
from ccr_rules.language.ast import DateExpression
from ccr_rules.language.ruleset import Review

DayOf = Callable[[Frame], date]


class ReviewQuestion:
    """One review: what is asked, and how the answer is read."""

    def __init__(self, review: Review, compiler: ExpressionCompiler) -> None:
        def dated(expression: DateExpression | None) -> DateOf:
            return compiler.date(expression) if expression else absent

        self._review = review
        self._inputs = Inputs()
        self._conditions = Conditions(compiler, self._inputs)
        self._opens, self._due = dated(review.opens), dated(review.due)
        self._done, self._declined, self._until = (
            dated(review.done),
            dated(review.declined),
            dated(review.until),
        )
        self.question = Question(f"review/{review.id}", self._inputs, self._rules())

    # --- what is asked -------------------------------------------------------------------------

    def _rules(self) -> Iterator[tuple[str, Ways]]:
        applies = self._conditions.formula(self._review.applies)
        yield from truth_rules("applies", applies)
        concerns = conjunction(applies, living(self._inputs), self._there("opens", self._opens))
        yield "not applicable", concerns("not surely")
        concerned = concerns("possibly")
        if self._review.pause:
            for name, ways in truth_rules("paused", self._conditions.formula(self._review.pause)):
                yield name, both(concerned, ways)
        yield from self._answered(concerned)

    def _there(self, name: str, value: DateOf) -> Formula:
        return there(self._inputs.presence(name, value))

    def _answered(self, concerned: Ways) -> Iterator[tuple[str, Ways]]:
        """Yield done, done late and declined; the rest holds only where neither is sure."""
        done, declined = self._there("done", self._done), self._there("declined", self._declined)
        was_done = both(concerned, done("possibly"))
        yield (
            "done",
            both(was_done, at_most(self._days("due to done", last(self._due), first(self._done)), 0)),
        )
        late = self._days("due to done, at most", first(self._due), last(self._done))
        yield "done late", both(was_done, at_least(late, 1))
        undone = both(concerned, done("not surely"))
        yield "declined", both(undone, declined("possibly"))
        yield from self._ended(both(undone, declined("not surely")))

    def _ended(self, waiting: Ways) -> Iterator[tuple[str, Ways]]:
        left = self._inputs.distance("to the end", self._to_the_end(first(self._until)))
        left_at_most = self._inputs.distance("to the end, at most", self._to_the_end(last(self._until)))
        yield "lapsed", both(waiting, at_most(left, -1))
        yield from self._running(both(waiting, at_least(left_at_most, 0)))

    def _to_the_end(self, end: DayOf) -> Callable[[Frame], int]:
        """The end of a review without one is always far ahead."""

        def days(frame: Frame) -> int:
            ends = self._until(frame).presence is not ABSENT_DATE
            return days_between(frame.as_of, end(frame)) if ends else FAR

        return days

    def _running(self, running: Ways) -> Iterator[tuple[str, Ways]]:
        remind = self._review.remind
        due, due_at_most = first(self._due), last(self._due)
        opening = self._days("to the opening, at most", today, last(self._opens))
        yield "upcoming", both(running, at_least(opening, 1))
        opened = both(running, at_most(self._days("to the opening", today, first(self._opens)), 0))
        yield "overdue", both(opened, at_most(self._days("to due", today, due), -1))
        yield (
            "due soon",
            both(
                opened,
                at_most(self._days("to the reminder", today, _before(due, remind)), 0),
                at_least(self._days("to due, at most", today, due_at_most), 0),
            ),
        )
        quiet = self._days("to the reminder, at most", today, _before(due_at_most, remind))
        yield "open", both(opened, at_least(quiet, 1))

    def _days(self, name: str, start: DayOf, end: DayOf) -> int:
        """Return the property of the days from one day to another."""
        return self._inputs.distance(name, lambda frame: days_between(start(frame), end(frame)))

    # --- what is answered ----------------------------------------------------------------------

    def state(self, frame: Frame, fired: Fired) -> ReviewState:
        """Return what the rules that fired decide. Raises ImpossibleAnswer."""
        possible = tuple(status for status in TIMELINE if status in fired)
        applies, opens = self.question.truth("applies", fired), self._opens(frame)
        if not possible:
            raise self.question.impossible("no status")
        if possible == ("not applicable",):
            return not_applicable(applies, opens)
        dates = ReviewDates(
            opens, *(date(frame) for date in (self._due, self._done, self._declined, self._until))
        )
        return ReviewState(possible, applies, dates, self.question.truth("paused", fired))


def today(frame: Frame) -> date:
    """The day of the question."""
    return frame.as_of


def first(value: DateOf) -> DayOf:
    """The first day that a date may be."""
    return lambda frame: value(frame).first


def last(value: DateOf) -> DayOf:
    """The last day that a date may be."""
    return lambda frame: value(frame).last


def _before(day: DayOf, notice: Duration) -> DayOf:
    return lambda frame: shift_day(day(frame), notice, -1)
