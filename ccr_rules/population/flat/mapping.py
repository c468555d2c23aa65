"""A mapping: which columns of a table say what of an entry, or of a patient."""

from typing import Final, Literal

import msgspec

from ccr_rules.record.entry import SNOMED
from ccr_rules.record.profiles import HostProfile

SKIP: Final = "skip"
"""In place of a kind: rows with this word are not read."""

SYSTEM_WORDS: Final = {"snomed": SNOMED}
"""Short names of code systems; any other is named by its address."""

Delimiter = Literal["comma", "tab", "semicolon", "pipe"]
Encoding = Literal["utf-8", "cp1252"]
SIGNS: Final[dict[Delimiter, str]] = {"comma": ",", "tab": "\t", "semicolon": ";", "pipe": "|"}


class Cell(msgspec.Struct, frozen=True):
    """Where a value is from: a column, or the same `constant` for every row.

    `words` says what the words of the column stand for, in small letters, and `otherwise` what all others do;
    without `words` a cell stands for itself.
    """

    column: str = ""
    constant: str = ""
    words: dict[str, str] = {}
    otherwise: str = ""

    def meanings(self) -> set[str]:
        """Return what the mapping says that cells stand for, as far as it says so."""
        return {each for each in (self.constant, self.otherwise, *self.words.values()) if each}

    def meaning(self, cell: str) -> str | None:
        """Return what a cell stands for, or None if it holds a word that the mapping does not know."""
        if not self.words:
            return cell
        return self.words.get(cell.casefold(), self.otherwise or None)


class Layout(msgspec.Struct, frozen=True):
    """How the files are written; `header_line` is the line that names the columns."""

    delimiter: Delimiter = "comma"
    encoding: Encoding = "utf-8"
    header_line: int = 1


class Mapping(msgspec.Struct, frozen=True):
    """A mapping, read: `entries` and `patients` give the cells by what they say.

    `dates` are the forms of dates besides those of ISO 8601, `empty` the words that stand for nothing,
    `supplied` the kinds that the extract holds completely, `keeps` where it has the entries of codelists, as
    in `PatientRecord`.
    """

    name: str
    entries: dict[str, Cell]
    supplied: tuple[str, ...]
    patients: dict[str, Cell] = {}
    dates: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    layout: Layout = Layout()
    keeps: dict[str, tuple[str, ...]] = {}

    def kinds(self) -> set[str]:
        """Return the kinds that rows can be of."""
        return self.entries["kind"].meanings() - {SKIP}

    def host(self, supplied: tuple[str, ...] | None, undated: frozenset[str]) -> HostProfile:
        """Return what the mapping says of the extract, in the terms of host profiles.

        Args:
            supplied: the kinds that the extract holds completely, if somebody states that anew.
            undated: the kinds whose entries have no recorded date.
        """
        supplies = self.supplied if supplied is None else supplied
        assumed = [f"The extract holds all that is recorded as {_listed(supplies)} (mapping {self.name})."]
        assumed += [
            f"It has every {key.removeprefix('*')} as {_listed(kinds)}." for key, kinds in self.keeps.items()
        ]
        lost = sorted(self.kinds() & undated) if "recorded" in self.entries else []
        if lost:
            assumed.append(f"When entries of the kind {_listed(lost)} were recorded is not read.")
        return HostProfile(self.name, supplies, self.keeps, tuple(assumed))


def _listed(words: "tuple[str, ...] | list[str]") -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else "".join(words)
