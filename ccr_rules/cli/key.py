"""`ccr key`: keys for callers of the service."""

from typing import Annotated

import typer

app = typer.Typer(help="Make keys for callers of the service.", no_args_is_help=True)


@app.callback()
def _root() -> None: ...


@app.command()
def new(
    client: Annotated[str, typer.Argument(metavar="CLIENT", help="Who is to call with it.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(metavar="SCOPE", help="What it allows; repeatable (ccr/evaluate, ccr/read)."),
    ] = None,
) -> None:
    """Make an API key.

    The key goes to stdout, once; it is not kept. What the settings of the service need goes to stderr.
    """
    import msgspec

    from ccr_rules.cli.output import note, write
    from ccr_rules.errors import UsageError
    from ccr_rules.service.callers.keys import new_key
    from ccr_rules.service.settings import EVALUATE, READ, ApiKey

    made = new_key()
    wanted = {"client": client, "id": made.id, "hash": made.hash, "scopes": scope or [EVALUATE, READ]}
    try:
        key = msgspec.convert(wanted, ApiKey)
    except msgspec.ValidationError as fault:
        raise UsageError(f"ccr key new: {fault}; docs/service.md lists the scopes") from None
    write(f"{made.key}\n")
    note(
        "Give this key to the client; it is not shown again. Write into the settings of the service:\n\n"
        f'[[api_keys]]\nclient = "{key.client}"\nid = "{key.id}"\nhash = "{key.hash}"\n'
        f"scopes = {msgspec.json.encode(key.scopes).decode()}"
    )
