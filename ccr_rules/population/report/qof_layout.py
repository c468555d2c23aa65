"""Counts in the layout of NHS England's QOF publication: `qof_layout.csv`.

Layout and field names are those of `public_metadata/INDICATOR_VALUES.csv` of github.com/NHSDigital/QOF, read
for 2022/23 and 2023/24; `docs/population-report.md` says what is not verified for other years. A value that
not every record settles is left empty; two columns of ours hold the least and the most that it can be.
"""

from collections.abc import Iterator
from typing import Final

from ccr_rules.language.ruleset import Indicator, Ruleset
from ccr_rules.population.report.achievement import Achievement
from ccr_rules.population.report.bounds import Bound
from ccr_rules.population.report.counts import LEFT_OUT, IndicatorCounts
from ccr_rules.population.report.files import Cell
from ccr_rules.population.report.organisations import NOT_STATED
from ccr_rules.population.report.rules import is_register, payment_year
from ccr_rules.population.report.tables import Tables
from ccr_rules.population.report.tallies import Outcome

OURS: Final = ("CCR_LEAST", "CCR_MOST")
COLUMNS: Final = ("QUALITY_SERVICE", "ORG_CODE", "ACH_DATE", "IND_CODE", "FIELD_NAME", "VALUE", *OURS)
FAMILY: Final = "qof-cancer"
REGISTER: Final = "Cancer Register"


def qof_rows(achievement: Achievement, tables: Tables) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows, practice by practice; people without a practice have none."""
    rulesets = [each for each in achievement.rules.values() if each.id == FAMILY]
    for unit in achievement.units:
        if unit.level != "practice" or unit.practice == NOT_STATED:
            continue
        for ruleset in rulesets:
            year = payment_year(ruleset, tables.as_of)
            day = min(tables.as_of, year.last)
            begins = quality_service(ruleset), unit.practice, f"{day:%Y%m%d}"
            for indicator in ruleset.indicators.values():
                counts = achievement.counts(unit, ruleset.reference, indicator.id)
                for name, value in _fields(indicator, counts):
                    settled = value.least if value.is_settled else None
                    yield (*begins, indicator.id, name, settled, value.least, value.most)


def quality_service(ruleset: Ruleset) -> str:
    """Return the name of a contract year's service, such as QOF2324 for 2023/24."""
    year = ruleset.in_force_from.year
    return f"QOF{year % 100:02}{(year + 1) % 100:02}"


def _fields(indicator: Indicator, counts: IndicatorCounts) -> Iterator[tuple[str, Bound]]:
    yield REGISTER, counts.population
    if is_register(indicator):
        return
    yield "Denominator", counts.of_kind("included")
    yield "Numerator", counts.numerator
    for outcome in dict.fromkeys(_left_out(indicator)):
        yield outcome.reason, counts.reasons.get(outcome, Bound())


def _left_out(indicator: Indicator) -> Iterator[Outcome]:
    """Yield the reasons for which somebody may be left out, in the order of the rows."""
    kinds = dict(zip(("exclude", "except"), LEFT_OUT, strict=True))
    for row in indicator.rows:
        if row.outcome in kinds and row.reason:
            yield Outcome(kinds[row.outcome], row.reason)
