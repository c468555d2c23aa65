"""What a business case for reviews needs, by practice, network and board: `commissioner.csv`.

Counts that add up stand in one family, such as all that may become of a review. With `--to-share` a family of
a unit is shown or hidden as a whole, so that no small number is shown, and none can be worked out.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import msgspec

from ccr_rules.population.report.achievement import Achievement, unit_cells
from ccr_rules.population.report.bounds import Bound, Rate, rate_of
from ccr_rules.population.report.files import Cell
from ccr_rules.population.report.needs import Need
from ccr_rules.population.report.organisations import Organisations, Unit
from ccr_rules.population.report.review_counts import STANDINGS, ReviewCounts
from ccr_rules.population.report.rules import indicators_of, is_register, register_of
from ccr_rules.population.report.suppression import hidden_units
from ccr_rules.population.report.tallies import ReviewTally

COLUMNS: Final = (
    *("level", "organisation", "name", "pcn", "icb", "ruleset", "topic", "id", "measure"),
    *("people", "people_most", "percent_low", "percent_high", "suppressed"),
)


NEEDED: Final = "reviews needed"
BY_MONTH: Final = "reviews needed by month"
AHEAD: Final = "in the next 12 months"
_OF_THE_YEAR: Final = ("overdue now", "cannot tell")
OF_A_REVIEW: Final = ("review", NEEDED, "invitations")
"""The topics that count the same people in different ways: they are shown or hidden together.

