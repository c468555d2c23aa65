"""Numbers that not every record settles: the least that they can be, and the most."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import msgspec

_CENT: Final = Decimal("0.01")


class Bound(msgspec.Struct, frozen=True):
    """How many people there surely are, and how many there may be at most."""

    least: int = 0
    most: int = 0

    def __add__(self, other: "Bound") -> "Bound":
        return Bound(self.least + other.least, self.most + other.most)

    @property
    def is_settled(self) -> bool:
        """Whether both ends are the same."""
        return self.least == self.most


class Rate(msgspec.Struct, frozen=True):
    """The least and the greatest percentage that the records allow, to two decimals."""

    low: Decimal
    high: Decimal

    @property
    def settled(self) -> Decimal | None:
        """The percentage, if it is one; None where the records leave it open."""
        return self.low if self.low == self.high else None


def percent(part: int, whole: int) -> Decimal:
    """Return a percentage to two decimals, halves rounded up. `whole` is not 0."""
    return (Decimal(100 * part) / whole).quantize(_CENT, ROUND_HALF_UP)


def rate_of(met: int, not_met: int, unsettled: int) -> Rate | None:
    """Return the bounds of met / (met + not met), or None where nobody counts.

    The unsettled may be met, not met or not counted at all. The rate is least if all of them are not met and
    greatest if all of them are met: leaving one out never takes it further than that.
    """
    whole = met + not_met + unsettled
    if not whole:
        return None
    return Rate(percent(met, whole), percent(met + unsettled, whole))


def share_of(part: Bound, rest: Bound) -> Rate | None:
    """Return the bounds of part / (part + rest), or None where both are nobody.

    The share is least with as few of the part and as many of the rest as there may be, and greatest the
    other way round.
    """
    if not part.most + rest.most:
        return None
    low = percent(part.least, part.least + rest.most) if part.least + rest.most else percent(0, 1)
    high = percent(part.most, part.most + rest.least) if part.most + rest.least else percent(0, 1)
    return Rate(low, high)
