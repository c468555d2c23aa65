"""The engine that is in use, and how a changed library takes its place while requests run.

A library is read whole before it is used: every ruleset, every release of every codelist. What changes on
disk afterwards changes no answer until it has been read whole too; what cannot be used is not used, and the
last good one stays.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

from ccr_rules.engine import Engine
from ccr_rules.errors import CcrError
from ccr_rules.hosting.plugins import Plugins
from ccr_rules.library.library import Library, shipped_root

LOG = logging.getLogger("ccr.service.rules")
MOST_PREPARED = 200
"""So many choices of rulesets and releases are kept ready; then the engine begins anew."""


@dataclass(frozen=True, slots=True)
class InUse:
    """An engine, and the state of the folders that it was read from."""

    engine: Engine
    seen: frozenset[tuple[str, int, int]]


class Rules:
    """Holds the engine. `fault` says why the newest library is not the one in use; empty if it is."""

    def __init__(
        self, folders: tuple[Path, ...], today: Callable[[], date], plugins: Plugins | None = None
    ) -> None:
        self._folders = folders
        self._plugins = plugins or Plugins()
        self._today = today
        self._reading = Lock()
        self._chosen: set[object] = set()
        self.fault = ""
        self.reloads = 0
        self._in_use = self._read()
        self._tried = self._in_use.seen

    @property
    def engine(self) -> Engine:
        """The engine to use for one request, from its beginning to its end."""
        return self._in_use.engine

    def engine_for(self, choice: object) -> Engine:
        """Return the engine for a choice of rulesets and releases.

        An engine keeps each choice ready. There are more of them than memory, so it is exchanged in time.
        """
        if choice not in self._chosen:
            if len(self._chosen) >= MOST_PREPARED and self._reading.acquire(blocking=False):
                self._chosen.clear()
                self._in_use = InUse(self.engine.anew(), self._in_use.seen)
                self._reading.release()
            self._chosen.add(choice)
        return self.engine

    def reload(self) -> bool:
        """Read the library again and use it; say whether that could be done. It takes its time."""
        with self._reading:
            self._tried = self._seen()
            try:
                self._in_use = self._read()
            except CcrError as error:
                self._keep(error.exit_code)
            except OSError:
                self._keep(CcrError.exit_code)
            else:
                self.fault = ""
                self.reloads += 1
                self._chosen.clear()
                LOG.info("rulesets reloaded", extra={"rulesets": len(self.engine.library.rulesets)})
            return not self.fault

    def _keep(self, code: int) -> None:
        self.fault = "the rulesets on disk cannot be used; `ccr ruleset check --rulesets DIR` says why"
        LOG.error("rulesets not reloaded, the last good ones stay in use", extra={"code": code})

    def changed(self) -> bool:
        """Say whether the folders are other than when they were last read, or tried."""
        return self._seen() != self._tried

    def _read(self) -> InUse:
        seen = self._seen()
        engine = Engine.hosting(self._plugins, *self._folders)
        _read_whole(engine.library)
        engine.warm(self._today())
        return InUse(engine, seen)

    def _seen(self) -> frozenset[tuple[str, int, int]]:
        return frozenset(_states((shipped_root(), *self._folders)))


def _read_whole(library: Library) -> None:
    library.rulesets  # noqa: B018 - it is read when it is looked at
    for name in library.codelist_names:
        for release in library.codelist_releases(name):
            library.codelist(name, release)
        library.codelist(name)


def _states(roots: tuple[object, ...]) -> Iterator[tuple[str, int, int]]:
    """Yield each file below the folders with its size and when it was written."""
    for root in roots:
        if isinstance(root, Path):  # pragma: no branch - what stands in a zip file does not change
            for file in root.rglob("*"):
                try:
                    state = file.stat()
                except OSError:  # pragma: no cover - it went away between two looks
                    continue
                if file.is_file():
                    yield str(file), state.st_size, state.st_mtime_ns
