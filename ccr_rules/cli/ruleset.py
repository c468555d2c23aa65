"""`ccr ruleset`: list rulesets, read them in plain English, check, compare, begin, export."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccr_rules.cli import options, ruleset_export
from ccr_rules.cli.options import Evaluator

if TYPE_CHECKING:
    from ccr_rules.language.ruleset import Ruleset
    from ccr_rules.library.cache import CacheChoice
    from ccr_rules.library.library import Library

app = typer.Typer(help="List, read, check, test, compare, begin and export rulesets.", no_args_is_help=True)
app.command("export")(ruleset_export.export)


class DiffFormat(StrEnum):
    """How a difference is written."""

    TABLE = "table"
    JSON = "json"


Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]


@app.command("list")
def list_(json: Json = False, rulesets: options.Folders = None) -> None:
    """List the rulesets of the library, with status and period."""
    from ccr_rules.cli.listing import rulesets_json, rulesets_page
    from ccr_rules.cli.output import page_width, show, write

    library = _library(rulesets)
    if json:
        write(rulesets_json(library))
    else:
        show(rulesets_page(library, page_width()))


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="ID[@VERSION]", help="A ruleset of the library, or a path.")],
    rulesets: options.Folders = None,
) -> None:
    """Show a ruleset in plain English. Into a pipe it is written as Markdown."""
    from ccr_rules.cli.english_page import english_page
    from ccr_rules.cli.output import is_terminal, page_width, write
    from ccr_rules.cli.output import show as show_page
    from ccr_rules.language.plain_english import render

    text = render(_ruleset(_library(rulesets), name))
    if is_terminal():
        show_page(english_page(text, page_width()))
    else:
        write(text)


@app.command()
def check(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH|ID", help="Rulesets to check; the whole library by default."),
    ] = None,
    json: Json = False,
    rulesets: options.Folders = None,
) -> None:
    """Check rulesets with their codelists and casebooks.

    Silent when all is well, else one problem on each line. Errors: exit code 10; warnings alone: 0.
    """
    from ccr_rules.cli.checking import check_rulesets, problems_json
    from ccr_rules.cli.output import write
    from ccr_rules.errors import RulesetError

    problems = check_rulesets(_library(rulesets, cache=None), names or [])
    write(problems_json(problems) if json else "".join(f"{problem}\n" for problem in problems))
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(RulesetError.exit_code)


@app.command("test")
def run_cases(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID|PATH", help="Rulesets whose casebooks to run; ids or paths."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every ruleset of the library.")] = False,
    rulesets: options.Folders = None,
    engine: options.Engine = Evaluator.REFERENCE,
) -> None:
    """Run casebooks: what differs, and what no case covers. Exit code 13 if a case fails."""
    from ccr_rules.cli.testing import run_casebooks
    from ccr_rules.errors import RulesetTestsFailed, UsageError

    if bool(names) == everything:
        raise UsageError("name the rulesets to test, or give --all, not both")
    if not run_casebooks(_library(rulesets), names or [], engine.value):
        raise typer.Exit(RulesetTestsFailed.exit_code)


@app.command("diff")
def diff_(
    one: Annotated[
        str, typer.Argument(metavar="A", help="A ruleset of the library, ID[@VERSION], or a path.")
    ],
    other: Annotated[
        str | None, typer.Argument(metavar="B", help="What to compare it with; else its base with it.")
    ] = None,
    format_: Annotated[
        DiffFormat, typer.Option("--format", "-f", help="How to write the difference.")
    ] = DiffFormat.TABLE,
    rulesets: options.Folders = None,
) -> None:
    """Show what changed in meaning from A to B, or from a base to the overlay A.

    What may change answers comes first, then what only changes words.
    """
    from ccr_rules.cli.output import page_width, write
    from ccr_rules.cli.output import show as show_page
    from ccr_rules.cli.ruleset_diff_page import diff_json, diff_page
    from ccr_rules.governance.diff import diff

    library = _library(rulesets)
    after = _ruleset(library, other or one)
    before = _ruleset(library, one) if other else _base(library, after)
    found = diff(before, after, library.codelist)
    if format_ is DiffFormat.JSON:
        write(diff_json(found))
    else:
        show_page(diff_page(found, page_width()))


@app.command()
def page(
    name: Annotated[str, typer.Argument(metavar="ID[@VERSION]", help="A ruleset of the library, or a path.")],
    links: Annotated[
        str, typer.Option(metavar="DIR", help="Where the page's links find the files of the ruleset.")
    ] = "",
    rulesets: options.Folders = None,
) -> None:
    """Write the page of a ruleset as Markdown: plain English beside its cases, what is not sure, hazards."""
    from ccr_rules.cli.output import write
    from ccr_rules.cli.targets import read_ruleset, targets
    from ccr_rules.engine import Engine
    from ccr_rules.governance.page import ruleset_page
    from ccr_rules.governance.page_parts import page_parts

    library = _library(rulesets)
    located = targets(library, [name])[-1]
    folder = f"{links.rstrip('/')}/" if links else ""
    parts = page_parts(library, located, read_ruleset(library, located), folder)
    write(ruleset_page(parts, Engine(library)))


@app.command()
def new(
    ruleset_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the new scheme.")],
    extends: Annotated[
        str, typer.Option(metavar="ID[@VERSION]", help="The ruleset that it builds on; locked by its digest.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder of your rulesets, made if need be.")],
    rulesets: options.Folders = None,
) -> None:
    """Begin a local scheme on top of a ruleset: ruleset, casebook, changelog, hazards.

    It changes nothing yet, and its casebook passes. docs/tutorial-local-scheme.md goes on from there.
    """
    from ccr_rules.cli.output import write
    from ccr_rules.errors import UsageError
    from ccr_rules.governance.scaffold import scaffold, write_scaffold

    library = _library(rulesets)
    base = library.find(extends)
    if any(ruleset.id == ruleset_id for ruleset in library.rulesets):
        raise UsageError(f"the library has a ruleset {ruleset_id} already; name another id")
    written = write_scaffold(scaffold(ruleset_id, base), out)
    write("".join(f"{path}\n" for path in written))


def _base(library: "Library", overlay: "Ruleset") -> "Ruleset":
    from ccr_rules.errors import UsageError

    if overlay.base is None:
        raise UsageError(f"{overlay.reference} builds on no other ruleset: name two to compare")
    return library.find(f"{overlay.base.ruleset}@{overlay.base.version}")


def _library(folders: list[Path] | None, cache: "CacheChoice" = "user") -> "Library":
    from ccr_rules.cli.hosted import library_with

    return library_with(folders, cache=cache)


def _ruleset(library: "Library", name: str) -> "Ruleset":
    from ccr_rules.cli.targets import ruleset_of

    return ruleset_of(library, name)
