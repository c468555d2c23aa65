"""What is known of the order of days: differences between dates, and all that follows from them."""

from collections.abc import Hashable

_FAR = 10**7
"""More days than the calendar has: the difference of two dates of which nothing is known."""


class Order:
    """Upper limits on differences of days, closed under addition.

    A date that would be before itself is a contradiction: no such days exist.
    """

    def __init__(self) -> None:
        self._index: dict[Hashable, int] = {}
        self._limits: list[list[int]] = []
        self.contradiction = False

    def add_date(self, date: Hashable) -> bool:
        """Add a date of which nothing is known yet; return False if it was there already."""
        if date in self._index:
            return False
        self._index[date] = len(self._index)
        for row in self._limits:
            row.append(_FAR)
        self._limits.append([_FAR] * len(self._index))
        self._limits[-1][-1] = 0
        return True

    def add(self, a: Hashable, b: Hashable, days: int) -> None:
        """Add that a - b <= days, and all that follows."""
        left, right = self._index[a], self._index[b]
        if days >= self._limits[left][right]:
            return
        onward = list(self._limits[right])
        for row in self._limits:
            reach = row[left] + days
            if reach < row[right]:  # else there is a way to `b` as short, and from there to all the others
                row[:] = [min(known, reach + rest) for known, rest in zip(row, onward, strict=True)]
        self.contradiction = any(row[number] < 0 for number, row in enumerate(self._limits))

    def at_most(self, a: Hashable, b: Hashable) -> int:
        """Return the least n known with a - b <= n."""
        return self._limits[self._index[a]][self._index[b]]
