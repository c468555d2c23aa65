"""`ccr codelist import`: a release of a codelist from what its users hold."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ccr_rules.cli import options

OUT = Path("ccr-library")
"""Where imports are kept: a folder in plain sight, never the library that was installed."""


class SourceFormat(StrEnum):
    """The formats that can be imported; `auto` tells them by the first line."""

    AUTO = "auto"
    RF2 = "rf2"
    PCD = "pcd"
    OPENCODELISTS = "opencodelists"
    VALUESET = "valueset"
    CSV = "csv"
    TSV = "tsv"


class Encoding(StrEnum):
    """The encodings of texts: what everybody should write, and what Windows writes in western Europe."""

    UTF_8 = "utf-8"
    CP1252 = "cp1252"


def import_(  # noqa: PLR0913 - one argument for each option
    name: Annotated[str, typer.Argument(metavar="NAME", help="The codelist.")],
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="A file, folder or zip file.")],
    *,
    format_: Annotated[
        SourceFormat, typer.Option("--format", help="What it is, where its first line does not tell.")
    ] = SourceFormat.AUTO,
    release: Annotated[
        str, typer.Option(metavar="DAY", help="Its release, YYYY-MM-DD (the day in the file's name).")
    ] = "",
    refset: Annotated[
        str, typer.Option(metavar="ID", help="The reference set to take (the one that the list names).")
    ] = "",
    associations: Annotated[
        list[Path] | None, typer.Option(metavar="PATH", help="RF2 associations that go with it.")
    ] = None,
    descriptions: Annotated[
        list[Path] | None, typer.Option(metavar="PATH", help="RF2 descriptions and concepts likewise.")
    ] = None,
    encoding: Annotated[Encoding, typer.Option(help="Of CSV, TSV and domain files.")] = Encoding.UTF_8,
    said_source: Annotated[
        str, typer.Option("--source", metavar="TEXT", help="Where the codes are from, in words.")
    ] = "",
    licence: Annotated[str, typer.Option(metavar="TEXT", help="The licence under which you hold them.")] = "",
    by: Annotated[str, typer.Option(metavar="NAME", help="Who imports it.")] = "",
    complete: Annotated[bool, typer.Option("--complete", help="This is the whole list.")] = False,
    out: Annotated[Path, typer.Option(metavar="DIR", help="The library folder that keeps it.")] = OUT,
    replace: Annotated[bool, typer.Option("--replace", help="Write a release anew.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be imported.")] = False,
    rulesets: options.Folders = None,
) -> None:
    """Import a release of a codelist: RF2, primary care domain files, OpenCodelists, FHIR ValueSets, CSV.

    It is kept in DIR/codelists/NAME, which `--rulesets DIR` uses. All is checked before anything is written.
    """
    from ccr_rules.cli.import_page import import_page
    from ccr_rules.cli.output import page_width, show
    from ccr_rules.cli.question import today
    from ccr_rules.library.importing.formats import FORMATS, Source
    from ccr_rules.library.importing.run import Order, keep_import, open_list, prepare_import, wanted_refset
    from ccr_rules.library.library import CODELISTS, load_library

    library_folder = out.parent if out.resolve().name == CODELISTS else out
    own = [library_folder] if library_folder.is_dir() else []
    into = open_list(load_library(*(rulesets or ()), *own), name)
    files = Source(
        source,
        next((each for each in FORMATS if each == format_.value), None),
        wanted_refset(into, refset),
        tuple(descriptions or ()),
        tuple(associations or ()),
        encoding.value,
    )
    order = Order(name, files, release, said_source, licence, complete, today().isoformat(), by)
    prepared = prepare_import(order, into)
    written = not dry_run and keep_import(prepared, out, replace)
    show(import_page(prepared, out, library_folder, written, dry_run, page_width()))
