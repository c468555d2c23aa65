"""How complete the registers are, and what is wrong with the records: `completeness.csv`.

An expected prevalence is somebody's figure: there is no default, and its source stands in every row.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from ccr_rules.errors import UsageError
from ccr_rules.population.dataset import Dataset
from ccr_rules.population.report.achievement import Achievement, unit_cells
from ccr_rules.population.report.bounds import Bound
from ccr_rules.population.report.files import Cell
from ccr_rules.population.report.intervals import poisson_interval
from ccr_rules.population.report.organisations import EVERYBODY, Unit
from ccr_rules.population.report.rules import register_of
from ccr_rules.population.report.tables import Tables

COLUMNS: Final = (
    *("level", "organisation", "name", "pcn", "icb", "ruleset", "topic", "id", "people", "people_most"),
    *(
        "list_size",
        "expected",
        "ratio_low",
        "ratio_high",
        "interval_low",
        "interval_high",
        "method",
        "source",
    ),
)
_FINDINGS: Final = """
    SELECT practice, ruleset, finding, count_if(holds = 'yes'), count(*)
    FROM findings JOIN people USING (person) GROUP BY ALL ORDER BY ALL
"""


class Prevalence(NamedTuple):
    """The share of a list that is expected on a register, and who says so."""

    share: Decimal
    source: str


class Completeness(NamedTuple):
    """A register beside what is expected; the ratios and their interval are None where nobody is expected."""

    observed: Bound
    list_size: Bound
    expected: Decimal
    ratio: tuple[Decimal, Decimal] | None
    interval: tuple[Decimal, Decimal] | None
    method: str


def prevalence_of(share: float | None, source: str | None) -> Prevalence | None:
    """Return the expected prevalence, if one is given. Raises UsageError for what can be none."""
    if share is None and source is None:
        return None
    if share is None or not source:
        raise UsageError(
            "--expected-prevalence and --prevalence-source go together: say the figure and where it is from"
        )
    if not 0 < share < 1:
        raise UsageError(f"--expected-prevalence {share}: write a share of the list, such as 0.035 for 3.5 %")
    return Prevalence(Decimal(str(share)), source)


def completeness_of(observed: Bound, size: Bound, prevalence: Prevalence) -> Completeness:
    """Compare a register with a prevalence.

    The list is taken at its most. The interval reaches from the lower end for the fewest that may be on the
    register to the upper end for the most.
    """
    expected = prevalence.share * size.most
    low, high = poisson_interval(observed.least), poisson_interval(observed.most)
    method = low.method if low.method == high.method else f"{low.method}; {high.method}"
    if not expected:
        return Completeness(observed, size, _rounded(expected), None, None, method)
    ratios = (_rounded(Decimal(observed.least) / expected), _rounded(Decimal(observed.most) / expected))
    ends = (_rounded(Decimal(low.low) / expected), _rounded(Decimal(high.high) / expected))
    return Completeness(observed, size, _rounded(expected), ratios, ends, method)


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.001"), ROUND_HALF_UP)


def register_rows(
    achievement: Achievement, prevalence: Prevalence | None
) -> Iterator[tuple[Unit, str, str, Bound, Completeness | None]]:
    """Yield each register of each unit: unit, ruleset, register, its size, what it is compared with."""
    for unit in achievement.units:
        for reference, ruleset in achievement.rules.items():
            register = register_of(ruleset)
            if register is not None:
                size = achievement.counts(unit, reference, register).population
                compared = completeness_of(size, achievement.sizes[unit], prevalence) if prevalence else None
                yield unit, reference, register, size, compared


def finding_counts(tables: Tables, achievement: Achievement) -> dict[tuple[Unit, str, str], Bound]:
    """Return how many people each finding of the rulesets holds for, in each unit."""
    found: dict[tuple[Unit, str, str], Bound] = {}
    for practice, ruleset, finding, least, most in tables.rows(_FINDINGS):
        for unit in achievement.organisations.units_of(practice):
            place = unit, ruleset, finding
            found[place] = found.get(place, Bound()) + Bound(least, most)
    return found


def told_of_records(dataset: Dataset) -> Iterator[tuple[str, str, int]]:
    """Yield what the ingest says of the records: a topic, what, and how many patients or lines."""
    for finding, patients in dataset.findings.items():
        yield "record", finding, patients
    for kind, patients in dataset.lacking.items():
        yield "not supplied", kind, patients
    yield "not read", "resources or lines set aside", dataset.quarantined
    yield "not read", "of which nobody knows whose", dataset.unattributed
    yield "not read", "patients of whom nothing could be read", dataset.unusable


def completeness_rows(
    tables: Tables, achievement: Achievement, prevalence: Prevalence | None
) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of `completeness.csv`."""
    organisations = achievement.organisations
    for unit, ruleset, register, size, compared in register_rows(achievement, prevalence):
        begins = (*unit_cells(unit, organisations), ruleset, "register", register, size.least, size.most)
        list_size = achievement.sizes[unit].most
        yield (*begins, list_size, *_compared(compared), prevalence.source if prevalence else None)
    empty = (None,) * 8
    found = finding_counts(tables, achievement)
    for unit in achievement.units:
        for (whose, ruleset, finding), people in found.items():
            if whose == unit:
                cells = (*unit_cells(unit, organisations), ruleset, "finding", finding)
                yield (*cells, people.least, people.most, *empty)
    for topic, what, count in told_of_records(tables.dataset):
        yield (*unit_cells(EVERYBODY, organisations), "", topic, what, count, count, *empty)


def _compared(compared: Completeness | None) -> tuple[Cell, ...]:
    if compared is None:
        return (None,) * 6
    nothing = (None, None)
    return (compared.expected, *(compared.ratio or nothing), *(compared.interval or nothing), compared.method)
