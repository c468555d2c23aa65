"""The one place of the service that looks at a clock; tests and replays bring their own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells the time; `now` returns it with its zone."""

    now: Callable[[], datetime] = _now

    def today(self) -> date:
        """Return the day in the United Kingdom."""
        return self.now().astimezone(LONDON).date()

    def seconds(self) -> float:
        """Return the seconds since 1970, as tokens count them."""
        return self.now().timestamp()
