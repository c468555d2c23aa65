"""What a ruleset says in one exact world: a date is a day or nothing, a condition holds or does not.

A plain reading of the rules in two values, independent of `ccr_rules.evaluation`: nothing is kept,
nothing is compiled, and calendar arithmetic is done in its own way.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from ccr_rules.dates import Duration
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
from ccr_rules.language.ruleset import Apart, Bound, Extreme, Indicator, Item, Prompt, Review, Ruleset
from tests.semantics.oracle.worlds import Event, World

FIRST, LAST = date(1850, 1, 1), date(2999, 12, 31)


def moved(day: date, duration: Duration, sign: int = 1) -> date:
    """Add a duration day by day and month by month; the calendar ends where it ends."""
    if duration.unit in ("day", "week"):
        days = duration.amount * (7 if duration.unit == "week" else 1) * sign
        ordinal = min(max(day.toordinal() + days, FIRST.toordinal()), LAST.toordinal())
        return date.fromordinal(ordinal)
    months = duration.amount * (12 if duration.unit == "year" else 1)
    year, month = day.year, day.month
    for _ in range(months):
        month += sign
        if month in (0, 13):
            year, month = year + sign, 12 if month == 0 else 1
    if not FIRST.year <= year <= LAST.year:
        return FIRST if year < FIRST.year else LAST
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


@dataclass(frozen=True)
class InWorld:
    """A ruleset, as it was written, read in one world."""

    ruleset: Ruleset
    world: World

    # --- dates -------------------------------------------------------------------------------------

    def named(self, name: str) -> date | None:
        """Return a date or let by its name."""
        if name in self.ruleset.lets:
            return self.day(self.ruleset.lets[name].date)
        return self.extreme(self.ruleset.dates[name])

    def day(self, expression: DateExpression) -> date | None:
        """Return the day of a date expression, or None."""
        match expression:
            case DateLiteral() | AsOf() | PatientDate() | ConsultationDate():
                return self._given(expression)
            case DateName(name=name):
                return self.named(name)
            case ReviewDate(review=review, field=field):
                inner: DateExpression | None = getattr(self.ruleset.reviews[review], field)
                return None if inner is None else self.day(inner)
            case Shift(date=inner, sign=sign, duration=duration):
                day = self.day(inner)
                return None if day is None else moved(day, duration, sign)
            case Choice(pick=pick, dates=dates):
                there = [day for day in map(self.day, dates) if day is not None]
                if not there:
                    return None
                return {"later": max(there), "earlier": min(there), "coalesce": there[0]}[pick]
            case _:
                assert_never(expression)

    def _given(self, leaf: DateLiteral | AsOf | PatientDate | ConsultationDate) -> date | None:
        match leaf:
            case DateLiteral(value=value, text=text):
                return self.world.literals.get(text, value.first)
            case AsOf():
                return self.world.as_of
            case PatientDate(field=field):
                return self.world.patient[field]
            case ConsultationDate():
                return self.world.consultation

    def inside(self, day: date, lower: Bound | None, upper: Bound | None) -> bool:
        """Say whether a day lies in a window; none lies in one that has an end without a day."""
        for bound, low in ((lower, True), (upper, False)):
            if bound is None:
                continue
            end = self.day(bound.date)
            if end is None:
                return False
            if day == end:
                if not bound.inclusive:
                    return False
            elif (day < end) == low:
                return False
        return True

    def _of_list(self, alias: str, assume_none: bool) -> list[Event]:
        codelist = self.ruleset.codelists[alias].codelist
        return [
            event
            for event in self.world.events
            if event.codelist == codelist and (event.supplied or not assume_none)
        ]

    def extreme(self, definition: Extreme) -> date | None:
        """Return the earliest or latest day of the entries that a definition selects."""
        days = [
            event.clinical if definition.on == "clinical" else event.recorded
            for event in self._of_list(definition.codelist, definition.assume_none)
            if event.state in definition.states
            and (not definition.episodes or event.episode in definition.episodes)
            and (not definition.classes or event.class_ is None or event.class_ in definition.classes)
        ]
        days = [day for day in days if self.inside(day, definition.lower, definition.upper)]
        if not days:
            return None
        return min(days) if definition.pick == "earliest" else max(days)

    # --- conditions --------------------------------------------------------------------------------

    def holds(self, expression: ConditionExpression) -> bool:
        """Say whether a condition holds."""
        match expression:
            case BooleanLiteral() | Not() | And() | Or():
                return self._logic(expression)
            case ConditionName(name=name):
                test = self.ruleset.conditions[name].test
                return self.apart(test) if isinstance(test, Apart) else self.holds(test)
            case Compare(operator=operator, left=left, right=right):
                return compared(self.day(left), operator, self.day(right))
            case Between(date=middle, low=low, high=high):
                day = self.day(middle)
                return compared(self.day(low), "<=", day) and compared(day, "<=", self.day(high))
            case IsNull(date=inner, negated=negated):
                return (self.day(inner) is None) != negated
            case StatusIn(review=review, words=words):
                return self.status(self.ruleset.reviews[review]) in words
            case ConsultationIn(words=words):
                return self.world.mode in words
            case _:
                assert_never(expression)

    def _logic(self, expression: BooleanLiteral | Not | And | Or) -> bool:
        match expression:
            case BooleanLiteral(value=value):
                return value
            case Not(operand=operand):
                return not self.holds(operand)
            case And(operands=operands):
                return all(self.holds(operand) for operand in operands)
            case Or(operands=operands):
                return any(self.holds(operand) for operand in operands)

    def apart(self, test: Apart) -> bool:
        """Say whether two entries lie so far apart."""
        days = sorted(
            event.clinical
            for event in self._of_list(test.codelist, test.assume_none)
            if event.state == "done" and self.inside(event.clinical, test.lower, test.upper)
        )
        return any(
            later >= moved(earlier, test.at_least)
            for place, earlier in enumerate(days)
            for later in days[place + 1 :]
        )

    # --- rules -------------------------------------------------------------------------------------

    @property
    def dead(self) -> bool:
        """Say whether the person has died by the day of the question."""
        return self.world.died is not None and self.world.died <= self.world.as_of

    def status(self, review: Review) -> str:
        """Return the status of a review (SEMANTICS 22), the first that fits."""
        today = self.world.as_of
        opens, due = self.day(review.opens), self.day(review.due)
        if self.dead or not self.holds(review.applies) or opens is None:
            return "not applicable"
        assert due is not None, "a review that opens is due (the checker sees to that)"
        done = self.day(review.done)
        if done is not None:
            return "done" if done <= due else "done late"
        if review.declined is not None and self.day(review.declined) is not None:
            return "declined"
        until = None if review.until is None else self.day(review.until)
        if until is not None and today > until:
            return "lapsed"
        if today < opens:
            return "upcoming"
        if today > due:
            return "overdue"
        return "due soon" if today >= moved(due, review.remind, -1) else "open"

    def shown(self, prompt: Prompt) -> bool:
        """Say whether a prompt is shown: its condition holds, nothing pauses it, the person lives."""
        pause = self.ruleset.reviews[prompt.review].pause if prompt.review else None
        return self.holds(prompt.when) and not self.dead and not (pause is not None and self.holds(pause))

    def seen(self, item: Item) -> date | None:
        """Return when an item was received, for somebody to whom it applies."""
        return self.day(item.seen) if item.applies is None or self.holds(item.applies) else None

    def in_population(self, indicator: Indicator) -> bool:
        """Say whether somebody is in an indicator: its condition, and on the practice's list."""
        end = self.day(indicator.period_end) if indicator.period_end else None
        day = self.world.as_of if end is None else min(self.world.as_of, end)
        world = self.world
        registered = world.registered is None or world.registered <= day
        left = world.deregistered is not None and world.deregistered <= day
        died = world.died is not None and world.died <= day
        return self.holds(indicator.population) and registered and not left and not died

    def outcome(self, indicator: Indicator) -> tuple[str, str | None]:
        """Return the outcome and reason of the first row that holds."""
        if not indicator.rows or not self.in_population(indicator):
            return ("not applicable", None)
        words = {"include": "included", "exclude": "excluded", "except": "excepted"}
        for row in indicator.rows:
            if row.test is None or self.holds(row.test):
                return (words[row.outcome], row.reason)
        raise AssertionError("the last row is `otherwise`")


def compared(left: date | None, operator: str, right: date | None) -> bool:
    """Compare two days; FALSE where one of them is not there."""
    if left is None or right is None:
        return False
    distance: timedelta = left - right
    return {
        "<=": distance.days <= 0,
        "<": distance.days < 0,
        ">=": distance.days >= 0,
        ">": distance.days > 0,
        "=": distance.days == 0,
        "!=": distance.days != 0,
    }[operator]
