"""`ccr store`: the database in which the service keeps decisions and feedback."""

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated

import typer

from ccr_rules.cli.storing import StoreUrl

if TYPE_CHECKING:
    from ccr_rules.store.kept import Removed

app = typer.Typer(help="Look after what the service keeps.", no_args_is_help=True)


@app.command()
def migrate(*, store: StoreUrl = None) -> None:
    """Make the tables, or bring them to what this program needs. Doing it twice does no harm."""
    from ccr_rules.cli.output import write
    from ccr_rules.cli.storing import open_store
    from ccr_rules.store.migrating import newest

    with open_store(store, migrate=True) as opened:
        opened.check()
        write(f"the store is at revision {newest()}\n")


@app.command()
def check(*, store: StoreUrl = None) -> None:
    """Write and read once. Exit code 14 if that cannot be done, 2 if the store does not fit this program."""
    from ccr_rules.cli.output import write
    from ccr_rules.cli.storing import open_store
    from ccr_rules.store.migrating import newest

    with open_store(store) as opened:
        opened.check()
        sealed = "sealed" if opened.has_key else "not sealed: records and free text are not kept"
        write(f"the store answers, at revision {newest()}, {sealed}\n")


@app.command()
def expire(
    *,
    before: Annotated[str, typer.Option(metavar="DAY", help="Remove what was kept before this day.")],
    store: StoreUrl = None,
) -> None:
    """Remove old decisions and feedback, and what has run out by itself.

    A decline or snooze stays while it holds, and an attested item until its patient is erased.
    """
    from ccr_rules.cli.storing import open_store
    from ccr_rules.engine import as_day

    first = datetime.combine(as_day(before, "--before"), time(), UTC)
    with open_store(store) as opened:
        swept = opened.sweep(datetime.now(UTC))
        _say(opened.expire(first), swept.requests, swept.tokens)


@app.command()
def erase(
    patient: Annotated[str, typer.Argument(metavar="PATIENT", help="The reference, such as Patient/123.")],
    *,
    tenant: Annotated[str, typer.Option(metavar="NAME", help="The tenant whose patient it is.")] = "",
    store: StoreUrl = None,
) -> None:
    """Remove everything that is kept about a patient."""
    from ccr_rules.cli.storing import open_store

    with open_store(store) as opened:
        _say(opened.erase_patient(tenant, patient))


@app.command("rotate-key")
def rotate_key(*, store: StoreUrl = None) -> None:
    """Seal everything with the first key of CCR_STORE_KEY; after that the others are not needed."""
    from ccr_rules.cli.output import write
    from ccr_rules.cli.storing import open_store

    with open_store(store) as opened:
        write(f"sealed with the newest key: {opened.rotate_key(datetime.now(UTC))} values\n")


def _say(removed: "Removed", requests: int = 0, tokens: int = 0) -> None:
    from ccr_rules.cli.output import write

    write(
        f"removed: {removed.decisions} decisions, {removed.feedback} items of feedback, "
        f"{removed.responses} responses, {removed.requests + requests} requests, {tokens} tokens\n"
    )
