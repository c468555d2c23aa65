"""Tasks in parallel processes, each of which begins afresh and ends with the one that started it."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, get_context, parent_process
from typing import Final, TypeVar

from ccr_rules.errors import CcrError

T = TypeVar("T")

Task = Callable[[str, int], T]
"""What a process does: with a folder, and the number of a task."""

GONE: Final = 1


class WorkerDied(CcrError):
    """A process ended in the middle of its work."""


def run_all(task: Task[T], folder: str, numbers: Sequence[int], jobs: int) -> Iterator[tuple[int, T]]:
    """Run a task for each number and yield the results as they come; one job runs in this process.

    Raises:
        WorkerDied: if a process is gone.
    """
    if jobs == 1 or len(numbers) < 2:
        yield from ((number, task(folder, number)) for number in numbers)
        return
    with ProcessPoolExecutor(
        min(jobs, len(numbers)), mp_context=get_context("spawn"), initializer=begin_worker
    ) as pool:
        try:
            yield from _as_they_come({pool.submit(task, folder, number): number for number in numbers})
        except BrokenProcessPool:
            raise WorkerDied(
                "a process that was reading ended in the middle of its work, perhaps for lack of memory; "
                "run the same command again: it goes on where it stopped, and with fewer --jobs needs less "
                "memory"
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)


def _as_they_come(waiting: dict[Future[T], int]) -> Iterator[tuple[int, T]]:
    while waiting:
        done, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            yield waiting.pop(future), future.result()


def begin_worker() -> None:
    """Leave an interrupt to the process that started this one, and end when that one is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(GONE)


def jobs_here() -> int:
    """Return how many processes can run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
