"""An export of many patients, taken apart: for each the headings and the patient's own rows, as CSV.

Each part has one more column, the first: on which line of the export a row stands. Its heading also says how
many rows of the export name nobody, for any of them may be this patient's.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from ccr_gp_exports.table import Table
from ccr_gp_exports.whose import Owned, Whose
from ccr_rules.hosting import Source, Split
from ccr_rules.record.patient import Quarantined

LINE_HEADING: Final = "line of the export"
_LINE_HEADING: Final = re.compile(rf"{LINE_HEADING}(?:, (\d+) of whose rows name nobody)?", re.ASCII)
_SIGNS: Final = re.compile(r'[,"\r\n]')


def split(source: Source, opened: Callable[[], Table], *, fills_down: bool, doubts_everybody: bool) -> Split:
    """Return the parts of an export, in the order of their patients, and the rows that are nobody's.

    Args:
        source: the export.
        opened: opens it as a table, from its begin.
        fills_down: as in `Whose`.
        doubts_everybody: whether each part says how many rows are nobody's.
    """
    parts: dict[str, list[str]] = {}
    nobodys: list[Owned] = []
    table = opened()
    for owned in owners_of(opened, fills_down).owned(table.rows):
        if owned.patient:
            parts.setdefault(owned.patient, []).append(written([str(owned.row.line), *owned.row.cells]))
        else:
            nobodys.append(owned)
    header = written([_heading(len(nobodys) if doubts_everybody else 0), *table.headings])
    sources = (
        source.with_content("\n".join([header, *parts.pop(patient), ""]).encode())
        for patient in sorted(parts)
    )
    return Split.of(sources, map(_fault, nobodys))


def owners_of(opened: Callable[[], Table], fills_down: bool) -> Whose:
    """Return what tells whose rows are; an export with two kinds of numbers is gone through for it."""
    table = opened()
    whose = Whose(table, fills_down)
    return Whose(table, fills_down, whose.numbers(table.rows)) if whose.has_both else whose


def people(table: Table, opened: Callable[[], Table]) -> dict[str, dict[str, str]]:
    """Return the numbers of each patient by the reference: of several, the last that stands in the export."""
    whose = owners_of(opened, fills_down=False)
    found: dict[str, dict[str, str]] = {}
    for owned in whose.owned(table.rows):
        if owned.patient:
            person = whose.person(owned.row)
            numbers = found.setdefault(f"Patient/{owned.patient}", {})
            numbers |= {name: number for name, number in person._asdict().items() if number}
    return found


def lost_in(headings: Sequence[str]) -> int | None:
    """Return how many rows of the whole export name nobody, or None if these are no headings of a part."""
    found = _LINE_HEADING.fullmatch(headings[0])
    return int(found.group(1) or 0) if found else None


def place_of(line: int | str) -> str:
    """Return the place of a row, for messages."""
    return f"line {line}"


def written(cells: Iterable[str]) -> str:
    """Return cells as a line of CSV."""
    return ",".join('"' + cell.replace('"', '""') + '"' if _SIGNS.search(cell) else cell for cell in cells)


def _heading(nobodys: int) -> str:
    return f"{LINE_HEADING}, {nobodys} of whose rows name nobody" if nobodys else LINE_HEADING


def _fault(owned: Owned) -> Quarantined:
    return Quarantined("", place_of(owned.row.line), owned.why)
