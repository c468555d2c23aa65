"""A bar that shows how far a long command is: on stderr, and only where that is a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Told = Callable[[str, int, int], None]
"""Told the name of a step, how much of it is done, and how much there is."""


@contextmanager
def progress_shown() -> Iterator[Told]:
    """Give what is to be told of each step; elsewhere than on a terminal nothing is written."""
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield lambda _step, _done, _of: None
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as bars:
        tasks = {}

        def told(step: str, done: int, of: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step)
            bars.update(tasks[step], completed=done, total=of)

        yield told
