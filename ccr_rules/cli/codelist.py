"""`ccr codelist`: the lists of codes by which entries of a record are recognised."""

from typing import Annotated

import typer

from ccr_rules.cli import codelist_diff, codelist_import, options

app = typer.Typer(help="List, show, import and compare codelists.", no_args_is_help=True)
app.command("import")(codelist_import.import_)
app.command("diff")(codelist_diff.diff)


@app.command("list")
def list_(rulesets: options.Folders = None) -> None:
    """List the codelists of the library, and whether their membership is complete."""
    from ccr_rules.cli.hosted import library_with
    from ccr_rules.cli.listing import codelists_page
    from ccr_rules.cli.output import page_width, show

    show(codelists_page(library_with(rulesets), page_width()))


@app.command("show")
def show_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of a codelist.")],
    release: Annotated[
        str | None, typer.Option(metavar="DAY", help="The release, by its day (the newest).")
    ] = None,
    rulesets: options.Folders = None,
) -> None:
    """Show a codelist: what is in it, where from, and what is missing."""
    from ccr_rules.cli.hosted import library_with
    from ccr_rules.cli.listing import codelist_page
    from ccr_rules.cli.output import page_width, show

    library = library_with(rulesets)
    show(codelist_page(library.codelist(name, release), page_width()))
