"""`ccr schema`: the JSON Schema of what the commands write."""

from enum import StrEnum
from typing import Annotated

import typer


class Schema(StrEnum):
    """What a schema is published of."""

    ANSWER = "answer"


def schema(
    of: Annotated[Schema, typer.Argument(help="What to describe.", metavar="answer")] = Schema.ANSWER,
) -> None:
    """Show the JSON Schema of the answers.

    They are what `ccr evaluate --format json` writes, and each line of `--format ndjson`.
    """
    import json

    from ccr_rules.cli.output import write
    from ccr_rules.evaluation.answers import answer_schema

    published = {Schema.ANSWER: answer_schema}
    write(json.dumps(published[of](), indent=2, ensure_ascii=False) + "\n")
