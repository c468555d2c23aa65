"""The attribute file: a CSV with what reports tell people apart by, a line for each patient."""

import csv
import difflib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from ccr_rules.errors import UsageError
from ccr_rules.population.ids import patient_id
from ccr_rules.population.lines import lines_of_stream
from ccr_rules.population.packing import Packing

PATIENT: Final = "patient"
_WORDS: Final = {
    "true": True,
    "yes": True,
    "y": True,
    "1": True,
    "false": False,
    "no": False,
    "n": False,
    "0": False,
}


def _text(text: str) -> str:
    return text


def _quintile(text: str) -> int:
    if text not in ("1", "2", "3", "4", "5"):
        raise ValueError("1 (the most deprived) to 5")
    return int(text)


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _WORDS:
        raise ValueError("yes, no or nothing")
    return _WORDS[text.lower()]


COLUMNS: Final[dict[str, Callable[[str], Any]]] = {
    "sex": _text,
    "ethnicity": _text,
    "ethnicity_term": _text,
    "imd_quintile": _quintile,
    "practice": _text,
    "learning_disability": _yes_or_no,
    "severe_mental_illness": _yes_or_no,
}
"""The columns that an attribute file may have besides `patient`, and how each is read."""


def read_value(column: str, text: str) -> Any:
    """Return what a cell of a column says, or None if it is empty.

    Raises:
        ValueError: with what the column takes, if this is something else.
    """
    text = text.strip()
    return COLUMNS[column](text) if text else None


def attribute_rows(file: Path, packing: Packing) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Yield the id of each patient, the line, and the attributes.

    Raises:
        UsageError: if the file cannot be read, has a column that is not known, or a value that does not fit.
    """
    rows = csv.reader(_text_lines(file, packing))
    try:
        columns = [name.strip().lower() for name in next(rows, [])]
        _check(columns, file)
        for row in rows:
            if row:
                yield _row(row, columns, f"{file}:{rows.line_num}", rows.line_num)
    except csv.Error as error:
        raise UsageError(f"{file}:{rows.line_num}: not CSV: {error}") from None


def _text_lines(file: Path, packing: Packing) -> Iterator[str]:
    number = 0
    for lines in lines_of_stream(file, packing):
        for line in lines:
            number += 1
            try:
                yield line.decode("utf-8-sig" if number == 1 else "utf-8") + "\n"
            except UnicodeDecodeError:
                raise UsageError(f"{file}:{number}: not UTF-8; write the file as UTF-8") from None


def _check(columns: list[str], file: Path) -> None:
    if PATIENT not in columns:
        raise UsageError(
            f"{file}:1: no column `{PATIENT}`; the first line names the columns, with commas between"
        )
    for name in columns:
        if name != PATIENT and name not in COLUMNS:
            near = difflib.get_close_matches(name, COLUMNS, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(COLUMNS)}"
            raise UsageError(
                f"{file}:1: no attribute has the name of column {columns.index(name) + 1}; {hint}"
            )


def _row(row: list[str], columns: list[str], place: str, line: int) -> tuple[str, int, dict[str, Any]]:
    if len(row) != len(columns):
        raise UsageError(f"{place}: {len(row)} values under {len(columns)} columns")
    told: dict[str, Any] = {}
    patient = ""
    for name, text in zip(columns, row, strict=True):
        if name == PATIENT:
            patient = patient_id(text)
            continue
        try:
            value = read_value(name, text)
        except ValueError as expected:
            raise UsageError(f"{place}: `{name}` takes {expected}; this is something else") from None
        if value is not None:
            told[name] = value
    if not patient or not patient.isprintable():
        raise UsageError(f"{place}: `{PATIENT}` is empty, or no id")
    return patient, line, told
