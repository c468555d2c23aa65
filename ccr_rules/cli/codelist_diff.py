"""`ccr codelist diff`: what changed in a codelist from one release, or file, to another."""

from typing import TYPE_CHECKING, Annotated

import typer

from ccr_rules.cli import options

if TYPE_CHECKING:
    from ccr_rules.codelists.codelist import Codelist
    from ccr_rules.library.library import Library


def diff(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The codelist.")],
    before: Annotated[str, typer.Argument(metavar="A", help="A release, by its day, or a file.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The release or file to compare with it.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
    rulesets: options.Folders = None,
) -> None:
    """Show what changed in a codelist: codes added, removed, moved between hazards, and renamed."""
    from ccr_rules.cli.diff_page import diff_page
    from ccr_rules.cli.hosted import library_with
    from ccr_rules.cli.output import page_width, show, write
    from ccr_rules.codelists.difference import difference

    library = library_with(rulesets)
    found = difference(_release(library, name, before), _release(library, name, after))
    if as_json:
        import msgspec

        write(msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n")
    else:
        show(diff_page(found, page_width()))


def _release(library: "Library", name: str, wanted: str) -> "Codelist":
    """Return a release of the library, or what an import of a file would be."""
    from pathlib import Path

    from ccr_rules.library.importing.formats import Source
    from ccr_rules.library.importing.run import Order, open_list, unwritten_release, wanted_refset

    if wanted in library.codelist_releases(name) or not Path(wanted).exists():
        return library.finder(library.check_releases({name: wanted}))(name, None)
    into = open_list(library, name)
    source = Source(Path(wanted), refset=wanted_refset(into, ""))
    return unwritten_release(Order(name, source, complete=True), into, wanted)
