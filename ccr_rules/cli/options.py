"""The options that several commands have."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ccr_rules.errors import UsageError


class Format(StrEnum):
    """How an evaluation is written."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"


class FhirVersion(StrEnum):
    """The versions of FHIR; `auto` tells them by the shape of the record."""

    AUTO = "auto"
    R4 = "R4"
    R4B = "R4B"
    R5 = "R5"
    STU3 = "STU3"


class Evaluator(StrEnum):
    """Who decides, as `ccr_rules.engine.EvaluatorName` has them."""

    REFERENCE = "reference"
    DURABLE = "durable"
    CHECKED = "checked"


AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DAY", help="The day of the question, YYYY-MM-DD (today).")
]
KnownOn = Annotated[
    str | None,
    typer.Option("--known-on", metavar="DAY", help="Leave out what was recorded after this day (as-of)."),
]
Profile = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="What the host sends: whole-record, condition-encounter or gp-connect."
    ),
]
Supplied = Annotated[
    list[str] | None,
    typer.Option(metavar="KINDS", help="The kinds of resource that the record holds completely."),
]
Rulesets = Annotated[
    list[str] | None,
    typer.Option(
        "--ruleset",
        "-r",
        metavar="ID[@VERSION]",
        help="A ruleset to use; repeatable (those in force on the day).",
    ),
]
Version = Annotated[
    FhirVersion, typer.Option("--fhir-version", help="The FHIR version, where its shape does not tell.")
]
Patient = Annotated[
    str | None, typer.Option(metavar="REFERENCE", help="The patient that the record must be about.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Validate each resource with fhir.resources too.")]
Responses = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Earlier snoozes, declines and attested items: a JSON list."),
]
Releases = Annotated[
    list[str] | None,
    typer.Option(
        "--codelist-release",
        metavar="NAME=DAY",
        help="The release of a codelist to use, or NAME=newest, whatever the rulesets say; repeatable.",
    ),
]
FormOptions = Annotated[
    list[str] | None,
    typer.Option("--option", "-o", metavar="NAME=VALUE", help="An option of the form itself; repeatable."),
]
Engine = Annotated[
    Evaluator,
    typer.Option(
        "--engine",
        help="Who decides: the reference, durable-rules, or the reference with durable-rules to check it.",
    ),
]
Folders = Annotated[
    list[Path] | None,
    typer.Option("--rulesets", metavar="DIR", help="A folder of further rulesets and codelists; repeatable."),
]


def form_options(given: list[str] | None) -> dict[str, str]:
    """Return the options of a form by name. Raises UsageError for what is none."""
    found: dict[str, str] = {}
    for each in given or ():
        name, sign, value = each.partition("=")
        if not (name and sign):
            raise UsageError(f"--option {each}: write NAME=VALUE")
        found[name] = value
    return found
