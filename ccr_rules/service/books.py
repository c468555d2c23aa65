"""The store as the service uses it: in threads of its own, within a time, and as something that may be gone.

When it fails it is left alone for a few seconds, so that nobody waits for it in vain; meanwhile evaluations
are answered and not recorded, and each answer says so.
"""

import asyncio
import functools
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final, TypeVar

from ccr_rules.service.clock import Clock
from ccr_rules.service.settings import Settings
from ccr_rules.store.errors import StoreRefused, StoreUnavailable
from ccr_rules.store.store import Store

LOG = logging.getLogger("ccr.service.store")

LEFT_ALONE: Final = 5.0
"""How many seconds a store that failed is not asked again."""

_T = TypeVar("_T")


class Books:
    """The store, opened when it is first needed. `fault` says what is wrong with it; empty if nothing is."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        writers = 1 if settings.store_url.startswith("sqlite") else 4
        self._threads = ThreadPoolExecutor(writers, thread_name_prefix="store")
        self._store: Store | None = None
        self._left_alone_until = 0.0
        self._seen: dict[tuple[str, str], float] = {}
        self.fault = ""

    async def do(self, work: Callable[[Store], _T]) -> _T:
        """Return what some work with the store returns. Raises StoreUnavailable."""
        if time.monotonic() < self._left_alone_until:
            raise StoreUnavailable(self.fault)
        loop = asyncio.get_running_loop()
        doing = loop.run_in_executor(self._threads, functools.partial(self._do, work))
        try:
            async with asyncio.timeout(self._settings.store_seconds):
                result = await asyncio.shield(doing)
        except TimeoutError:
            doing.add_done_callback(look_at)
            self._failed("it takes too long")
            raise StoreUnavailable(self.fault) from None
        except (StoreUnavailable, StoreRefused) as fault:
            self._failed(fault.message)
            raise StoreUnavailable(self.fault) from None
        if self.fault:
            LOG.info("the store is there again")
            self.fault = ""
        return result

    def _do(self, work: Callable[[Store], _T]) -> _T:
        if self._store is None:
            self._store = Store.open(self._settings.store_url, key=self._settings.store_key or None)
        return work(self._store)

    def _failed(self, why: str) -> None:
        if not self.fault:
            LOG.error("the store failed: decisions are not recorded until it is back", extra={"why": why})
        self.fault = why
        self._left_alone_until = time.monotonic() + LEFT_ALONE

    async def check(self) -> str:
        """Return what is wrong with the store; nothing if it can be written to."""
        try:
            await self.do(Store.check)
        except StoreUnavailable:
            return self.fault
        return ""

    async def use_once(self, issuer: str, jti: str, expires: datetime) -> bool:
        """Use a token of an issuer once: across workers and restarts by the store, in this worker without it.

        Raises StoreUnavailable only where the settings say that nothing goes without the store.
        """
        now = self._clock.now()
        if not self._use_here(issuer, jti, expires.timestamp(), now.timestamp()):
            return False
        try:
            return await self.do(lambda store: store.use_jti(issuer, jti, expires, now))
        except StoreUnavailable:
            if self._settings.require_store:
                raise
            return True

    def _use_here(self, issuer: str, jti: str, expires: float, now: float) -> bool:
        if len(self._seen) >= _MANY:
            self._seen = {token: until for token, until in self._seen.items() if until > now}
        if self._seen.get((issuer, jti), 0) > now:
            return False
        self._seen[issuer, jti] = expires
        return True

    def close(self) -> None:
        """Let go of the store, when what was begun has ended."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        if self._store is not None:
            self._store.close()


_MANY: Final = 50_000


def look_at(doing: "asyncio.Future[Any]") -> None:
    """Look at what came of work that nobody waits for any more, so that nobody complains that nobody did."""
    if not doing.cancelled():
        doing.exception()
