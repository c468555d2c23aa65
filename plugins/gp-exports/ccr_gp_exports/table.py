"""An export as a table: where its headings are, which system wrote it, and what each column says."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, pairwise
from typing import Final, NamedTuple

from ccr_gp_exports.lines import Line, lines_of
from ccr_gp_exports.recipe import CELLS, REQUIRED, Recipe, fold
from ccr_gp_exports.rows import Row, cells_of, rows_of
from ccr_rules.errors import RecordError
from ccr_rules.language.report import shortened

MOST_LINES_BEFORE: Final = 60
"""How many lines about the report may come before its headings."""

FEWEST_KNOWN: Final = 2
"""How many headings must be known before a line counts as headings."""

_DELIMITERS: Final = (",", ";", "\t", "|")
_MOST_SHOWN: Final = 20
_ADVICE: Final = (
    "build the report with these columns (see the README), or name your own headings in `mapping`"
)


class Table(NamedTuple):
    """A table: the recipe that fits, its headings, where each cell stands, and the rows below them."""

    recipe: Recipe
    headings: tuple[str, ...]
    places: dict[str, int]
    rows: Iterator[Row]


class _Header(NamedTuple):
    line: int
    delimiter: str
    headings: list[str]
    known: int


def table_of(raw: bytes, recipes: Mapping[str, Recipe], system: str) -> Table | None:
    """Return an export as a table, or None if it is none that is known here.

    Args:
        raw: the file.
        recipes: those that can be meant, by their systems.
        system: the one that wrote it, or `auto`: then a table with other headings is left to others.

    Raises:
        RecordError: if it is an export, and cannot be used.
    """
    lines = lines_of(raw)
    start = list(islice(lines, MOST_LINES_BEFORE))
    asked = recipes.values() if system == "auto" else (recipes[system],)
    header = _header(start, list(asked))
    if header is None:
        if system == "auto" or not _is_table(start):
            return None
        wanted = ", ".join(_expected(recipes[system], cell) for cell in ("nhs_number", *REQUIRED))
        raise RecordError(
            f"none of the first {MOST_LINES_BEFORE} lines has the headings of an export of "
            f"{recipes[system].title}: {wanted}; {_ADVICE}"
        )
    recipe = _recipe(header, list(asked))
    places = _places(header, recipe)
    rest = chain((line for line in start if line.number > header.line), lines)
    rows = rows_of(rest, header.delimiter, len(header.headings))
    headings = tuple(header.headings)
    return Table(recipe, headings, places, _below(rows, headings, places))


def _header(lines: Sequence[Line], recipes: Sequence[Recipe]) -> _Header | None:
    """Return the first line that has all headings of a recipe, else the one with the most that are known."""
    best: _Header | None = None
    for line in lines:
        for delimiter in _DELIMITERS:
            headings = [each.strip() for each in cells_of(line.text, delimiter) or ()]
            while headings and not headings[-1]:
                headings.pop()
            folded = [fold(heading) for heading in headings]
            for recipe in recipes:
                known = recipe.known
                count = len({known[heading][0] for heading in folded if heading in known})
                if count >= FEWEST_KNOWN and (best is None or count > best.known):
                    best = _Header(line.number, delimiter, headings, count)
            if best and best.line == line.number and not all(_missing(best, each) for each in recipes):
                return best
    return best


def _is_table(lines: Sequence[Line]) -> bool:
    """Say whether lines may be a table with room for what a report must have: a patient, a term, a date."""
    for delimiter in _DELIMITERS:
        widths = [len(cells_of(line.text, delimiter) or ()) for line in lines]
        if any(one == other > len(REQUIRED) for one, other in pairwise(widths)):
            return True
    return False


def _recipe(header: _Header, recipes: Sequence[Recipe]) -> Recipe:
    """Return the one recipe that fits the headings. Raises RecordError."""
    missing = {recipe.system: _missing(header, recipe) for recipe in recipes}
    fitting = [recipe for recipe in recipes if not missing[recipe.system]]
    if not fitting:
        nearest = min(recipes, key=lambda recipe: len(missing[recipe.system]))
        wanted = "; ".join(_expected(nearest, cell) for cell in missing[nearest.system])
        found = ", ".join(f"`{shortened(each, 40)}`" for each in header.headings[:_MOST_SHOWN])
        raise RecordError(
            f"line {header.line}: the export has no column for {wanted} ({nearest.title}); it has {found}; "
            f"{_ADVICE}"
        )
    if len(fitting) > 1:
        fitting = _told_apart(header, fitting)
    return fitting[0]


def _told_apart(header: _Header, recipes: Sequence[Recipe]) -> list[Recipe]:
    """Return the recipe that alone knows some of the headings. Raises RecordError if it is not one."""
    found = {fold(heading) for heading in header.headings}
    peculiar = [
        recipe
        for recipe in recipes
        if any(
            heading in found and not any(heading in other.known for other in recipes if other is not recipe)
            for heading in recipe.known
        )
    ]
    if len(peculiar) != 1:
        names = " and ".join(sorted(recipe.system for recipe in recipes))
        raise RecordError(
            f"line {header.line}: the headings could be of {names}; state which in the setting `system`"
        )
    return peculiar


def _missing(header: _Header, recipe: Recipe) -> list[str]:
    known = recipe.known
    cells = {known[fold(heading)][0] for heading in header.headings if fold(heading) in known}
    missing = [cell for cell in REQUIRED if cell not in cells]
    return missing if {"nhs_number", "number"} & cells else ["nhs_number", *missing]


def _expected(recipe: Recipe, cell: str) -> str:
    """Return the headings under which a cell is looked for, in words."""
    cells = ("nhs_number", "number") if cell == "nhs_number" else (cell,)
    columns = (recipe.columns[each] for each in cells if each in recipe.columns)
    return " or ".join(f"`{heading}`" for column in columns for heading in column.headings)


def _places(header: _Header, recipe: Recipe) -> dict[str, int]:
    """Return where each cell stands; of synonyms the likeliest counts. Raises RecordError."""
    known, chosen = recipe.known, dict[str, tuple[int, int]]()
    for place, heading in enumerate(header.headings):
        cell, rank = known.get(fold(heading), ("", 0))
        if not cell:
            continue
        before = chosen.get(cell)
        if before and before[0] == rank:
            raise RecordError(
                f"line {header.line}: the heading `{shortened(heading, 40)}` stands in columns "
                f"{before[1] + 1} and {place + 1}, and nobody can tell which is meant; build the report with "
                "one block of columns"
            )
        if before is None or rank < before[0]:
            chosen[cell] = rank, place
    return {cell: chosen[cell][1] for cell in CELLS if cell in chosen}


def _below(rows: Iterator[Row], headings: tuple[str, ...], places: Mapping[str, int]) -> Iterator[Row]:
    """Yield the rows that are no headings again, and no totals."""
    again = [fold(each) for each in headings]
    for row in rows:
        is_again = (
            row.cells and fold(row.cells[0]) == again[0] and [fold(each) for each in row.cells] == again
        )
        if not is_again and not is_total(row, places, len(headings)):
            yield row


_TOTALS: Final = re.compile(
    r"((grand)?totals?|((total)?(patients?|rows?|records?))(count)?|count|endofreport|page(of)?)"
)
_DIGITS: Final = re.compile(r"\d+")
_SAYING: Final = ("date", "recorded", "snomed", "code", "term", "episode")


def is_total(row: Row, places: Mapping[str, int], width: int) -> bool:
    """Say whether a row is one that a report prints at its end: a word such as `Total`, and a number."""
    said = list(islice((cell.strip() for cell in row.cells if cell.strip()), 3))
    if not said or said[0].isdigit() or len(said) > 2 or not all(cell.isdigit() for cell in said[1:]):
        return False
    if not _TOTALS.fullmatch(_DIGITS.sub("", fold(said[0]))):
        return False
    is_whole = len(row.cells) == width
    return not (is_whole and any(row.cells[places[cell]].strip() for cell in _SAYING if cell in places))
