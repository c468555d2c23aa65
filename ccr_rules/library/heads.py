"""The first lines of a ruleset file: which ruleset it is, and when it is in force.

Only a head written in the usual way is read; of any other the whole file is. So a head never decides
anything that the ruleset itself would decide otherwise: it only spares reading files.
"""

import re
from datetime import date
from typing import NamedTuple

_ID = re.compile(rb"^ruleset: ([a-z0-9-]+)\s*$", re.MULTILINE)
_PERIOD = re.compile(rb"^in_force: \{from: (\d{4}-\d\d-\d\d)(?:, to: (\d{4}-\d\d-\d\d))?\}\s*$", re.MULTILINE)


class Head(NamedTuple):
    """The id of a ruleset and the days of its period; `last` None: it has no end."""

    id: str
    first: date
    last: date | None

    def covers(self, day: date) -> bool:
        """Say whether a day belongs to the period."""
        return self.first <= day and (self.last is None or day <= self.last)


def read_head(text: bytes) -> Head | None:
    """Return the head of a ruleset, or None where it is not written in the usual way."""
    named, period = _ID.search(text), _PERIOD.search(text)
    if named is None or period is None:
        return None
    try:
        first = date.fromisoformat(period[1].decode())
        last = date.fromisoformat(period[2].decode()) if period[2] else None
    except ValueError:
        return None
    return Head(named[1].decode(), first, last)
