"""A recipe: which heading of a report says what. Practices build their own reports, so there are synonyms."""

import re
from functools import cached_property
from typing import Final, NamedTuple, get_args

import msgspec

from ccr_rules.population.flat.resources import ELEMENTS
from ccr_rules.record.entry import Episode

SYSTEMS: Final = ("emis", "systmone", "vision")
"""The systems whose recipes come with the plugin."""

BLANK: Final = re.compile(r"[^a-z0-9]+")

OBSERVATION: Final = "Observation"
"""What a coded entry is where no column says otherwise: every codelist can stand in it (see the README)."""


class CellKeys(NamedTuple):
    """What may be said of a cell: the `meanings` of its words, and whether its codes have a `system`."""

    meanings: tuple[str, ...] = ()
    has_system: bool = False


CELLS: Final = {
    "nhs_number": CellKeys(),
    "number": CellKeys(),
    "snomed": CellKeys(),
    "code": CellKeys(has_system=True),
    "term": CellKeys(),
    "date": CellKeys(),
    "recorded": CellKeys(),
    "episode": CellKeys(meanings=get_args(Episode)),
    "kind": CellKeys(meanings=tuple(ELEMENTS)),
    "id": CellKeys(),
    "born": CellKeys(),
    "died": CellKeys(),
    "registered": CellKeys(),
    "deregistered": CellKeys(),
}
"""What the columns of a report can say. `number` is the patient's number in the system, or a pseudonym."""

DETAILS: Final = ("born", "died", "registered", "deregistered")
"""What is said of the patient, on every row again."""

REQUIRED: Final = ("term", "date")
"""What a report must have, besides something that names the patient."""

DATE_FORMS: Final = {"dd-mmm-yyyy": "%d-%b-%Y", "dd mmm yyyy": "%d %b %Y", "dd/mm/yyyy": "%d/%m/%Y"}
"""How a list may write its dates."""


class Column(msgspec.Struct, frozen=True):
    """Where a value is from: the headings under which it may stand, the likeliest first.

    `words` says what the words of the column stand for, in small letters; `system` is that of its codes.
    """

    headings: tuple[str, ...]
    words: dict[str, str] = {}
    system: str = ""


class Recipe(msgspec.Struct, frozen=True, dict=True):
    """What is known of the reports of a system. `empty` are words that stand for nothing."""

    system: str
    title: str
    columns: dict[str, Column]
    writes: str = "dd/mm/yyyy"
    empty: tuple[str, ...] = ()

    def heading(self, cell: str, otherwise: str) -> str:
        """Return the likeliest heading of a cell."""
        column = self.columns.get(cell)
        return column.headings[0] if column else otherwise

    @cached_property
    def known(self) -> dict[str, tuple[str, int]]:
        """Return what each heading, folded, is: its cell, and how far down its list it stands."""
        return {
            fold(heading): (cell, rank)
            for cell, column in self.columns.items()
            for rank, heading in enumerate(column.headings)
        }

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds that rows can be of."""
        column = self.columns.get("kind")
        return tuple(sorted({OBSERVATION, *(column.words.values() if column else ())}))


def fold(heading: str) -> str:
    """Return a heading without blanks, signs and capitals: `NHS Number` and `NHS_NUMBER` are one."""
    return BLANK.sub("", heading.lower())
