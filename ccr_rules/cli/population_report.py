"""`ccr population report`: worklists, counts and a page of the answers about a population."""

from pathlib import Path
from typing import Annotated

import typer

from ccr_rules.cli import options


def report(  # noqa: PLR0913 - one argument for each option
    answers: Annotated[
        Path, typer.Argument(metavar="ANSWERS", help="A folder that `ccr population run` finished.")
    ],
    *,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The data set that was asked (where the answers say it is)."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the report goes (ANSWERS/report).")
    ] = None,
    organisations: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A CSV: practice, practice_name, pcn, pcn_name, icb, icb_name."),
    ] = None,
    to_share: Annotated[
        bool,
        typer.Option("--to-share", help="No list of people, and small numbers hidden everywhere."),
    ] = False,
    with_patients: Annotated[
        bool, typer.Option("--with-patients", help="Put the worklist into the page too.")
    ] = False,
    suppress_below: Annotated[
        int, typer.Option(min=0, metavar="N", help="Counts below this are hidden, 0 apart.")
    ] = 5,
    round_to: Annotated[
        int, typer.Option(min=0, metavar="N", help="Round counts of groups to multiples of this.")
    ] = 0,
    expected_prevalence: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="The share of a list expected on a register, such as 0.035."),
    ] = None,
    prevalence_source: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Who says so; stands beside every comparison.")
    ] = None,
    canonical: Annotated[
        str | None, typer.Option(metavar="URL", help="Where the measures of the reports belong.")
    ] = None,
    folders: options.Folders = None,
    threads: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="How many threads on this machine (all).")
    ] = None,
) -> None:
    """Make worklists, achievement, breakdowns and a page of the answers about a population.

    Files of people's answers stay in the practice; with --to-share there are none.
    """
    from ccr_rules.cli.reporting import Asked, run

    run(
        Asked(
            answers=answers,
            data=data,
            out=out,
            organisations=organisations,
            to_share=to_share,
            with_patients=with_patients,
            suppress_below=suppress_below,
            round_to=round_to,
            expected_prevalence=expected_prevalence,
            prevalence_source=prevalence_source,
            canonical=canonical,
            folders=folders,
            threads=threads,
        )
    )
