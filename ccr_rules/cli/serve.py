"""`ccr serve`: the engine over HTTP."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ccr_rules.cli import options

if TYPE_CHECKING:
    from collections.abc import Mapping


def serve(
    *,
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Where to listen (127.0.0.1).", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option(metavar="PORT", help="The port (8765); 0 takes a free one.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="How many processes answer (1).")
    ] = None,
    dev: Annotated[
        bool, typer.Option("--dev", help="No authentication; on this machine only, never with patients.")
    ] = False,
    store: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The database of decisions: sqlite:///FILE or postgresql://…"),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The settings, in TOML (CCR_CONFIG).")
    ] = None,
    rulesets: options.Folders = None,
) -> None:
    """Answer over HTTP.

    Plain JSON (POST /evaluate, /explain, /batch; GET /rulesets), with health, metrics and an OpenAPI file.
    Who may call stands in the settings: docs/service.md.
    """
    from ccr_rules.hosting.columns import need

    for module in ("fastapi", "uvicorn", "sqlalchemy", "jwt", "prometheus_client"):
        need(module, "service")
    from ccr_rules.service.running import run
    from ccr_rules.service.settings import read_settings

    given: dict[str, Any] = {
        "host": host,
        "port": port,
        "workers": workers,
        "dev": dev or None,
        "database_url": store,
        "rulesets": [str(folder) for folder in rulesets] if rulesets else None,
    }
    given = {name: value for name, value in given.items() if value is not None}
    settings = read_settings(config=config, given=given)
    if code := run(settings, _for_workers(given, config)):
        raise typer.Exit(code)


def _for_workers(given: "Mapping[str, Any]", config: Path | None) -> dict[str, str]:
    """Return the variables from which the workers, who see no command line, read the same settings."""
    variables = {
        f"CCR_{name.upper()}": ",".join(value) if isinstance(value, list) else str(value)
        for name, value in given.items()
    }
    return variables | ({"CCR_CONFIG": str(config.resolve())} if config else {})
