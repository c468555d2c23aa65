"""A service of the directory, and what was wrong with a row that is none."""

from datetime import date
from typing import Final, NamedTuple

from msgspec import Struct

from ccr_directory.domains import GENTLE
from ccr_rules.hosting import Link

UNVERIFIED: Final = "unverified"


class Service(Struct, frozen=True):
    """One row. `areas` are parts of the map, nations, or `national`; `phone` is written as people read it.

    `cancer_types` are names of codelists, and `languages` are codes such as `pl`; empty means for all.
    `from_age` is in years. `checked_in` says in what it was checked, `last_checked` when; None where that is
    not known.
    """

    name: str
    what: str
    domains: tuple[str, ...]
    areas: tuple[str, ...]
    url: str = ""
    phone: str = ""
    cancer_types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    from_age: int = 0
    last_checked: date | None = None
    checked_in: str = ""

    @property
    def telephone(self) -> str:
        """The telephone number as a link, or nothing."""
        return f"tel:{''.join(each for each in self.phone if each in '+0123456789')}" if self.phone else ""

    @property
    def address(self) -> str:
        """Where a link leads: the page, or else the telephone; empty where neither is verified."""
        return self.url or self.telephone

    @property
    def is_gentle(self) -> bool:
        """Whether it suits somebody in palliative care."""
        return not GENTLE.isdisjoint(self.domains)

    def is_stale(self, since: date | None) -> bool:
        """Say whether it was not checked on or after a day; never where no day is asked for."""
        return since is not None and (self.last_checked is None or self.last_checked < since)

    def link(self, since: date | None) -> Link:
        """Return the link; one that was not checked since a day says so."""
        return Link(f"{self.name} ({self.checked})" if self.is_stale(since) else self.name, self.address)

    @property
    def checked(self) -> str:
        """When it was last checked, in words."""
        day = self.last_checked
        return f"last checked {day:%d-%b-%Y}" if day else "not known when checked"


class RowProblem(NamedTuple):
    """Why a row was left out. It quotes the directory, which holds nothing of patients."""

    file: str
    line: int
    says: str

    def __str__(self) -> str:
        """Return one line, as compilers write it."""
        return f"{self.file}:{self.line}: {self.says}"
