"""What must be so for a condition to hold, in records whose dates are known to the day.

A condition is taken apart into cases, a case into facts. Facts that cannot all be so are found, and
facts that follow from others: soundly, not completely.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ccr_rules.language.ast import (
    ConditionExpression,
    DateExpression,
    DateLiteral,
    DateName,
    Shift,
)
from ccr_rules.language.checks.order import Order
from ccr_rules.language.checks.plain_dates import always_there, days_of, known_to_the_day, plain, root
from ccr_rules.language.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class AtMost:
    """Both dates are there, and left - right <= days."""

    left: DateExpression
    right: DateExpression
    days: int


@dataclass(frozen=True, slots=True)
class There:
    """The date is there; with `holds` False it is not."""

    date: DateExpression
    holds: bool


@dataclass(frozen=True, slots=True)
class Says:
    """A condition that is not looked into holds, or does not."""

    test: ConditionExpression
    holds: bool


Fact = AtMost | There | Says
Case = frozenset[Fact]

_DAY_ZERO = "day zero"


class Facts:
    """Facts taken together with what the definitions of their dates say."""

    def __init__(self, ruleset: Ruleset, facts: Iterable[Fact] = ()) -> None:
        self._ruleset = ruleset
        self._order = Order()
        self._order.add_date(_DAY_ZERO)
        self._there: dict[DateExpression, bool] = {}
        self._said: dict[ConditionExpression, bool] = {}
        self._clash = False
        self.add(facts)

    @property
    def contradictory(self) -> bool:
        """True if no record can be so."""
        return self._clash or self._order.contradiction

    def add(self, facts: Iterable[Fact]) -> None:
        """Add facts, and what follows from them."""
        for fact in facts:
            match fact:
                case AtMost(left=left, right=right, days=days):
                    self.add([There(left, True), There(right, True)])
                    self._order.add(left, right, days)
                case There(date=date, holds=holds):
                    self._add_date(date)
                    self._add_presence(root(date), holds)
                case _:
                    self._clash |= self._said.setdefault(fact.test, fact.holds) != fact.holds

    def _add_presence(self, date: DateExpression, holds: bool) -> None:
        if always_there(date):
            self._clash |= not holds
        elif date in self._there:
            self._clash |= self._there[date] != holds
        else:
            self._there[date] = holds
            if holds:
                self._add_window(date)

    def _add_window(self, date: DateExpression) -> None:
        """A date that is there lies in its window, whose ends are there too."""
        extreme = self._ruleset.dates.get(date.name) if isinstance(date, DateName) else None
        if extreme is None:
            return
        for bound, is_lower in ((extreme.lower, True), (extreme.upper, False)):
            if bound is None:
                continue
            end = plain(bound.date, self._ruleset)
            self.add([There(end, True)])
            if known_to_the_day(end):
                ends = (end, date) if is_lower else (date, end)
                self._order.add(*ends, 0 if bound.inclusive else -1)

    def _add_date(self, date: DateExpression) -> None:
        """Bring a date into the order: a literal by its day, a shifted date by its distance."""
        if not self._order.add_date(date):
            return
        if isinstance(date, DateLiteral):
            self._order.add(date, _DAY_ZERO, date.value.last.toordinal())
            self._order.add(_DAY_ZERO, date, -date.value.first.toordinal())
        elif isinstance(date, Shift):
            self._add_date(date.date)
            fewest, most = days_of(date.duration)
            low, high = (fewest, most) if date.sign > 0 else (-most, -fewest)
            self._order.add(date, date.date, high)
            self._order.add(date.date, date, -low)

    def implies(self, fact: Fact) -> bool:
        """Say whether a fact is known to follow."""
        match fact:
            case AtMost(left=left, right=right, days=days):
                both = self.implies(There(left, True)) and self.implies(There(right, True))
                return both and self._known_limit(left, right) <= days
            case There(date=date, holds=holds):
                return self._there.get(root(date), True if always_there(date) else None) is holds
            case _:
                return self._said.get(fact.test) is fact.holds

    def _known_limit(self, left: DateExpression, right: DateExpression) -> int:
        self._add_date(left)
        self._add_date(right)
        return self._order.at_most(left, right)

    def opposite(self, fact: Fact) -> Fact | None:
        """Return what is so if a fact is not, as far as that is one fact."""
        match fact:
            case AtMost(left=left, right=right, days=days):
                both = self.implies(There(left, True)) and self.implies(There(right, True))
                return AtMost(right, left, -days - 1) if both else None
            case There(date=date, holds=holds):
                return There(date, not holds)
            case _:
                return Says(fact.test, not fact.holds)


def can_hold(case: Case, none_of: Iterable[Case], ruleset: Ruleset) -> bool:
    """Say whether a case may hold while none of the others does; False is certain."""
    facts = Facts(ruleset, case)
    others = list(none_of)
    learned = True
    while learned and not facts.contradictory:
        learned = False
        for other in others:
            unsettled = [fact for fact in other if not facts.implies(fact)]
            if not unsettled:
                return False
            opposite = facts.opposite(unsettled[0]) if len(unsettled) == 1 else None
            if opposite is not None and not facts.implies(opposite):
                facts.add([opposite])
                learned = True
    return not facts.contradictory
