"""Making a report of a population written by hand, and reading its files."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ccr_rules.library.library import Library
from ccr_rules.population.report.content import Wanted
from ccr_rules.population.report.making import Report, make_report

__all__ = ["LIBRARY", "Files", "Wanted", "answered", "made", "reported"]
from tests.population.report.samples import QOF, Somebody, write_answers, write_data

LIBRARY = Library.shipped()


class Files(NamedTuple):
    """What was written."""

    folder: Path
    report: Report

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def rows(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.text(name))))


def answered(
    folder: Path,
    people: Iterable[Somebody],
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    rulesets: Sequence[str] = (QOF,),
    **said: Any,
) -> Path:
    """Write a data set and answers about it, and return the folder of the answers."""
    data = folder / "data"
    dataset = write_data(data, people)
    return write_answers(folder / "answers", data, rulesets, rows, patients=dataset.patients, **said)


def reported(
    folder: Path,
    people: Iterable[Somebody],
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    rulesets: Sequence[str] = (QOF,),
    *,
    said: Mapping[str, Any] | None = None,
    **wanted: Any,
) -> Files:
    """Make a report and return its files."""
    answers = answered(folder, people, rows, rulesets, **(said or {}))
    return made(Wanted(answers, **wanted))


def made(wanted: Wanted) -> Files:
    """Make a report of answers that are there."""
    shown: list[Report] = []
    make_report(wanted, LIBRARY, shown.append)
    return Files(shown[0].folder, shown[0])
