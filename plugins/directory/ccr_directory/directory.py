"""The directory: services by part of the map and by what they help with, found without a search."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from ccr_directory.service import RowProblem, Service

_Shelf = dict[tuple[str, str], list[Service]]
_DAYS_KEPT: Final = 8


class _Shelves(NamedTuple):
    """Services checked since a day, and the others; each by area and domain, in the order of the files."""

    fresh: _Shelf
    stale: _Shelf


class Directory:
    """Services, in the order of their files, and the rows that were left out. It serves many threads."""

    def __init__(self, services: Sequence[Service], problems: Sequence[RowProblem] = ()) -> None:
        self.services = tuple(services)
        self.problems = tuple(problems)
        self._shelves = lru_cache(_DAYS_KEPT)(self._sorted)
        self._shelves(None)

    def find(self, ladder: Sequence[str], domain: str, since: date | None = None) -> Iterator[Service]:
        """Yield the services of a domain for a place (`Place.ladder`), each once.

        The nearest come first; in the same area, in the order of the files. What was not checked since a day
        comes after all the others.
        """
        met: set[int] = set()
        for shelf in self._shelves(since):
            for area in ladder:
                for service in shelf.get((area, domain), ()):
                    if id(service) not in met:
                        met.add(id(service))
                        yield service

    def _sorted(self, since: date | None) -> _Shelves:
        shelves = _Shelves({}, {})
        for service in self.services:
            shelf = shelves.stale if service.is_stale(since) else shelves.fresh
            for area in service.areas:
                for domain in service.domains:
                    shelf.setdefault((area, domain), []).append(service)
        return shelves
