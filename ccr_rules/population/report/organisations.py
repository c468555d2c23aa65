"""Practices in their primary care networks and integrated care boards, as a file of organisations says."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Literal, NamedTuple

from ccr_rules.errors import UsageError

Level = Literal["all", "icb", "pcn", "practice"]
LEVELS: Final[tuple[Level, ...]] = ("all", "icb", "pcn", "practice")
NOT_STATED: Final = "not stated"
COLUMNS: Final = ("practice", "practice_name", "pcn", "pcn_name", "icb", "icb_name")


class Unit(NamedTuple):
    """Everybody, or the people of a board, a network or a practice; codes are empty above its level.

    A network belongs to a board, so the group of practices whose network is not stated is one for each board.
    """

    level: Level
    icb: str = ""
    pcn: str = ""
    practice: str = ""

    @property
    def code(self) -> str:
        """The code of the unit; empty for everybody."""
        return "" if self.level == "all" else str(getattr(self, self.level))


EVERYBODY: Final = Unit("all")


class Organisations:
    """Which practice belongs where. Without a file there are practices and everybody."""

    def __init__(self, rows: Iterable[Mapping[str, str]] = (), columns: Iterable[str] = ()) -> None:
        given = set(columns)
        self.levels: Final = tuple(
            level for level in LEVELS if level in ("all", "practice") or level in given
        )
        self._of = {row["practice"]: row for row in rows}
        self._names = {
            (level, row[level]): row[f"{level}_name"]
            for row in self._of.values()
            for level in ("practice", "pcn", "icb")
            if row.get(level) and row.get(f"{level}_name")
        }

    def units_of(self, practice: str) -> tuple[Unit, ...]:
        """Return the units to which the people of a practice belong, from everybody down to the practice."""
        row = self._of.get(practice, {})
        codes: dict[str, str] = {}
        units = [EVERYBODY]
        for level in self.levels[1:]:
            codes[level] = practice if level == "practice" else row.get(level) or NOT_STATED
            units.append(Unit(level, **codes))
        return tuple(units)

    def name_of(self, unit: Unit) -> str:
        """Return what a unit is called; empty where nobody says it."""
        return self._names.get((unit.level, unit.code), "")


def read_organisations(path: Path) -> Organisations:
    """Read a file of organisations: CSV with a column `practice`, and any of the others.

    Raises:
        UsageError: if it cannot be read, has other columns, names a practice twice or none, or puts a network
            into two boards.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}; name a CSV file of practices") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not UTF-8; write the file as UTF-8") from None
    lines = csv.reader(text.splitlines())
    columns = [name.strip().lower() for name in next(lines, [])]
    _check(columns, path)
    rows: dict[str, dict[str, str]] = {}
    for cells in lines:
        if cells:
            row = _row(cells, columns, f"{path}:{lines.line_num}")
            if row["practice"] in rows:
                raise UsageError(
                    f"{path}:{lines.line_num}: this practice is there already; keep one line of it"
                )
            rows[row["practice"]] = row
    _check_networks(rows.values(), path)
    return Organisations(rows.values(), columns)


def _check(columns: list[str], path: Path) -> None:
    if "practice" not in columns:
        raise UsageError(
            f"{path}:1: no column `practice`; the first line names the columns, with commas between"
        )
    for place, name in enumerate(columns, 1):
        if name not in COLUMNS or name in columns[: place - 1]:
            raise UsageError(
                f"{path}:1: column {place} is unknown or there twice; there are {', '.join(COLUMNS)}"
            )


def _row(cells: list[str], columns: list[str], place: str) -> dict[str, str]:
    if len(cells) != len(columns):
        raise UsageError(f"{place}: {len(cells)} values under {len(columns)} columns")
    row = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
    if not row["practice"]:
        raise UsageError(f"{place}: `practice` is empty; write its ODS code")
    return row


def _check_networks(rows: Iterable[Mapping[str, str]], path: Path) -> None:
    boards: dict[str, str] = {}
    for row in rows:
        network, board = row.get("pcn", ""), row.get("icb", "")
        if network and boards.setdefault(network, board) != board:
            raise UsageError(
                f"{path}: one network is in two boards; give every practice of a network one `icb`"
            )
