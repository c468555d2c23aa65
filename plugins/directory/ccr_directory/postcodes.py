"""Reading UK postcodes, whole or in part, and saying which parts of the map they lie in.

A postcode is an outward code (area and district: `NR1`, area `NR`) and an inward code (`3AB`), whose digit
makes the sector (`NR1 3`). The outward code has one of six forms: A9, A99, AA9, AA99, A9A, AA9A.
"""

import re
from typing import Final, NamedTuple

from ccr_directory.regions import CROWN_DEPENDENCIES, LETTERED, NATION_OF

NATIONAL: Final = "national"

_OUTWARD: Final = r"([A-Z]{1,2})([0-9][0-9A-Z]?)"
_INWARD: Final = r"[0-9][ABD-HJLNP-UW-Z]{2}"  # C, I, K, M, O and V are not used there
_WHOLE: Final = re.compile(rf"{_OUTWARD} ?(?P<inward>{_INWARD})")
_SECTOR: Final = re.compile(rf"{_OUTWARD} (?P<inward>[0-9])")
_DISTRICT: Final = re.compile(rf"{_OUTWARD}(?P<inward>)")
_LONGEST: Final = 40


class Place(NamedTuple):
    """Where a postcode lies: `NR`, `NR1` and, if that is known, `NR1 3`."""

    area: str
    district: str
    sector: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the map that it lies in, the smallest first."""
        parts = [self.sector, self.district]
        if self.district[:-1] in LETTERED and self.district[-1].isalpha():
            parts.append(self.district[:-1])
        return tuple(part for part in (*parts, self.area) if part)

    def ladder(self, nation: str) -> tuple[str, ...]:
        """Return the names under which services for this place are listed, the nearest first.

        `nation` is that of the practice; it is used where the postcode's own is not known.
        """
        own = NATION_OF[self.area] or ("" if self.area in CROWN_DEPENDENCIES else nation)
        return (*self.parts, own, NATIONAL) if own else (*self.parts, NATIONAL)


def tidy(text: str) -> str:
    """Return a text in capitals, with single spaces."""
    return " ".join(text.upper().split())


def read_postcode(text: object) -> Place | None:
    """Return where a postcode lies, whole (`nr1 3ab`, `NR13AB`), a sector (`NR1 3`) or a district (`NR1`).

    None for what is no postcode, or lies in no district: forces (BFPO, BF1), GIR 0AA, a made-up area.
    Without a space, `NR13` is the district NR13 and not the sector NR1 3.
    """
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    code = tidy(text)
    for form in (_WHOLE, _SECTOR, _DISTRICT):
        if found := form.fullmatch(code):
            area, number = found[1], found[2]
            district = area + number
            sector = f"{district} {found['inward'][0]}" if found["inward"] else ""
            return Place(area, district, sector) if area in NATION_OF else None
    return None


def read_part(text: str) -> str | None:
    """Return a part of the map in its usual form: an area `NR`, a district `NR1` or a sector `NR1 3`.

    None for anything else, a whole postcode too: a service is not listed for one street.
    """
    code = tidy(text)
    if code in NATION_OF:
        return code
    place = read_postcode(code)
    if place is None or _WHOLE.fullmatch(code):
        return None
    return place.sector or place.district
