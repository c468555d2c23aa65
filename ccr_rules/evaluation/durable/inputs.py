"""What goes into one flat fact: small integers, worked out of the dates that the reference finds.

A comparison `a <= b` is three integers: whether both dates are there (0 no, 1 maybe, 2 yes), the
distance in days that it has at least, and the one that it has at most. A distance that does not
count, because a date is absent or doubtful, lies beyond all others (SEMANTICS 4 and 26).
"""

from collections.abc import Callable, Hashable
from typing import NamedTuple

from ccr_rules.dates import ABSENT_DATE, PRESENT, days_between
from ccr_rules.evaluation.durable.ways import FAR
from ccr_rules.evaluation.frame import DateOf, Frame, TruthOf
from ccr_rules.language.ruleset import ReviewStatus

Reader = Callable[[Frame], tuple[int, ...]]


class Compared(NamedTuple):
    """The numbers of the three properties of a comparison of one date with another."""

    presence: int
    least: int
    most: int


class Given(NamedTuple):
    """A property that says whether a review, decided before, may have a status."""

    number: int
    review: str
    status: ReviewStatus


class Inputs:
    """The properties of one flat fact, by number, and what each is read from; each thing is asked once."""

    def __init__(self) -> None:
        self.given: list[Given] = []
        self.size = 0
        self._readers: list[Reader] = []
        self._numbers: dict[Hashable, int] = {}

    def values(self, frame: Frame) -> list[int]:
        """Return the value of each property; those that a review decides are 0 as yet."""
        return [value for reader in self._readers for value in reader(frame)]

    def comparison(self, key: Hashable, left: DateOf, right: DateOf) -> Compared:
        """Return the properties of a comparison that `<=` or `<` is asked of."""

        def read(frame: Frame) -> tuple[int, ...]:
            a, b = left(frame), right(frame)
            presence = min(a.presence, b.presence)
            least = days_between(b.last, a.first) if presence is not ABSENT_DATE else FAR
            most = days_between(b.first, a.last) if presence is PRESENT else FAR
            return int(presence), least, most

        first = self._number(("comparison", key), read, 3)
        return Compared(first, first + 1, first + 2)

    def presence(self, key: Hashable, date: DateOf) -> int:
        """Return the property that says whether a date is there: 0 no, 1 maybe, 2 yes."""
        return self._number(("presence", key), lambda frame: (int(date(frame).presence),), 1)

    def distance(self, key: Hashable, days: Callable[[Frame], int]) -> int:
        """Return the property of a number of days."""
        return self._number(("distance", key), lambda frame: (days(frame),), 1)

    def truth(self, key: Hashable, truth: TruthOf) -> int:
        """Return the property of a truth value that the reference works out: 0 no, 1 unknown, 2 yes."""
        return self._number(("truth", key), lambda frame: (int(truth(frame)),), 1)

    def mode(self, words: frozenset[str]) -> int:
        """Return the property that says whether there is a consultation in one of some modes."""

        def read(frame: Frame) -> tuple[int, ...]:
            return (int(frame.consultation is not None and frame.consultation.mode in words),)

        return self._number(("mode", words), read, 1)

    def status(self, review: str, status: ReviewStatus) -> int:
        """Return the property that says whether a review may have a status."""
        new = ("status", review, status) not in self._numbers
        number = self._number(("status", review, status), lambda _frame: (0,), 1)
        if new:
            self.given.append(Given(number, review, status))
        return number

    def _number(self, key: Hashable, reader: Reader, size: int) -> int:
        if key not in self._numbers:
            self._numbers[key] = self.size
            self._readers.append(reader)
            self.size += size
        return self._numbers[key]
