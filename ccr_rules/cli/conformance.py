"""`ccr conformance`: puts the conformance cases to any running service."""

from pathlib import Path
from typing import Annotated

import typer


def conformance(
    url: Annotated[str, typer.Argument(metavar="URL", help="The base URL of the service.")],
    *,
    only: Annotated[
        list[str] | None, typer.Option(metavar="CASE", help="Only the cases whose id begins so; repeatable.")
    ] = None,
    bearer: Annotated[
        str, typer.Option(metavar="TOKEN", envvar="CCR_BEARER", help="A token to send with each request.")
    ] = "",
    issuer: Annotated[str, typer.Option(metavar="URL", help="Sign tokens of CDS Hooks as this client.")] = "",
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The client's private key (PEM, P-384 or RSA).")
    ] = None,
    key_id: Annotated[
        str, typer.Option(metavar="ID", help="The id of the key in the client's key set.")
    ] = "",
    signed_for: Annotated[
        str, typer.Option(metavar="URL", help="The base URL for which to sign, if the service knows another.")
    ] = "",
    json_: Annotated[bool, typer.Option("--json", help="Write the results as JSON.")] = False,
) -> None:
    """Hold a running service to CDS Hooks and to what ccr-rules promises.

    The cases are only data: docs/conformance.md. The exit code is 1 if any of them fails.
    """
    from ccr_rules.cli.conforming import Asked, run

    run(Asked(url, tuple(only or ()), bearer, issuer, key, key_id, signed_for), as_json=json_)
