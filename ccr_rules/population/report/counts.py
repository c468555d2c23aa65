"""Who is in an indicator, who counts, who meets it: as bounds, from tallies.

Somebody whose outcome is not settled is in the least of nothing, and in the most of all that they may be.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from ccr_rules.population.report.bounds import Bound, Rate, rate_of, share_of
from ccr_rules.population.report.tallies import IndicatorTally, Kind, Outcome

LEFT_OUT: Final[tuple[Kind, ...]] = ("excluded", "excepted")
"""Exclusions, and personalised care adjustments."""


@dataclass(slots=True)
class IndicatorCounts:
    """The people of one unit in one indicator.

    `met` and `not_met` are settled; `unsettled` are included or may be, and may meet it or not. `kinds`
    counts those included, excluded and excepted, `reasons` the same for each reason.
    """

    population: Bound = field(default_factory=Bound)
    met: int = 0
    not_met: int = 0
    unsettled: int = 0
    kinds: dict[Kind, Bound] = field(default_factory=lambda: defaultdict(Bound))
    reasons: dict[Outcome, Bound] = field(default_factory=lambda: defaultdict(Bound))

    def add(self, tally: IndicatorTally) -> None:
        """Count the people of a tally."""
        people, outcomes = tally.people, tally.outcomes
        self.population += Bound(people if tally.population == "in" else 0, people)
        kinds = {outcome.kind for outcome in outcomes}
        for kind in kinds:
            self.kinds[kind] += Bound(people if len(kinds) == 1 else 0, people)
        for outcome in set(outcomes):
            if outcome.reason and outcome.kind in LEFT_OUT:
                self.reasons[outcome] += Bound(people if len(outcomes) == 1 else 0, people)
        if "included" in kinds:
            self._add_included(tally.numerator, people)

    def _add_included(self, numerator: str, people: int) -> None:
        if numerator == "met":
            self.met += people
        elif numerator == "not met":
            self.not_met += people
        else:
            self.unsettled += people

    def of_kind(self, kind: Kind) -> Bound:
        """Return how many are included, excluded or excepted."""
        return self.kinds.get(kind, Bound())

    @property
    def numerator(self) -> Bound:
        """Return how many are included and meet the indicator."""
        return Bound(self.met, self.met + self.unsettled)

    @property
    def achievement(self) -> Rate | None:
        """Return the numerator in percent of the denominator."""
        return rate_of(self.met, self.not_met, self.unsettled)

    @property
    def adjustment_rate(self) -> Rate | None:
        """Return the personalised care adjustments in percent of them and the denominator."""
        return share_of(self.of_kind("excepted"), self.of_kind("included"))
