"""`ccr ruleset`: list rulesets, read them in plain English, check and test them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccr_rules.cli import options

if TYPE_CHECKING:
    from ccr_rules.language.ruleset import Ruleset
    from ccr_rules.library.library import Library

app = typer.Typer(help="List, read, check and test rulesets.", no_args_is_help=True)

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

    problems = check_rulesets(_library(rulesets), names or [])
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
) -> None:
    """Run casebooks: what differs, and what no case covers. Exit code 13 if a case fails."""
    from ccr_rules.cli.testing import run_casebooks
    from ccr_rules.errors import RulesetTestsFailed, UsageError

    if bool(names) == everything:
        raise UsageError("name the rulesets to test, or give --all, not both")
    if not run_casebooks(_library(rulesets), names or []):
        raise typer.Exit(RulesetTestsFailed.exit_code)


def _library(folders: list[Path] | None) -> "Library":
    from ccr_rules.library.library import load_library

    return load_library(*(folders or ()))


def _ruleset(library: "Library", name: str) -> "Ruleset":
    from ccr_rules.cli.targets import read_ruleset, targets

    return read_ruleset(library, targets(library, [name])[-1]) if Path(name).exists() else library.find(name)