Months are shown at most where these are, and hidden by themselves where they are small.
"""

RATED: Final = ("review", "indicator")
"""The topics whose families have a rate."""


class Family(NamedTuple):
    """Counts that add up: of which ruleset, about what, and of which indicator or review."""

    ruleset: str
    topic: str
    id: str = ""


class Figures(msgspec.Struct):
    """The counts of one family of one unit; `rated` are those met, not met and unsettled, where rated."""

    counts: dict[str, Bound] = {}
    rated: tuple[int, int, int] = (0, 0, 0)

    @property
    def rate(self) -> Rate | None:
        """The rate, where there is one."""
        return rate_of(*self.rated)

    def add(self, measure: str, people: Bound) -> None:
        """Count people for a measure."""
        self.counts[measure] = self.counts.get(measure, Bound()) + people


class Commissioned:
    """All families with the figures of every unit, and which of them are hidden."""

    def __init__(
        self,
        achievement: Achievement,
        reviews: Iterable[ReviewTally],
        needs: Iterable[Need],
        below: int | None,
    ) -> None:
        self.organisations: Final[Organisations] = achievement.organisations
        self.units = achievement.units
        self._figures: dict[Family, dict[Unit, Figures]] = {}
        self._add_registers(achievement)
        self._add_reviews(reviews)
        for need in needs:
            for unit in self.organisations.units_of(need.practice):
                self._add_need(need, unit)
        self._add_indicators(achievement)
        self._hidden = {} if below is None else self._hide(below)

    @property
    def families(self) -> list[Family]:
        """Every family that has a figure, in the order of the rulesets."""
        return list(self._figures)

    def figures(self, family: Family, unit: Unit) -> Figures | None:
        """Return the figures of a unit, or None where they are hidden."""
        if unit in self._hidden.get(family, ()):
            return None
        return self._figures[family].get(unit, Figures())

    def measures(self, family: Family) -> list[str]:
        """Return the measures of a family, months in their order."""
        found = {measure for figures in self._figures[family].values() for measure in figures.counts}
        return sorted(found, key=lambda measure: (_place(measure), measure))

    @property
    def hidden(self) -> int:
        """How many families of units are hidden."""
        return sum(map(len, self._hidden.values()))

    def _of(self, family: Family, unit: Unit) -> Figures:
        return self._figures.setdefault(family, {}).setdefault(unit, Figures({}))

    def _add_registers(self, achievement: Achievement) -> None:
        for reference, ruleset in achievement.rules.items():
            register = register_of(ruleset)
            if register is None:
                continue
            for unit in self.units:
                people = achievement.counts(unit, reference, register).population
                self._of(Family(reference, "register", register), unit).add("on the register", people)

    def _add_reviews(self, reviews: Iterable[ReviewTally]) -> None:
        counted: dict[tuple[Family, Unit], ReviewCounts] = {}
        for tally in reviews:
            for unit in self.organisations.units_of(tally.group):
                place = Family(tally.ruleset, "review", tally.review), unit
                counted.setdefault(place, ReviewCounts()).add(tally)
        for (family, unit), counts in counted.items():
            figures = self._of(family, unit)
            figures.rated = counts.met, counts.not_met, counts.unsettled
            for standing in STANDINGS:
                figures.add(standing, counts.bound(standing))

    def _add_need(self, need: Need, unit: Unit) -> None:
        """Count a need; one of a month counts in the year ahead too, which may be shown where it is not."""
        family, people = Family(need.ruleset, need.topic, need.id), Bound(need.least, need.most)
        if need.topic == NEEDED and need.measure not in _OF_THE_YEAR:
            self._of(family, unit).add(AHEAD, people)
            family = family._replace(topic=BY_MONTH)
        self._of(family, unit).add(need.measure, people)

    def _add_indicators(self, achievement: Achievement) -> None:
        for reference, indicator in indicators_of(achievement.rules):
            if is_register(indicator):
                continue
            for unit in self.units:
                counts = achievement.counts(unit, reference, indicator.id)
                figures = self._of(Family(reference, "indicator", indicator.id), unit)
                figures.rated = counts.met, counts.not_met, counts.unsettled
                figures.add("met", Bound(counts.met, counts.met + counts.unsettled))
                figures.add("not met", Bound(counts.not_met, counts.not_met + counts.unsettled))
                figures.add("cannot tell", Bound(counts.unsettled, counts.unsettled))

    def _hide(self, below: int) -> dict[Family, frozenset[Unit]]:
        linked: dict[Family, list[Family]] = {}
        for family in self._figures:
            first = family._replace(topic="review") if family.topic in OF_A_REVIEW else family
            linked.setdefault(first, []).append(family)
        found: dict[Family, frozenset[Unit]] = {}
        for first, families in sorted(linked.items(), key=lambda each: each[0].topic == BY_MONTH):
            already = found.get(first._replace(topic="review"), frozenset())
            numbers = {unit: self._numbers(families, unit) for unit in self.units}
            kept_back = hidden_units(numbers, below, already if first.topic == BY_MONTH else frozenset())
            found |= dict.fromkeys(families, kept_back)
        return found

    def _numbers(self, families: Iterable[Family], unit: Unit) -> list[int]:
        """Return every number that is shown of a unit, or that two of one family show by their difference."""
        return [number for family in families for number in self._of_family(family, unit)]

    def _of_family(self, family: Family, unit: Unit) -> list[int]:
        measures = self.measures(family)
        figures = self._figures[family].get(unit, Figures())
        bounds = [figures.counts.get(measure, Bound()) for measure in measures]
        ends = [number for bound in bounds for number in (bound.least, bound.most, bound.most - bound.least)]
        return [*ends, *figures.rated]


def _place(measure: str) -> int:
    order = (
        *STANDINGS[:-1],
        "overdue now",
        AHEAD,
        "not invited yet",
        "invited once",
        "invited twice or more",
    )
    if measure in order:
        return order.index(measure)
    return len(order) + (measure in ("month not settled", "cannot tell")) + (measure == "cannot tell")


def commissioner_rows(commissioned: Commissioned) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of `commissioner.csv`."""
    for unit in commissioned.units:
        begins = unit_cells(unit, commissioned.organisations)
        for family in commissioned.families:
            figures = commissioned.figures(family, unit)
            is_hidden = "" if figures else "yes"
            for measure in commissioned.measures(family):
                people = figures.counts.get(measure, Bound()) if figures else None
                ends = (people.least, people.most) if people else (None, None)
                yield (*begins, *family, measure, *ends, None, None, is_hidden)
            if family.topic in RATED:
                rate = figures.rate if figures else None
                percents = (rate.low, rate.high) if rate else (None, None)
                yield (*begins, *family, "rate", None, None, *percents, is_hidden)
