"""What is counted, by day: how many evaluations, which prompts fired, what became of them.

Nothing of it is about a patient.

Names are counted only if they look like what they should be: free text that a host puts in their place is
counted as `other`, and so never kept.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from ccr_rules.hosting import Feedback

Kind = Literal[
    "seen", "fired", "withheld", "accepted", "overridden", "snoozed", "declined", "attested", "code"
]
"""`seen`: an evaluation. `fired`: a prompt that it would show. `code`: one that a user took."""

OTHER: Final = "other"
MOST_NAMES: Final = 1_000
"""How many different things are counted on a day; whatever comes after them is `other`."""

MOST_DAYS: Final = 1_000
"""How many days are kept in memory; of more, the earliest are dropped."""

_PROMPT: Final = re.compile(r"[a-z0-9-]{1,80}@[a-z0-9-]{1,80}@[0-9.]{1,20}")
_REASON: Final = re.compile(r"[a-z0-9-]{0,60}")
_CODE: Final = re.compile(r"[0-9]{1,18}")


class Key(msgspec.Struct, frozen=True, array_like=True, gc=False, cache_hash=True):
    """What was counted: `rule` is `PROMPT@RULESET-ID@VERSION`, `detail` a role, a reason or a code."""

    kind: Kind
    rule: str = ""
    detail: str = ""


SEEN: Final = Key("seen")


def heard(feedback: Feedback, zone: ZoneInfo) -> tuple[date, list[Key]]:
    """Return the day of some feedback, in the practice's time zone, and what it counts as."""
    at = feedback.at
    reason = _name(feedback.reason, _REASON)
    rules = [_name(each, _PROMPT) for each in feedback.prompts] or [""]
    keys = [Key(feedback.outcome, rule, reason) for rule in dict.fromkeys(rules)]
    keys += [Key("code", "", _name(each.code, _CODE)) for each in feedback.codes]
    return _day(at, zone), keys


def _day(at: datetime, zone: ZoneInfo) -> date:
    """Return the day of a moment; one without an offset is in the practice's own time."""
    return at.date() if at.tzinfo is None else at.astimezone(zone).date()


def _name(text: str, pattern: re.Pattern[str]) -> str:
    return text if pattern.fullmatch(text) else OTHER


class Counts:
    """Counts by day. Not for several threads at once: the ledger has the lock."""

    def __init__(self) -> None:
        self._days: dict[date, Counter[Key]] = {}

    def add(self, day: date, counted: Iterable[tuple[Key, int]]) -> None:
        """Add to the counts of a day."""
        counts = self._days.get(day)
        if counts is None:
            if len(self._days) >= MOST_DAYS:
                del self._days[min(self._days)]
            counts = self._days[day] = Counter()
        for key, number in counted:
            if key not in counts and len(counts) >= MOST_NAMES:
                key = Key(key.kind, OTHER)  # noqa: PLW2901 - it is another key from here on
            counts[key] += number

    def merge(self, other: "Counts", first: date = date.min, last: date = date.max) -> None:
        """Add the counts of others, of some days, both ends included, or of all."""
        for day, counts in other:
            if first <= day <= last:
                self.add(day, counts.items())

    def __iter__(self) -> Iterator[tuple[date, Counter[Key]]]:
        """Yield each day with its counts."""
        return iter(self._days.items())

    def drop(self, day: date) -> None:
        """Forget the counts of a day."""
        del self._days[day]

    def between(self, first: date, last: date) -> Counter[Key]:
        """Return the counts of some days together, both ends included."""
        found: Counter[Key] = Counter()
        for day, counts in self:
            if first <= day <= last:
                found.update(counts)
        return found
