"""From the options of `ccr population report` to the report that is meant."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ccr_rules.errors import MissingExtraError

PACKAGES = ("duckdb", "ibis", "pyarrow")
"""What the extra `population` brings for this."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The options, as given."""

    answers: Path
    data: Path | None = None
    out: Path | None = None
    organisations: Path | None = None
    folders: list[Path] | None = None


def run(asked: Asked) -> None:
    """Make the report and show what is in it.

    Raises:
        MissingExtraError: if the packages for populations are not installed.
        CcrError: whatever the report raises.
    """
    if not all(map(find_spec, PACKAGES)):
        raise MissingExtraError(
            'populations need more packages: pip install "ccr-rules[population]", then run this again'
        )
    from ccr_rules.cli.output import page_width, show
    from ccr_rules.cli.report_page import report_page
    from ccr_rules.library.library import load_library
    from ccr_rules.population.report.making import Wanted, make_report

    wanted = Wanted(asked.answers, asked.data, asked.out, asked.organisations)
    library = load_library(*(asked.folders or ()))
    make_report(wanted, library, lambda report: show(report_page(report, page_width())))
