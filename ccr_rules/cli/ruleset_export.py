"""`ccr ruleset export`: a ruleset in the formats of other systems.

A format is one line of FORMATS and the function that it names.
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


def _questionnaire(request: Request) -> str:
    from ccr_rules.exports.canonical import CANONICAL, checked
    from ccr_rules.exports.questionnaire import questionnaire

    ruleset, library = request.ruleset, request.library
    base = library.find(f"{ruleset.base.ruleset}@{ruleset.base.version}") if ruleset.base else None
    canonical = checked(request.canonical or CANONICAL)
    return _json(
        questionnaire(ruleset, library.codelist, review=request.review, base=base, canonical=canonical)
    )


FORMATS: Final[Mapping[str, Callable[[Request], str]]] = {
    "questionnaire": _questionnaire,  # the content of the reviews as a FHIR R4 Questionnaire
}


def export(
    name: Annotated[str, typer.Argument(metavar="ID[@VERSION]", help="A ruleset of the library, or a path.")],
    format_: Annotated[
        str, typer.Option("--format", "-f", metavar="FORMAT", help=f"One of: {', '.join(FORMATS)}.")
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file to write, anew if it is there (stdout).")
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
    text = FORMATS[format_](Request(library, ruleset_of(library, name), review, canonical))
    if out is None:
        write(text)
    else:
        _write_file(out, text)
        note(f"{out}: written")


def _write_file(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error


def _json(resource: Mapping[str, Any]) -> str:
    import json

    return json.dumps(resource, indent=2, ensure_ascii=False) + "\n"
