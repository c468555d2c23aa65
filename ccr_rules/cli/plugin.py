"""`ccr plugin`: which plugins there are, whether one is fit, and a new one."""

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ccr_rules.hosting.choice import Chosen
    from ccr_rules.plugin_kit.finding import Finding

app = typer.Typer(help="List plugins, check one, begin one.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]


@app.command("list")
def list_(json: Json = False) -> None:
    """List the plugins that are installed, and which of them are on: those that CCR_PLUGINS lists.

    Of those that are on, with their hooks and forms. Nothing of the others is run.
    """
    from ccr_rules.cli.output import page_width, show, write
    from ccr_rules.cli.plugin_page import listed, plugins_json, plugins_page

    found = listed()
    if json:
        write(plugins_json(found))
    else:
        show(plugins_page(found, page_width()))


@app.command()
def check(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A plugin that is installed.")],
    json: Json = False,
) -> None:
    """Try a plugin as hosts would: what is wrong, and what to do. Exit code 1 if something failed.

    It gets the settings that CCR_PLUGINS lists for it. Nothing is delivered.
    """
    from ccr_rules.cli.output import page_width, show, write
    from ccr_rules.cli.plugin_page import check_page, findings_json

    findings = _check(name)
    if json:
        write(findings_json(findings))
    else:
        show(check_page(name, findings, page_width()))
    if any(each.outcome == "failed" for each in findings):
        raise typer.Exit(1)


def _check(name: str) -> "list[Finding]":
    from ccr_rules.cli.stories import load_stories
    from ccr_rules.errors import UsageError
    from ccr_rules.hosting.installed import installed
    from ccr_rules.language.report import nearest
    from ccr_rules.plugin_kit.checking import check_plugin
    from ccr_rules.plugin_kit.samples import Sample

    there = installed()
    if name not in there:
        hint = nearest(name, tuple(there)) or "install it: pip install -e FOLDER"
        raise UsageError(f"plugin {name}: it is not installed; {hint}")
    samples = [
        Sample(story.name, story.record_path.read_bytes(), story.as_of.isoformat())
        for story in load_stories()
    ]
    with redirect_stdout(sys.stderr):  # a plugin may print whatever it likes
        return list(check_plugin(there[name], _chosen(name), samples))


def _chosen(name: str) -> "Chosen":
    """Return what CCR_PLUGINS says of a plugin, or nothing but its name."""
    import os

    from ccr_rules.hosting.choice import Chosen, from_environment

    on = {each.name: each for each in from_environment(os.environ)}
    return on.get(name, Chosen(name=name))


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Small letters, digits and hyphens.")],
    into: Annotated[
        Path, typer.Option(metavar="DIR", help="The folder in which its folder is made.")
    ] = Path(),
) -> None:
    """Write the files of a new plugin: one that does a little, with tests that pass."""
    from ccr_rules.cli.output import note, write
    from ccr_rules.plugin_kit.scaffolding import new_plugin

    written = new_plugin(name, into)
    write("".join(f"{path}\n" for path in written))
    folder = into / name
    note(f"Its tests: cd {folder} && pytest")
    note(f"To use it: pip install -e {folder}; CCR_PLUGINS={name} ccr plugin list; ccr plugin check {name}")
