"""Achievement of each indicator for each practice, network, board and everybody: `achievement.csv`."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from ccr_rules.governance.achievement import achieved_points
from ccr_rules.language.ruleset import Indicator
from ccr_rules.population.report.bounds import Bound, Rate
from ccr_rules.population.report.counts import IndicatorCounts
from ccr_rules.population.report.files import Cell
from ccr_rules.population.report.organisations import LEVELS, Organisations, Unit
from ccr_rules.population.report.rules import Rules, indicators_of, is_register, reason_text, register_of
from ccr_rules.population.report.tallies import IndicatorTally, Kind

COLUMNS: Final = (
    *("level", "organisation", "name", "pcn", "icb", "ruleset", "indicator", "title"),
    *("list_size", "list_size_most", "register", "register_most", "population", "population_most"),
    *("denominator", "denominator_most", "numerator", "numerator_most"),
    *("exclusions", "exclusions_most", "adjustments", "adjustments_most"),
    *("adjustment_rate", "adjustment_rate_low", "adjustment_rate_high"),
    *("achievement", "achievement_low", "achievement_high"),
    *("points_available", "lower_threshold", "upper_threshold", "points", "points_low", "points_high"),
)
REASON_COLUMNS: Final = (
    *("level", "organisation", "name", "pcn", "icb", "ruleset", "indicator", "kind", "reason", "text"),
    *("people", "people_most"),
)
_KINDS: Final[Mapping[Kind, str]] = {"excluded": "exclusion", "excepted": "personalised care adjustment"}

Key = tuple[str, str]
"""A ruleset's reference and an indicator."""


class Points(NamedTuple):
    """The points that a practice achieves at least and at most."""

    low: Decimal
    high: Decimal


class Achievement:
    """The counts of every indicator for every unit that has people, added up from the practices."""

    def __init__(
        self,
        rules: Rules,
        organisations: Organisations,
        sizes: Mapping[str, Bound],
        tallies: Iterable[IndicatorTally],
    ) -> None:
        self.rules = rules
        self.organisations = organisations
        self.sizes: dict[Unit, Bound] = {}
        self._counts: dict[tuple[Unit, Key], IndicatorCounts] = {}
        for practice, size in sizes.items():
            for unit in organisations.units_of(practice):
                self.sizes[unit] = self.sizes.get(unit, Bound()) + size
        for tally in tallies:
            for unit in organisations.units_of(tally.group):
                place = unit, (tally.ruleset, tally.indicator)
                self._counts.setdefault(place, IndicatorCounts()).add(tally)

    @property
    def units(self) -> list[Unit]:
        """Every unit that has people, the greater ones first."""
        return sorted(self.sizes, key=lambda unit: (LEVELS.index(unit.level), unit[1:]))

    def counts(self, unit: Unit, ruleset: str, indicator: str) -> IndicatorCounts:
        """Return the counts of a unit; nobody, where no answer speaks of its people."""
        return self._counts.get((unit, (ruleset, indicator)), IndicatorCounts())

    def register(self, unit: Unit, ruleset: str) -> Bound | None:
        """Return the size of the register of a ruleset; None where the ruleset keeps none."""
        register = register_of(self.rules[ruleset])
        return None if register is None else self.counts(unit, ruleset, register).population


def points_of(indicator: Indicator, counts: IndicatorCounts) -> Points | None:
    """Return the points of a practice; None for an indicator that has none, or no thresholds."""
    if indicator.points is None or indicator.thresholds is None:
        return None
    whole = counts.met + counts.not_met + counts.unsettled
    return Points(
        achieved_points(indicator, counts.met, whole),
        achieved_points(indicator, counts.met + counts.unsettled, whole),
    )


def achievement_rows(achievement: Achievement) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of `achievement.csv`."""
    for unit in achievement.units:
        for ruleset, indicator in indicators_of(achievement.rules):
            counts = achievement.counts(unit, ruleset, indicator.id)
            yield (
                *unit_cells(unit, achievement.organisations),
                *(ruleset, indicator.id, indicator.title),
                *_ends(achievement.sizes[unit]),
                *_ends(achievement.register(unit, ruleset)),
                *_ends(counts.population),
                *((None,) * 14 if is_register(indicator) else _counted(counts)),
                *_points(unit, indicator, counts),
            )


def unit_cells(unit: Unit, organisations: Organisations) -> tuple[Cell, ...]:
    """Return the cells that say which unit a row is about: level, code, name, network and board."""
    return unit.level, unit.code, organisations.name_of(unit), unit.pcn, unit.icb


def _counted(counts: IndicatorCounts) -> Iterator[Cell]:
    yield from _ends(counts.of_kind("included"))
    yield from _ends(counts.numerator)
    yield from _ends(counts.of_kind("excluded"))
    yield from _ends(counts.of_kind("excepted"))
    yield from rate_cells(counts.adjustment_rate)
    yield from rate_cells(counts.achievement)


def rate_cells(rate: Rate | None) -> tuple[Cell, Cell, Cell]:
    """Return a rate where it is settled, and its bounds; nothing where nobody counts."""
    return (None, None, None) if rate is None else (rate.settled, rate.low, rate.high)


def _ends(bound: Bound | None) -> tuple[Cell, Cell]:
    return (None, None) if bound is None else (bound.least, bound.most)


def _points(unit: Unit, indicator: Indicator, counts: IndicatorCounts) -> Iterator[Cell]:
    """Yield points; those of more than one practice mean nothing, so they have none."""
    lower, upper = indicator.thresholds or (None, None)
    yield from (indicator.points, lower, upper)
    points = points_of(indicator, counts) if unit.level == "practice" else None
    if points is None:
        yield from (None, None, None)
        return
    low, high = (each.quantize(Decimal("0.001")) for each in points)
    yield from (low if points.low == points.high else None, low, high)


def reason_rows(achievement: Achievement) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of `achievement_reasons.csv`: why people are left out, where anybody is or may be."""
    for unit in achievement.units:
        for ruleset, indicator in indicators_of(achievement.rules):
            reasons = achievement.counts(unit, ruleset, indicator.id).reasons
            for outcome, people in sorted(reasons.items()):
                yield (
                    *unit_cells(unit, achievement.organisations),
                    *(ruleset, indicator.id, _KINDS[outcome.kind], outcome.reason),
                    reason_text(indicator, outcome.reason),
                    *_ends(people),
                )
