"""Moments are aware."""

from datetime import UTC, datetime

from ccr_rules.errors import UsageError


def utc(moment: datetime) -> datetime:
    """Return a moment in universal time. Raises UsageError for one that does not say its time zone."""
    if moment.tzinfo is None:
        raise UsageError("a moment has no time zone; give it in universal time, such as datetime.now(UTC)")
    return moment.astimezone(UTC)
