"""The directory: services by part of the map and by what they help with, found without a search."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from ccr_directory.service import RowProblem, Service

_Services = tuple[Service, ...]
_SHELVES_KEPT: Final = 4096


class Directory:
    """Services, in the order of their files, and the rows that were left out. It serves many threads."""

    def __init__(self, services: Sequence[Service], problems: Sequence[RowProblem] = ()) -> None:
        self.services = tuple(services)
        self.problems = tuple(problems)
        self._shelves: dict[tuple[str, str], list[Service]] = {}
        for service in services:
            for area in service.areas:
                for domain in service.domains:
                    self._shelves.setdefault((area, domain), []).append(service)
        self._parted = lru_cache(_SHELVES_KEPT)(self._part)

    def find(self, ladder: Sequence[str], domain: str, since: date | None = None) -> Iterator[Service]:
        """Yield the services of a domain for a place (`Place.ladder`), each once.

        The nearest come first; in the same area, in the order of the files. What was not checked since a day
        comes after all the others.
        """
        met: set[int] = set()
        for stale in (False, True):
            for area in ladder:
                for service in self._parted(area, domain, since)[stale]:
                    if id(service) not in met:
                        met.add(id(service))
                        yield service

    def _part(self, area: str, domain: str, since: date | None) -> tuple[_Services, _Services]:
        """Return the services of an area and a domain that were checked since a day, and the others."""
        services = self._shelves.get((area, domain), ())
        return (
            tuple(each for each in services if not each.is_stale(since)),
            tuple(each for each in services if each.is_stale(since)),
        )
