"""`ccr ruleset export`: a ruleset in the formats of other systems, which ccr-rules and plugins give."""

from pathlib import Path
from typing import Annotated

import typer

from ccr_rules.cli import options


def export(
    name: Annotated[str, typer.Argument(metavar="ID[@VERSION]", help="A ruleset of the library, or a path.")],
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            metavar="FORM",
            help="cql, questionnaire, or a form of a plugin.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="The file to write, anew if it is there; a folder, if there are several (stdout).",
        ),
    ] = None,
    review: Annotated[
        str | None, typer.Option(metavar="ID", help="Of a questionnaire: only this review (all).")
    ] = None,
    canonical: Annotated[
        str | None, typer.Option(metavar="URL", help="Of FHIR: where the resources say that they belong.")
    ] = None,
    option: options.FormOptions = None,
    rulesets: options.Folders = None,
) -> None:
    """Write a ruleset in the form of another system. The same ruleset always gives the same bytes."""
    from ccr_rules.cli.documents import write_documents
    from ccr_rules.cli.hosted import library_with, plugins_on
    from ccr_rules.cli.targets import ruleset_of

    given = options.form_options(option)
    given |= {name: value for name, value in (("review", review), ("canonical", canonical)) if value}
    plugins = plugins_on()
    library = library_with(rulesets, plugins=plugins)
    documents = plugins.export(ruleset_of(library, name), library, format_, given)
    write_documents(documents, out)
