"""Where the reviews of a group of people stand, added up from tallies."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from ccr_rules.population.report.bounds import Bound
from ccr_rules.population.report.tallies import ReviewTally

Standing = Literal["done", "done late", "declined", "lapsed", "overdue", "to come", "cannot tell"]
STANDINGS: Final[tuple[Standing, ...]] = (
    "done",
    "done late",
    "declined",
    "lapsed",
    "overdue",
    "to come",
    "cannot tell",
)
_OF_STATUS: Final[Mapping[str, Standing]] = {
    "upcoming": "to come",
    "open": "to come",
    "due soon": "to come",
    "done": "done",
    "done late": "done late",
    "declined": "declined",
    "lapsed": "lapsed",
    "overdue": "overdue",
}
_HELD: Final = frozenset({"done", "done late"})
_NOT_HELD: Final = frozenset({"declined", "lapsed", "overdue"})
_TO_COME: Final = frozenset({"to come"})


@dataclass(slots=True)
class ReviewCounts:
    """How many people's review stands how, surely and at most, and how many count in its rate.

    The rate is of those whose suggested date has passed or who had the review earlier: held, in time or late,
    in percent of held, declined, overdue and lapsed. Where it is yet to come it is no failure.
    """

    standings: Counter[Standing] = field(default_factory=Counter)
    most: Counter[Standing] = field(default_factory=Counter)
    met: int = 0
    not_met: int = 0
    unsettled: int = 0

    def add(self, tally: ReviewTally) -> None:
        """Count the people of a tally."""
        possible = {_OF_STATUS[status] for status in tally.statuses if status in _OF_STATUS}
        is_sure = len(possible) == 1 and "not applicable" not in tally.statuses
        self.standings[next(iter(possible)) if is_sure else "cannot tell"] += tally.people
        for standing in possible:
            self.most[standing] += tally.people
        self._add_to_rate(possible, tally)

    def _add_to_rate(self, possible: set[Standing], tally: ReviewTally) -> None:
        if "not applicable" in tally.statuses and not possible <= _TO_COME:
            self.unsettled += tally.people
            return
        if possible <= _HELD:
            self.met += tally.people
        elif possible <= _NOT_HELD:
            self.not_met += tally.people
        elif not possible <= _TO_COME:
            self.unsettled += tally.people

    def bound(self, standing: Standing) -> Bound:
        """Return how many people's review stands so."""
        least = self.standings[standing]
        return Bound(least, max(least, self.most[standing]))
