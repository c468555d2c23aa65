"""From the options of `ccr conformance` to the results, and their page."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from ccr_rules.errors import UsageError
from ccr_rules.hosting.columns import need

if TYPE_CHECKING:
    from ccr_rules.cds_hooks.conformance.cases import Case
    from ccr_rules.cds_hooks.conformance.running import Headers, Result
    from ccr_rules.cds_hooks.conformance.signing import Client


class Asked(NamedTuple):
    """The options, as given."""

    url: str
    only: tuple[str, ...] = ()
    bearer: str = ""
    issuer: str = ""
    key: Path | None = None
    key_id: str = ""
    signed_for: str = ""


def run(asked: Asked, *, as_json: bool) -> None:
    """Put the cases to the service and show what became of them.

    Raises:
        UsageError: if an option does not fit, or the service cannot be reached.
        MissingExtraError: if the packages for services are not installed.
    """
    results = list(_results(asked))
    (_write_json if as_json else _show)(results)
    if any(result.faults for result in results):
        raise typer.Exit(1)


def _results(asked: Asked) -> "Iterator[Result]":
    httpx = need("httpx", "service")
    for module in ("jsonschema", "jwt"):
        need(module, "service")
    from ccr_rules.cds_hooks.conformance.cases import load_cases
    from ccr_rules.cds_hooks.conformance.running import Runner
    from ccr_rules.cli.question import today

    cases = _chosen(load_cases(), asked.only)
    with httpx.Client() as client:
        yield from Runner(asked.url, client, _headers(asked), today()).run(cases)


def _chosen(cases: "Iterable[Case]", only: tuple[str, ...]) -> "list[Case]":
    chosen = [case for case in cases if not only or case.id.startswith(only)]
    if not chosen:
        raise UsageError(f"--only: no case begins with {' or '.join(only)}; docs/conformance.md lists them")
    return chosen


def _headers(asked: Asked) -> "Headers":
    from ccr_rules.cds_hooks.conformance.signing import headers_of

    made = headers_of(_client(asked), asked.bearer)
    base, known_as = asked.url.rstrip("/"), (asked.signed_for or asked.url).rstrip("/")
    return lambda url: made(known_as + url.removeprefix(base))


def _client(asked: Asked) -> "Client | None":
    given = (asked.issuer, asked.key, asked.key_id)
    if not any(given):
        if asked.signed_for:
            raise UsageError(
                "--signed-for goes with --issuer, --key and --key-id: nothing is signed otherwise"
            )
        return None
    if not all(given) or asked.key is None:
        raise UsageError("--issuer, --key and --key-id go together: who signs, with what, under which id")
    from ccr_rules.cds_hooks.conformance.signing import client_of

    return client_of(asked.issuer, asked.key_id, asked.key)


def _write_json(results: "Iterable[Result]") -> None:
    import msgspec

    from ccr_rules.cli.output import write

    told = [
        {"id": each.case.id, "says": each.case.says, "source": each.case.source, "faults": each.faults}
        for each in results
    ]
    write(msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n")


def _show(results: "list[Result]") -> None:
    from ccr_rules.cli.layout import Page
    from ccr_rules.cli.output import page_width, show

    page = Page(page_width())
    for group, some in groupby(results, key=lambda each: each.case.group):
        page.gap()
        page.title(group)
        for line, hang in (told for result in some for told in _lines(result)):
            page.say(line, indent=2, hang=hang)
    failed = sum(1 for result in results if result.faults)
    page.gap()
    page.say(f"{len(results) - failed} passed, {failed} failed")
    show(page)


def _lines(result: "Result") -> Iterator[tuple[str, int]]:
    """Yield the lines about a case, each with the indent of what does not fit on it."""
    yield f"{'FAIL' if result.faults else 'ok'}  {result.case.says}", 4
    for fault in result.faults:
        yield f"      {result.case.id}: {fault}", 8
