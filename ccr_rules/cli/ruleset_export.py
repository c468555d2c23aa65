"""`ccr ruleset export`: a ruleset in the formats of other systems.

A format is one line of FORMATS and the function that it names, which gives the files by name, the most
important first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ccr_rules.cli import options
from ccr_rules.errors import UsageError

if TYPE_CHECKING:
    from ccr_rules.language.ruleset import Ruleset
    from ccr_rules.library.library import Library


@dataclass(frozen=True, slots=True)
class Request:
    """What is exported."""

    library: "Library"
    ruleset: "Ruleset"


def _cql(request: Request) -> Mapping[str, str]:
    from ccr_rules.exports.cql.files import cql_files

    return cql_files(request.ruleset, request.library.codelist)


FORMATS: Final[Mapping[str, Callable[[Request], Mapping[str, str]]]] = {
    "cql": _cql,  # the logic as CQL libraries, the codelists as FHIR R4 ValueSets
}


def export(
    name: Annotated[str, typer.Argument(metavar="ID[@VERSION]", help="A ruleset of the library, or a path.")],
    format_: Annotated[
        str, typer.Option("--format", "-f", metavar="FORMAT", help=f"One of: {', '.join(FORMATS)}.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The folder to write all files into (the main one to stdout)."),
    ] = None,
    rulesets: options.Folders = None,
) -> None:
    """Write a ruleset in the format of another system. The same ruleset always gives the same bytes."""
    from ccr_rules.cli.output import note, write
    from ccr_rules.library.library import load_library

    if format_ not in FORMATS:
        raise UsageError(f"{format_} is not a format; name one of {', '.join(FORMATS)}")
    library = load_library(*(rulesets or ()))
    ruleset = _ruleset(library, name)
    files = FORMATS[format_](Request(library, ruleset))
    if out is None:
        write(next(iter(files.values())))
    else:
        write_files(out, files)
        note(f"{out}: {len(files)} files written")


def _ruleset(library: "Library", name: str) -> "Ruleset":
    from ccr_rules.cli.targets import read_ruleset, targets

    return read_ruleset(library, targets(library, [name])[-1]) if Path(name).exists() else library.find(name)


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder, made if need be. Raises UsageError if that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{error.filename}: cannot be written: {error.strerror}") from error
