"""The commands of `ccr`, put together."""

from typing import Annotated

import typer

from ccr_rules.cli import (
    agree,
    codelist,
    conformance,
    demo,
    doctor,
    evaluate,
    explain,
    forms,
    key,
    plugin,
    population,
    replay,
    ruleset,
    schema,
    serve,
    store,
)
from ccr_rules.cli.running import CommandLine

HELP = """Reminders and recording for Cancer Care Reviews, from a FHIR record and versioned rulesets.

A reminder and recording aid: it gives no diagnosis, prognosis, risk score or treatment advice.

Exit codes: 0 fine (a prompt is fine), 1 findings of a check, 2 usage, 10 ruleset invalid, 11 record unusable,
12 not permitted, 13 ruleset tests failed, 14 an evaluator or a store was not available,
15 evaluators disagree, 16 a plugin failed at what it was asked for.
"""

app = typer.Typer(
    cls=CommandLine,
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from ccr_rules.cli.output import write
        from ccr_rules.cli.version import version

        write(f"ccr-rules {version()}\n")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None: ...


app.command("demo")(demo.demo)
app.command("evaluate")(evaluate.evaluate)
app.command("explain")(explain.explain)
app.command("render")(forms.render)
app.command("deliver")(forms.deliver)
app.add_typer(ruleset.app, name="ruleset")
app.add_typer(plugin.app, name="plugin")
app.add_typer(codelist.app, name="codelist")
app.add_typer(population.app, name="population")
app.add_typer(store.app, name="store")
app.command("replay")(replay.replay)
app.command("schema")(schema.schema)
app.command("agree")(agree.agree)
app.command("serve")(serve.serve)
app.add_typer(key.app, name="key")
app.command("conformance")(conformance.conformance)
app.command("doctor")(doctor.doctor)
