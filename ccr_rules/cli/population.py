"""`ccr population`: whole populations in tables."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ccr_rules.cli import options
from ccr_rules.cli.options import FhirVersion
from ccr_rules.cli.population_report import report

app = typer.Typer(
    help="Ingest whole populations, answer about everybody, report on it.",
    no_args_is_help=True,
)


class Form(StrEnum):
    """How tables of answers are written."""

    PARQUET = "parquet"
    CSV = "csv"
    NDJSON = "ndjson"


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
def run(  # noqa: PLR0913 - one argument for each option
    data: Annotated[Path, typer.Argument(metavar="DIR", help="A data set that `ingest` made.")],
    *,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DAY", help="The day of the question, YYYY-MM-DD.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder of the answers.")],
    known_on: options.KnownOn = None,
    ruleset: options.Rulesets = None,
    rulesets: options.Folders = None,
    codelist_release: options.Releases = None,
    form: Annotated[
        Form, typer.Option("--format", "-f", help="How to write the tables; csv is for spreadsheets.")
    ] = Form.PARQUET,
    engine: Annotated[
        str,
        typer.Option(metavar="ENGINE", help="duckdb, spark, local[N] or spark://HOST:PORT."),
    ] = "duckdb",
    threads: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="How many threads on this machine (all).")
    ] = None,
    memory: Annotated[
        str | None, typer.Option(metavar="SIZE", help="How much memory on this machine, such as 8GB.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Explain the answers too, and check them with the reference.")
    ] = False,
    explain_most: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Explain those about the first N people only.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of other answers.")] = False,
) -> None:
    """Answer all rulesets about everybody of a data set, from one read.

    Writes a table for each kind of answer, a row where something is said of a person, and run.json. Exit code
    15 if --explain finds that the reference evaluator says something else.
    """
    from ccr_rules.cli.answering import Asked, run
    from ccr_rules.cli.output import note, page_width, show

    asked = Asked(
        data=data,
        out=out,
        as_of=as_of,
        known_on=known_on,
        rulesets=ruleset,
        folders=rulesets,
        releases=codelist_release,
        form=form.value,
        engine=engine,
        threads=threads,
        memory=memory,
        explain=explain,
        explain_most=explain_most,
        replace=replace,
    )
    outcome = run(asked)

    from ccr_rules.cli.run_page import run_page, warnings_of

    show(run_page(outcome, out, page_width()))
    for warning in warnings_of(outcome.dataset):
        note(f"ccr: {warning}")


app.command()(report)
