"""How rates differ between groups of people: `equity.csv`, with small numbers hidden."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from ccr_rules.population.report.bounds import Rate, rate_of
from ccr_rules.population.report.counts import IndicatorCounts
from ccr_rules.population.report.dimensions import DIMENSIONS, Dimension, Groups, groups_of
from ccr_rules.population.report.files import Cell
from ccr_rules.population.report.review_counts import ReviewCounts
from ccr_rules.population.report.rules import Rules, indicators_of, is_register
from ccr_rules.population.report.suppression import hidden, rounded
from ccr_rules.population.report.tables import Tables
from ccr_rules.population.report.tallies import indicator_tallies, review_tallies

COLUMNS: Final = (
    *("ruleset", "kind", "id", "title", "dimension", "group", "label"),
    *("people", "met", "not_met", "cannot_tell", "rate_low", "rate_high", "suppressed"),
)
EVERYBODY: Final = "everybody"


class Measure(NamedTuple):
    """An indicator or a review that has a rate."""

    ruleset: str
    kind: str
    id: str
    title: str


class Cells(NamedTuple):
    """People who count in a rate: met, not met, and those of whom nobody can tell."""

    met: int = 0
    not_met: int = 0
    cannot_tell: int = 0

    @property
    def rate(self) -> Rate | None:
        """The rate that they make."""
        return rate_of(*self)


class Line(NamedTuple):
    """One group's counts of one measure; None where they are hidden."""

    measure: Measure
    dimension: str
    group: str
    label: str
    cells: Cells | None


@dataclass(frozen=True, slots=True)
class Equity:
    """All lines, how many are hidden, and what the data set does not tell people apart by."""

    lines: tuple[Line, ...]
    below: int
    round_to: int
    not_supplied: tuple[Dimension, ...]

    @property
    def hidden(self) -> int:
        """How many lines are hidden."""
        return sum(line.cells is None for line in self.lines)


def equity_of(tables: Tables, rules: Rules, below: int, round_to: int) -> Equity:
    """Return the rates by every dimension that the data set carries, and those of everybody."""
    everybody = Groups(Dimension(EVERYBODY, "Everybody", "''"), "''", {"": ""})
    found = [groups_of(tables, dimension) for dimension in DIMENSIONS]
    lines = [
        line
        for groups in (everybody, *(each for each in found if each.is_stated))
        for line in _lines(tables, rules, groups, below, round_to)
    ]
    missing = tuple(each.dimension for each in found if not each.is_stated)
    return Equity(tuple(lines), below, round_to, missing)


def _lines(tables: Tables, rules: Rules, groups: Groups, below: int, round_to: int) -> Iterator[Line]:
    told = _cells(tables, groups)
    for measure in measures_of(rules):
        rows = {
            group: told.get((measure.kind, measure.ruleset, measure.id, group), Cells())
            for group in groups.labels
        }
        kept_back = hidden(rows, below)
        for group, label in groups.labels.items():
            cells = Cells(*(rounded(count, round_to) for count in rows[group]))
            yield Line(measure, groups.dimension.name, group, label, None if group in kept_back else cells)


def measures_of(rules: Rules) -> list[Measure]:
    """Return every indicator and review that has a rate; a register has none."""
    indicators = [
        Measure(ruleset, "indicator", each.id, each.title)
        for ruleset, each in indicators_of(rules)
        if not is_register(each)
    ]
    return indicators + [
        Measure(reference, "review", each.id, each.title)
        for reference, ruleset in rules.items()
        for each in ruleset.reviews.values()
    ]


def _cells(tables: Tables, groups: Groups) -> dict[tuple[str, str, str, str], Cells]:
    """Return the counts of every group in every measure that speaks of anybody in it."""
    indicators: dict[tuple[str, str, str], IndicatorCounts] = {}
    for tally in indicator_tallies(tables, groups.expression):
        place = tally.ruleset, tally.indicator, tally.group
        indicators.setdefault(place, IndicatorCounts()).add(tally)
    reviews: dict[tuple[str, str, str], ReviewCounts] = {}
    for review in review_tallies(tables, groups.expression):
        reviews.setdefault((review.ruleset, review.review, review.group), ReviewCounts()).add(review)
    return {("indicator", *place): _cells_of(each) for place, each in indicators.items()} | {
        ("review", *place): _cells_of(each) for place, each in reviews.items()
    }


def _cells_of(counts: IndicatorCounts | ReviewCounts) -> Cells:
    return Cells(counts.met, counts.not_met, counts.unsettled)


def equity_rows(equity: Equity) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of `equity.csv`."""
    for line in equity.lines:
        cells, rate = line.cells, line.cells.rate if line.cells else None
        yield (
            *line.measure,
            *(line.dimension, line.group, line.label),
            *((None,) * 4 if cells is None else (sum(cells), *cells)),
            *((None, None) if rate is None else (rate.low, rate.high)),
            "yes" if cells is None else "",
        )
