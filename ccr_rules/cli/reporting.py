"""From the options of `ccr population report` to the report that is meant."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ccr_rules.errors import MissingExtraError, UsageError

PACKAGES = ("altair", "duckdb", "ibis", "jinja2", "pyarrow", "vl_convert")
"""What the extra `population` brings for this."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The options, as given."""

    answers: Path
    data: Path | None = None
    out: Path | None = None
    organisations: Path | None = None
    to_share: bool = False
    with_patients: bool = False
    suppress_below: int = 5
    round_to: int = 0
    expected_prevalence: float | None = None
    prevalence_source: str | None = None
    canonical: str | None = None
    folders: list[Path] | None = None
    threads: int | None = None


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
    if asked.to_share and asked.with_patients:
        raise UsageError("--to-share and --with-patients: what is to be shared holds no patients; say one")
    from ccr_rules.cli.hosted import library_with
    from ccr_rules.cli.output import page_width, show
    from ccr_rules.cli.report_page import report_page
    from ccr_rules.exports.canonical import CANONICAL, checked
    from ccr_rules.population.report.completeness import prevalence_of
    from ccr_rules.population.report.content import Wanted
    from ccr_rules.population.report.making import make_report

    wanted = Wanted(
        answers=asked.answers,
        data=asked.data,
        out=asked.out,
        organisations=asked.organisations,
        suppress_below=asked.suppress_below,
        round_to=asked.round_to,
        prevalence=prevalence_of(asked.expected_prevalence, asked.prevalence_source),
        to_share=asked.to_share,
        with_patients=asked.with_patients,
        canonical=checked(asked.canonical or CANONICAL),
        threads=asked.threads,
    )
    library = library_with(asked.folders)
    make_report(wanted, library, lambda report: show(report_page(report, page_width())))
