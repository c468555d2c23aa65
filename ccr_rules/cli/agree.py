"""`ccr agree`: whether the evaluators agree, on rulesets and people that are drawn."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ccr_rules.agreement.drawn import Evaluator


class Other(StrEnum):
    """The evaluators that are put beside the reference."""

    DURABLE = "durable"
    DUCKDB = "duckdb"
    SPARK = "spark"


def agree(
    examples: Annotated[int, typer.Option(min=1, metavar="N", help="How many rulesets to draw.")] = 100,
    seed: Annotated[int, typer.Option(metavar="S", help="The same S draws the same.")] = 1,
    evaluators: Annotated[
        list[Other] | None,
        typer.Option("--evaluator", "-e", help="Put this one to the test; repeatable (durable and duckdb)."),
    ] = None,
) -> None:
    """Draw rulesets and people, and put them to every evaluator.

    Each says what the reference says, or the smallest case on which it does not is told, and the exit code
    is 15. Partial dates, doubtful entries and kinds that were not supplied are drawn too.
    """
    from ccr_rules.hosting.columns import need

    need("hypothesis", "agree")
    from ccr_rules.agreement.drawn import draw_and_compare
    from ccr_rules.cli.output import note, write
    from ccr_rules.errors import EvaluatorsDisagree

    opened = _opened(evaluators)
    names = " and ".join(["the reference", *opened])
    try:
        found = draw_and_compare(examples, seed, opened)
    except EvaluatorsDisagree as error:
        raise EvaluatorsDisagree(
            f"{error.message}\nccr agree --examples {examples} --seed {seed} finds it again"
        ) from None
    verdicts, telling = found.tally
    write(
        f"{names} agree: {found.rulesets:,} rulesets, {found.questions:,} questions,\n{verdicts:,} "
        f"verdicts, of which {telling:,} ({telling / verdicts:.0%}) are not trivial\n"
    )
    for name, count in found.refused.items():
        note(f"{name} refused {count:,} of the rulesets: they are outside what it decides safely.")
    note("Trivial is what would be said of an empty record: not in it, not applicable, absent, false.")


def _opened(wanted: list[Other] | None) -> "dict[str, Evaluator]":
    """Open evaluators: those asked for must be there; of the usual ones, what is missing is said."""
    from ccr_rules.agreement.evaluators import EVALUATORS
    from ccr_rules.cli.output import note
    from ccr_rules.errors import MissingExtraError, UsageError

    if wanted:
        return {each.value: EVALUATORS[each]() for each in wanted}
    found: dict[str, Evaluator] = {}
    for name in (Other.DURABLE, Other.DUCKDB):
        try:
            found[name.value] = EVALUATORS[name]()
        except MissingExtraError as error:
            note(f"{name.value} takes no part: {error.message}")
    if not found:
        raise UsageError("there is nothing to put beside the reference; pip install 'ccr-rules[population]'")
    return found
