"""Connections to PostgreSQL that do not wait for ever.

The server itself ends a statement that takes too long. A server that is frozen does not, and as long as its
machine is there no network tells of it: whoever waits then waits for ever, and keeps the process from ending.
"""

import time
import traceback
from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import PQGen
from sqlalchemy.engine import Dialect

from ccr_rules.store.connection import STATEMENT_SECONDS

ANSWER_SECONDS: Final = STATEMENT_SECONDS + 2
"""How long a server may take to say anything about a statement: longer than the statement itself may take."""

_T = TypeVar("_T")


class NoAnswer(psycopg.OperationalError):
    """The server said nothing for too long. The connection is closed: nobody knows what is still to come."""


class Hurried(psycopg.Connection[Any]):
    """A connection on which a statement is waited for so many `seconds`; without end, if None."""

    seconds: float | None = ANSWER_SECONDS

    def wait(self, gen: PQGen[_T], *how: Any, **named: Any) -> _T:
        """Wait as psycopg does. Raises NoAnswer."""
        return super().wait(self._hurried(gen), *how, **named)

    def _hurried(self, work: PQGen[_T]) -> PQGen[_T]:
        """Pass on what psycopg waits for, and what came: nothing, some times in a second, while it waits."""
        began = time.monotonic()
        try:
            awaited = next(work)
            while True:
                came = yield awaited
                if not came and self.seconds is not None and time.monotonic() - began > self.seconds:
                    self.close()
                    raise NoAnswer("the server does not answer")
                awaited = work.send(came)
        except StopIteration as ended:
            result: _T = ended.value
            return result


def connect(_dialect: Dialect, _record: Any, positional: Any, named: Any) -> Hurried:
    """Connect as SQLAlchemy asks for it, in its event `do_connect`.

    What was begun and given up is closed at once. On Python 3.13 the frames of its error may hold it until
    cycles are looked for, and the server then serves it when it is back.
    """
    try:
        return Hurried.connect(*positional, **named)
    except psycopg.Error as fault:
        traceback.clear_frames(fault.__traceback__)
        raise
