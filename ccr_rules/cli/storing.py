"""The store that a command names, or the one that the environment does, and its options."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ccr_rules.store.store import Store

StoreUrl = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="sqlite:///FILE or postgresql://… (CCR_DATABASE_URL, or the user's own).",
    ),
]


def open_store(named: str | None, *, migrate: bool = False) -> "Store":
    """Open the store that was named, with the key that CCR_STORE_KEY holds."""
    from ccr_rules.store.place import KEY_VARIABLE, chosen_url
    from ccr_rules.store.store import Store

    return Store.open(chosen_url(named), key=os.environ.get(KEY_VARIABLE), migrate=migrate)
