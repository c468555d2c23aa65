"""From the answers about a population to the files of a report."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ccr_rules.errors import UsageError
from ccr_rules.library.library import Library
from ccr_rules.population.report import achievement as achieving
from ccr_rules.population.report import equity, qof_layout, suppression
from ccr_rules.population.report.achievement import Achievement
from ccr_rules.population.report.equity import Equity
from ccr_rules.population.report.files import Cell, write_rows
from ccr_rules.population.report.list_sizes import list_sizes
from ccr_rules.population.report.organisations import Organisations, read_organisations
from ccr_rules.population.report.rules import Rules, rules_of
from ccr_rules.population.report.tables import Tables, open_tables
from ccr_rules.population.report.tallies import indicator_tallies
from ccr_rules.population.report.worklist import prepare_worklists, write_worklists

FOLDER: Final = "report"
"""Where a report goes within the folder of the answers, unless somebody names a place."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report is made of, and what goes into it."""

    answers: Path
    data: Path | None = None
    out: Path | None = None
    organisations: Path | None = None
    suppress_below: int = suppression.DEFAULT
    round_to: int = 0
    threads: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What was written: the folder, and the rows of each file by its name."""

    folder: Path
    tables: Tables
    rules: Rules
    achievement: Achievement
    equity: Equity
    written: dict[str, int]


def make_report(wanted: Wanted, library: Library, show: Callable[[Report], None]) -> None:
    """Write a report, and show it while its tables are open.

    Raises:
        UsageError: if the answers, the data set or a file are not what they should be, or the folder cannot
            be written.
        MissingExtraError: if a package for populations is not installed.
    """
    chosen = wanted.organisations
    organisations = read_organisations(chosen) if chosen is not None else Organisations()
    folder = wanted.out if wanted.out is not None else wanted.answers / FOLDER
    with open_tables(wanted.answers, wanted.data, wanted.threads) as tables:
        rules = rules_of(tables.answered, library)
        achievement = Achievement(rules, organisations, list_sizes(tables), indicator_tallies(tables))
        prepare_worklists(tables, rules, library)
        told_apart = equity.equity_of(tables, rules, wanted.suppress_below, wanted.round_to)
        report = Report(folder, tables, rules, achievement, told_apart, {})
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _write(report)
        except OSError as error:
            raise UsageError(
                f"{folder}: cannot be written: {error.strerror or error}; mend that and run this again"
            ) from None
        show(report)


def _write(report: Report) -> None:
    achievement, tables = report.achievement, report.tables
    files: dict[str, tuple[Sequence[str], Iterable[Sequence[Cell]]]] = {
        "achievement.csv": (achieving.COLUMNS, achieving.achievement_rows(achievement)),
        "achievement_reasons.csv": (achieving.REASON_COLUMNS, achieving.reason_rows(achievement)),
        "qof_layout.csv": (qof_layout.COLUMNS, qof_layout.qof_rows(achievement, tables)),
    }
    files["equity.csv"] = equity.COLUMNS, equity.equity_rows(report.equity)
    for name, (columns, rows) in files.items():
        report.written[name] = write_rows(report.folder / name, columns, rows)
    report.written.update(write_worklists(tables, report.folder))
