"""The counts as they come in: many threads, one process, and files that several processes share."""

import logging
import threading
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from ccr_care_team import files
from ccr_care_team.counts import SEEN, Counts, Key

_LOG = logging.getLogger(__name__)


class Ledger:
    """Counts. With a folder they are written to it after so many evaluations; without one, kept in memory.

    `fault` is why they could not be written the last time: they are kept, and written the next time.
    """

    def __init__(self, folder: Path | None = None, write_every: int = 50) -> None:
        self.folder = folder
        self.fault = ""
        self._write_every = write_every
        self._new = Counts()
        self._unwritten = 0
        self._lock = threading.Lock()

    def count(self, day: date, keys: Iterable[Key]) -> None:
        """Count some things, each once."""
        with self._lock:
            self._new.add(day, ((key, 1) for key in keys))

    def count_evaluation(self, day: date) -> None:
        """Count an evaluation; every so often, write what was counted."""
        with self._lock:
            self._new.add(day, [(SEEN, 1)])
            self._unwritten += 1
            is_time = self._unwritten >= self._write_every
            if is_time:
                self._unwritten = 0
        if is_time:
            self.try_to_write("they are kept in memory meanwhile")

    def write(self) -> None:
        """Write what is not written yet. Raises OSError; then it is written the next time."""
        if self.folder is None:
            return
        with self._lock:
            new, self._new = self._new, Counts()
        try:
            for day, counts in list(new):
                files.append(self.folder, day, counts.items())
                new.drop(day)
            self.fault = ""
        except OSError as error:
            self.fault = str(error.strerror or error)
            raise
        finally:
            with self._lock:
                self._new.merge(new)

    def try_to_write(self, otherwise: str) -> None:
        """Write what is not written yet; where that fails, log it."""
        try:
            self.write()
        except OSError:
            _LOG.warning("counts of prompts cannot be written (%s); %s", self.fault, otherwise)

    def read(self, first: date, last: date) -> files.Found:
        """Return all that was counted on some days, by this process and by others in the same folder."""
        found = files.Found(Counts()) if self.folder is None else files.read(self.folder, first, last)
        with self._lock:
            found.counts.merge(self._new, first, last)
        return found
