"""`ccr population`: whole populations in tables."""

from pathlib import Path
from typing import Annotated

import typer

from ccr_rules.cli import options
from ccr_rules.cli.options import FhirVersion

app = typer.Typer(help="Ingest whole populations, and report on them.", no_args_is_help=True)


@app.callback()
def _root() -> None: ...


@app.command()
def ingest(  # noqa: PLR0913 - one argument for each option
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE", help="Files and folders; .gz and .zst too."),
    ],
    *,
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder of the data set.")],
    flat: Annotated[
        Path | None,
        typer.Option(
            metavar="MAPPING", help="Each SOURCE is a table of coded entries, read by this mapping."
        ),
    ] = None,
    patients: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With --flat: a table of patients, read by the same mapping."),
    ] = None,
    omop: Annotated[bool, typer.Option("--omop", help="SOURCE is a folder of OMOP CDM 5.4 tables.")] = False,
    attributes: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A CSV: patient, imd_quintile, practice, and others."),
    ] = None,
    profile: options.Profile = None,
    supplied: Annotated[
        list[str] | None,
        typer.Option(metavar="KINDS", help="The kinds of resource that the sources hold completely."),
    ] = None,
    fhir_version: options.Version = FhirVersion.AUTO,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="What cannot be attributed makes its kind incomplete for everybody."),
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="How many processes (as many as can run at once).")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of another data set.")
    ] = False,
) -> None:
    """Make a data set of tables from the records of many patients.

    FHIR: NDJSON of resources (a bulk export) or of Bundles, Bundles, lists. Or tables of coded entries, with
    --flat. Or OMOP CDM, with --omop. Run again after an interruption, it goes on where it stopped.
    """
    from ccr_rules.cli.ingesting import Asked, run
    from ccr_rules.cli.output import note, page_width, show

    asked = Asked(
        sources=sources,
        out=out,
        flat=flat,
        patients=patients,
        omop=omop,
        attributes=attributes,
        profile=profile,
        supplied=supplied,
        version=fhir_version.value,
        strict=strict,
        jobs=jobs,
        replace=replace,
    )
    outcome = run(asked)

    from ccr_rules.cli.ingest_page import ingest_page, warning_of

    show(ingest_page(outcome, out, page_width()))
    if warning := warning_of(outcome.dataset):
        note(f"ccr: {warning}")


@app.command()
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
