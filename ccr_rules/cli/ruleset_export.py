"""`ccr ruleset export`: a ruleset in the formats of other systems.

A format is one line of FORMATS and the function that it names, which gives the files by name, the most
important first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ccr_rules.cli import options
from ccr_rules.errors import UsageError

if TYPE_CHECKING:
    from ccr_rules.language.ruleset import Ruleset
    from ccr_rules.library.library import Library


@dataclass(frozen=True, slots=True)
class Request:
    """What is exported. `canonical` is where resources say that they belong, or nothing."""

    library: "Library"
    ruleset: "Ruleset"
    review: str | None = None
    canonical: str | None = None


def _questionnaire(request: Request) -> Mapping[str, str]:
    from ccr_rules.exports.canonical import CANONICAL, checked
    from ccr_rules.exports.questionnaire import questionnaire

    ruleset, library = request.ruleset, request.library
    base = library.find(f"{ruleset.base.ruleset}@{ruleset.base.version}") if ruleset.base else None
    canonical = checked(request.canonical or CANONICAL)
    made = questionnaire(ruleset, library.codelist, review=request.review, base=base, canonical=canonical)
    return {"questionnaire.json": _json(made)}


def _cql(request: Request) -> Mapping[str, str]:
    from ccr_rules.exports.canonical import CANONICAL
    from ccr_rules.exports.cql.files import cql_files

    return cql_files(request.ruleset, request.library.codelist, request.canonical or CANONICAL)


FORMATS: Final[Mapping[str, Callable[[Request], Mapping[str, str]]]] = {
    "cql": _cql,  # the logic as CQL libraries, the codelists as FHIR R4 ValueSets
    "questionnaire": _questionnaire,  # the content of the reviews as a FHIR R4 Questionnaire
}


def export(
    name: Annotated[str, typer.Argument(metavar="ID[@VERSION]", help="A ruleset of the library, or a path.")],
    format_: Annotated[
        str, typer.Option("--format", "-f", metavar="FORMAT", help=f"One of: {', '.join(FORMATS)}.")
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
    rulesets: options.Folders = None,
) -> None:
    """Write a ruleset in the format of another system. The same ruleset always gives the same bytes."""
    from ccr_rules.cli.output import note, write
    from ccr_rules.cli.targets import ruleset_of
    from ccr_rules.library.library import load_library

    if format_ not in FORMATS:
        raise UsageError(f"{format_} is not a format; name one of {', '.join(FORMATS)}")
    library = load_library(*(rulesets or ()))
    files = FORMATS[format_](Request(library, ruleset_of(library, name), review, canonical))
    if out is None:
        write(next(iter(files.values())))
    elif len(files) == 1:
        write_files(dict(zip([out], files.values(), strict=True)))
        note(f"{out}: written")
    else:
        write_files({out / file: text for file, text in files.items()})
        note(f"{out}: {len(files)} files written")


def write_files(files: Mapping[Path, str]) -> None:
    """Write files, and the folder of several if need be. Raises UsageError if that cannot be done."""
    try:
        for path, text in files.items():
            if len(files) > 1:
                path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{error.filename}: cannot be written: {error.strerror}") from error


def _json(resource: Mapping[str, Any]) -> str:
    import json

    return json.dumps(resource, indent=2, ensure_ascii=False) + "\n"
