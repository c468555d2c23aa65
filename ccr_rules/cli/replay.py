"""`ccr replay`: a decision that was kept, put to the engine again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccr_rules.cli import options
from ccr_rules.cli.storing import StoreUrl

if TYPE_CHECKING:
    from ccr_rules.store.replaying import Replay


def replay(
    decision: Annotated[
        str, typer.Argument(metavar="DECISION", help="Its id in the store, or the one in the answer.")
    ],
    *,
    store: StoreUrl = None,
    input_: Annotated[
        Path | None,
        typer.Option("--input", metavar="FILE", help="The record, where the store did not keep it."),
    ] = None,
    rulesets: options.Folders = None,
    json_: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Put a past decision again, and say whether the answer is the same, and if not, why.

    The question is the one that was put then: rulesets, codelist releases, days, earlier responses.
    Exit code 1 if the answer is another, or if that cannot be told.
    """
    from ccr_rules.cli.hosted import engine_with
    from ccr_rules.cli.output import write
    from ccr_rules.cli.records import read_file
    from ccr_rules.cli.storing import open_store
    from ccr_rules.cli.version import version
    from ccr_rules.store import replaying

    received = read_file(input_) if input_ else None
    engine = engine_with(rulesets)
    with open_store(store) as opened:
        again = replaying.replay(opened, engine, decision, version(), received)
    write(_json(again) if json_ else _told(again))
    if again.outcome != "same":
        raise typer.Exit(1)


def _json(again: "Replay") -> str:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(again), indent=2).decode() + "\n"


def _told(again: "Replay") -> str:
    lines = [f"{again.decision}: {again.outcome}"]
    lines += [f"  changed: {each}" for each in again.changed]
    lines += [f"  differs: {each}" for each in again.differs]
    return "\n".join(lines) + "\n"
