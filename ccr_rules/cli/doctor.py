"""`ccr doctor`: what is installed, what is incomplete, and what mends it."""

import typer

from ccr_rules.cli import options


def doctor(rulesets: options.Folders = None) -> None:
    """Show what is incomplete, and what mends it.

    Versions, rulesets, codelists with the import that completes each, rules that are not computable, and the
    command that installs each optional part.

    Exit code 1 only if the library of rulesets and codelists is broken.
    """
    from ccr_rules.cli.doctor_page import doctor_page
    from ccr_rules.cli.hosted import library_with
    from ccr_rules.cli.output import note, page_width, show
    from ccr_rules.errors import CcrError, RulesetError

    library = library_with(rulesets)
    try:
        page = doctor_page(library, page_width())
    except RulesetError as error:
        note(f"ccr: the library is broken: {error.message}")
        raise typer.Exit(CcrError.exit_code) from None
    show(page)
