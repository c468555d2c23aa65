"""The store as the service uses it: in threads of its own, within a time, and as something that may be gone.

What every consultation asks of it is done at once where that can be (`soon`): a thread would cost more than
the work, and while others compute it waits for its turn in the middle of a transaction.

When it fails it is left alone for a few seconds, so that nobody waits for it in vain; meanwhile evaluations
are answered and not recorded, and each answer says so. One that only has no room is read as before.
"""

import asyncio
import functools
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from threading import Lock
from typing import Any, Final, TypeVar

from ccr_rules.errors import UsageError
from ccr_rules.service.clock import Clock
from ccr_rules.service.settings import Settings
from ccr_rules.store.errors import StoreFull, StoreRefused, StoreUnavailable
from ccr_rules.store.quick import Quick
from ccr_rules.store.store import Store

LOG = logging.getLogger("ccr.service.store")

LEFT_ALONE: Final = 5.0
"""How many seconds a store that failed is not asked again."""

FULL: Final = 60.0
"""How many seconds a store that had no room counts as full, unless a decision is recorded before: something
small may find room in what is there already, and says little."""

SLOW: Final = 0.5
"""How many seconds something done at once may take. After that threads do it for a while: a slow disk then
keeps nobody waiting but those who asked."""

OFTEN: Final = 100
"""After so many decisions what SQLite wrote is carried into its database: about its own measure, 4 MiB."""

_T = TypeVar("_T")


class Books:
    """The store, opened when it is first needed. `fault` says what is wrong with it; empty if nothing is."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        writers = 1 if settings.store_url.startswith("sqlite") else 4
        self._threads = ThreadPoolExecutor(writers, thread_name_prefix="store")
        self._opening = Lock()
        self._store: Store | None = None
        self._quick: Quick | None = None
        self._in_threads_until = 0.0
        self._uncarried = 0
        self._left_alone_until = 0.0
        self._full_until = 0.0
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
            doing.cancel()  # what has not begun by now is not begun later either
            self._failed("it takes too long")
            raise StoreUnavailable(self.fault) from None
        except StoreFull as fault:
            self._full_until = time.monotonic() + FULL
            self._tell(fault.message)
            raise StoreUnavailable(self.fault) from None
        except (StoreUnavailable, StoreRefused, UsageError) as fault:
            self._failed(fault.message)
            raise StoreUnavailable(self.fault) from None
        self._worked()
        return result

    def _worked(self) -> None:
        if self.fault and time.monotonic() >= self._full_until:
            LOG.info("the store is there again")
            self.fault = ""

    def _do(self, work: Callable[[Store], _T]) -> _T:
        with self._opening:
            if self._store is None:
                self._store = Store.open(self._settings.store_url, key=self._settings.store_key or None)
                self._quick = self._store.quick()
        return work(self._store)

    async def soon(self, work: Callable[[Store | Quick], _T], *, writes: bool = False) -> _T:
        """Do what `do` does: here and now, unless somebody else is writing or the disk was slow.

        `work` may be done twice, of which the first then left nothing behind. Raises StoreUnavailable.
        """
        quick, began = self._quick, time.monotonic()
        if quick is None or self.fault or began < self._in_threads_until:
            result = await self.do(work)
            if writes:
                self._full_until = 0.0
                self._worked()
            return result
        try:
            result = work(quick)
        except (StoreUnavailable, UsageError):
            return await self.do(work)
        finally:
            if time.monotonic() - began > SLOW:
                self._in_threads_until = began + LEFT_ALONE
        if writes:
            self._carry()
        return result

    def _carry(self) -> None:
        self._uncarried += 1
        if self._uncarried >= OFTEN:
            self._uncarried = 0
            self._threads.submit(self._do, Store.checkpoint)

    def _failed(self, why: str) -> None:
        self._tell(why)
        self._left_alone_until = time.monotonic() + LEFT_ALONE

    def _tell(self, why: str) -> None:
        if not self.fault:
            LOG.error("the store failed: decisions are not recorded until it is back", extra={"why": why})
        self.fault = why

    async def check(self) -> str:
        """Return what is wrong with the store; nothing if it can be written to."""
        with suppress(StoreUnavailable):
            await self.do(Store.check)
        return self.fault

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
        if len(self._seen) >= MANY:
            self._seen = {token: until for token, until in self._seen.items() if until > now}
        if self._seen.get((issuer, jti), 0) > now:
            return False
        self._seen[issuer, jti] = expires
        return True

    def close(self) -> None:
        """Let go of the store, when what was begun has ended."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        if self._quick is not None:
            self._quick.close()
        if self._store is not None:
            self._store.close()


MANY: Final = 50_000


def look_at(doing: "asyncio.Future[Any]") -> None:
    """Look at what came of work that nobody waits for any more, so that nobody complains that nobody did."""
    doing.cancelled() or doing.exception()
