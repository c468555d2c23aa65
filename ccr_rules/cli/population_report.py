"""`ccr population report`: worklists, counts and a page of the answers about a population."""

from pathlib import Path
from typing import Annotated

import typer

from ccr_rules.cli import options


def report(
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
    folders: options.Folders = None,
) -> None:
    """Make worklists, achievement, breakdowns and a page of the answers about a population."""
    from ccr_rules.cli.reporting import Asked, run

    run(Asked(answers=answers, data=data, out=out, organisations=organisations, folders=folders))
