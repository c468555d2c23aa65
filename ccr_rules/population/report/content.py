"""Everything that a report says, reckoned once and told in several files."""

from dataclasses import dataclass
from pathlib import Path

from ccr_rules.exports.canonical import CANONICAL
from ccr_rules.library.library import Library
from ccr_rules.population.report import suppression
from ccr_rules.population.report.achievement import Achievement
from ccr_rules.population.report.commissioner import Commissioned
from ccr_rules.population.report.completeness import Prevalence
from ccr_rules.population.report.equity import Equity, equity_of
from ccr_rules.population.report.list_sizes import list_sizes
from ccr_rules.population.report.needs import needs_of
from ccr_rules.population.report.organisations import Organisations
from ccr_rules.population.report.rules import Rules, rules_of
from ccr_rules.population.report.tables import Tables
from ccr_rules.population.report.tallies import indicator_tallies, review_tallies
from ccr_rules.population.report.worklist import prepare_worklists


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report is made of, and what goes into it.

    `to_share` leaves out every list of people and hides small numbers everywhere; without it they are hidden
    in the breakdown by groups only. `with_patients` puts the worklist into the page.
    """

    answers: Path
    data: Path | None = None
    out: Path | None = None
    organisations: Path | None = None
    suppress_below: int = suppression.DEFAULT
    round_to: int = 0
    prevalence: Prevalence | None = None
    to_share: bool = False
    with_patients: bool = False
    canonical: str = CANONICAL
    threads: int | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What was reckoned; `tables` answers further questions while it is open."""

    wanted: Wanted
    tables: Tables
    rules: Rules
    achievement: Achievement
    equity: Equity
    commissioned: Commissioned


def content_of(wanted: Wanted, tables: Tables, organisations: Organisations, library: Library) -> Content:
    """Reckon everything. Raises UsageError if a ruleset is not as it was when it was asked."""
    rules = rules_of(tables.answered, library)
    achievement = Achievement(rules, organisations, list_sizes(tables), indicator_tallies(tables))
    prepare_worklists(tables, rules, library)
    equity = equity_of(tables, rules, wanted.suppress_below, wanted.round_to)
    below = wanted.suppress_below if wanted.to_share else None
    commissioned = Commissioned(achievement, review_tallies(tables), needs_of(tables), below)
    return Content(wanted, tables, rules, achievement, equity, commissioned)
