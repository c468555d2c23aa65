"""Ids that sort by time: UUIDs of version 7 (RFC 9562)."""

import secrets
from datetime import datetime
from uuid import UUID


def new_id(now: datetime, random: bytes | None = None) -> str:
    """Return a UUIDv7 of an aware moment and ten random bytes, by default the system's.

    Two of the same millisecond, or of a clock that went backwards, differ by 74 random bits.
    """
    milliseconds = max(0, int(now.timestamp() * 1000)) & (1 << 48) - 1
    noise = int.from_bytes(random if random is not None else secrets.token_bytes(10)) & (1 << 74) - 1
    high, low = noise >> 62, noise & (1 << 62) - 1
    return str(UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low))
