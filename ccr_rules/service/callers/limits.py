"""How often a client may call: a bucket of tokens for each, in the memory of this worker."""

import math
import time
from collections.abc import Callable

MOST_CLIENTS = 10_000


class Limits:
    """Takes a token for each call; they come back at a rate, up to a number. A rate of 0 sets no limit."""

    def __init__(self, rate: float, burst: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._seconds = seconds
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, client: str) -> int:
        """Take a token; return 0, or where there is none in how many seconds to come again."""
        if self._rate == 0:
            return 0
        now = self._seconds()
        left, at = self._buckets.get(client, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        if left < 1:
            self._buckets[client] = left, now
            return max(1, math.ceil((1 - left) / self._rate))
        if client not in self._buckets and len(self._buckets) >= MOST_CLIENTS:
            self._buckets.clear()
        self._buckets[client] = left - 1, now
        return 0
