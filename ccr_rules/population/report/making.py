"""From the answers about a population to the files of a report."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ccr_rules.errors import UsageError
from ccr_rules.library.library import Library
from ccr_rules.population.report import (
    achievement,
    commissioner,
    completeness,
    equity,
    measure_reports,
    qof_layout,
    worklist,
)
from ccr_rules.population.report.content import Content, Wanted, content_of
from ccr_rules.population.report.files import Cell, write_rows
from ccr_rules.population.report.organisations import Organisations, read_organisations
from ccr_rules.population.report.page import write_page
from ccr_rules.population.report.tables import open_tables

FOLDER: Final = "report"
"""Where a report goes within the folder of the answers, unless somebody names a place."""

SHARED: Final = ("equity.csv", "commissioner.csv")
"""What a report that is to be shared holds besides its page."""

INSIDE: Final = (
    *("achievement.csv", "achievement_reasons.csv", "qof_layout.csv", "completeness.csv"),
    *(worklist.WORKLIST, worklist.CANNOT_TELL, measure_reports.SUMMARIES, measure_reports.SUBJECTS),
)
"""What stays in the practice."""

_Table = tuple[str, Sequence[str], Iterable[Sequence[Cell]]]


@dataclass(frozen=True, slots=True)
class Report:
    """What was written: the folder, and the rows of each file by its name."""

    folder: Path
    content: Content
    written: dict[str, int]


def make_report(wanted: Wanted, library: Library, show: Callable[[Report], None]) -> None:
    """Write a report, and show it while its tables are open.

    Files of an earlier report in the same folder that this one does not write are removed, so that no list of
    people stays in a folder that is to be shared.

    Raises:
        UsageError: if the answers, the data set or a file are not what they should be, or the folder cannot
            be written.
        MissingExtraError: if a package for populations is not installed.
    """
    chosen = wanted.organisations
    organisations = read_organisations(chosen) if chosen is not None else Organisations()
    folder = wanted.out if wanted.out is not None else wanted.answers / FOLDER
    with open_tables(wanted.answers, wanted.data, wanted.threads) as tables:
        report = Report(folder, content_of(wanted, tables, organisations, library), {})
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _write(report)
        except OSError as error:
            raise UsageError(
                f"{folder}: cannot be written: {error.strerror or error}; mend that and run this again"
            ) from None
        show(report)


def _write(report: Report) -> None:
    for name in INSIDE:
        (report.folder / name).unlink(missing_ok=True)
    content = report.content
    for name, columns, rows in _shared(content) if content.wanted.to_share else _tables(content):
        report.written[name] = write_rows(report.folder / name, columns, rows)
    if not content.wanted.to_share:
        report.written.update(worklist.write_worklists(content.tables, report.folder))
        report.written.update(_write_measure_reports(report))
    write_page(content, report.written, report.folder)


def _tables(content: Content) -> Iterator[_Table]:
    achieved, tables = content.achievement, content.tables
    yield "achievement.csv", achievement.COLUMNS, achievement.achievement_rows(achieved)
    yield "achievement_reasons.csv", achievement.REASON_COLUMNS, achievement.reason_rows(achieved)
    yield "qof_layout.csv", qof_layout.COLUMNS, qof_layout.qof_rows(achieved, tables)
    told = completeness.completeness_rows(tables, achieved, content.wanted.prevalence)
    yield "completeness.csv", completeness.COLUMNS, told
    yield from _shared(content)


def _shared(content: Content) -> Iterator[_Table]:
    yield "equity.csv", equity.COLUMNS, equity.equity_rows(content.equity)
    commissioned = content.commissioned
    yield "commissioner.csv", commissioner.COLUMNS, commissioner.commissioner_rows(commissioned)


def _write_measure_reports(report: Report) -> dict[str, int]:
    content = report.content
    reporter = measure_reports.Reporter(content.rules, content.tables.as_of, content.wanted.canonical)
    files = {
        measure_reports.SUMMARIES: measure_reports.summaries(reporter, content.achievement),
        measure_reports.SUBJECTS: measure_reports.subject_bundles(reporter, content.tables),
    }
    return {
        name: measure_reports.write_lines(report.folder / name, resources)
        for name, resources in files.items()
    }
