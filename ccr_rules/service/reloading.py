"""What goes on beside the requests.

Rulesets are read again when they change, the store is swept, and workers end with what began them.
"""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from ccr_rules.service.logs import place_of
from ccr_rules.service.service import Service
from ccr_rules.store.errors import StoreUnavailable

LOG = logging.getLogger("ccr.service")
PARENT: Final = "CCR_SERVE_PARENT"
"""The process to which the workers of a service belong; it passes a hang-up on to all of them."""

PARENT_SOUGHT_EVERY: Final = 1.0
SWEPT_EVERY: Final = 3600.0
HANG_UP: Final = getattr(signal, "SIGHUP", None)


def reload(service: Service) -> bool:
    """Read the rulesets again, and use them if they are good; say whether they are."""
    good = service.rules.reload()
    if good:
        service.cds.hosted.told(service.rules.engine.library_faults)
    service.metrics.reloads.labels("used" if good else "kept the last good ones").inc()
    return good


def tell_other_workers() -> None:
    """Have the other workers of this service, if there are any, read the rulesets again too."""
    parent = os.environ.get(PARENT)
    if parent and HANG_UP is not None and int(parent) == os.getppid():
        os.kill(int(parent), HANG_UP)


async def _end_without_parent(parent: int) -> None:
    """End this worker when the process that began it is gone: nobody else would, and it keeps the port."""
    while os.getppid() == parent:
        await asyncio.sleep(PARENT_SOUGHT_EVERY)
    LOG.error("the process that began this worker is gone, so it ends")
    os.kill(os.getpid(), signal.SIGTERM)


@asynccontextmanager
async def alongside(service: Service) -> AsyncIterator[None]:
    """Watch rulesets and the parent, listen for hang-ups and sweep the store, as long as the service runs."""
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[object]] = {loop.create_task(_every(SWEPT_EVERY, lambda: _sweep(service)))}
    if service.settings.reload_seconds:
        tasks.add(loop.create_task(_every(service.settings.reload_seconds, lambda: _look(service))))

    if os.environ.get(PARENT):
        tasks.add(loop.create_task(_end_without_parent(int(os.environ[PARENT]))))

    def hung_up() -> None:
        task = loop.create_task(asyncio.to_thread(reload, service))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    with suppress(
        NotImplementedError, RuntimeError, ValueError
    ):  # not on Windows, and only in the main thread
        if HANG_UP is not None:  # pragma: no branch - Windows has none
            loop.add_signal_handler(HANG_UP, hung_up)
    try:
        yield
    finally:
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _every(seconds: float, do: Callable[[], Awaitable[None]]) -> None:
    """Do something again and again; what goes wrong is told, and does not end it."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await do()
        except Exception as fault:  # noqa: BLE001 - it is tried again, and requests go on
            LOG.error("background work failed", extra={"fault": place_of(fault)})


async def _look(service: Service) -> None:
    if await asyncio.to_thread(service.rules.changed):
        await asyncio.to_thread(reload, service)


async def _sweep(service: Service) -> None:
    now = service.clock.now()
    with suppress(StoreUnavailable):
        await service.books.do(lambda store: store.sweep(now))
