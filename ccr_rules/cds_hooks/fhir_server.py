"""What the prefetch lacks, fetched from the client's FHIR server: page by page, within bounds.

Only the server that the call names is asked, only if it is one that may be asked, and nothing that it says
leads anywhere else: a further page on another host, or a redirect, is a page that was not read.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

import httpx

from ccr_rules.cds_hooks.calls import Call
from ccr_rules.cds_hooks.errors import BadCall
from ccr_rules.cds_hooks.prefetch import PATIENT, Obtained, Page, next_link, why_partial
from ccr_rules.errors import RecordError
from ccr_rules.record.json_text import decode_value

NO_ANSWER: Final = 0
RETRIED: Final = frozenset({NO_ANSWER, 429, 502, 503, 504})
"""What is likely to pass: a server that cannot be reached, and what busy ones say."""

_FHIR_JSON: Final = "application/fhir+json"


class Policy(NamedTuple):
    """Which FHIR servers may be asked, and how patiently.

    `servers` are the base URLs that are allowed; `any_server` allows every one, and plain http: only for
    development. `seconds` is the time for everything about one call, `request_seconds` that for one request.
    `retries` is how often a request is made again, after `backoff` seconds, then twice that, and so on.
    `pages` and `page_bytes` bound what is read of one kind.
    """

    servers: frozenset[str] = frozenset()
    any_server: bool = False
    seconds: float = 5.0
    request_seconds: float = 2.0
    retries: int = 2
    backoff: float = 0.1
    pages: int = 50
    page_bytes: int = 8 << 20


class _NotHad(Exception):
    """A page that could not be had; the text says why, and nothing of what it held."""


async def fetched(call: Call, had: Obtained, policy: Policy, client: httpx.AsyncClient) -> Obtained:
    """Return what there is once the FHIR server was asked for what was missing.

    What the server gives for a kind takes the place of what the prefetch held of it. Where the server does
    not give it all, the prefetch stays, and the reasons are joined.

    Raises:
        BadCall: if the call names a server that may not be asked.
    """
    if not had.missing or call.server is None:
        return had
    server = _Server(call, _allowed(call.server, policy), policy, client)
    results = _about_somebody(dict(zip(had.missing, await server.all_of(had.missing), strict=True)))
    pages, missing = dict(had.pages), dict(had.missing)
    for kind, (found, fault) in results.items():
        if fault:
            missing[kind] = f"{missing[kind]}; FHIR server: {fault}"
        if not fault:
            del missing[kind]
        if found and (not fault or kind not in pages):
            pages[kind] = found
    return Obtained(pages, missing)


def _allowed(server: str, policy: Policy) -> str:
    """Return the base URL with a slash at its end, if it may be asked."""
    base = server.rstrip("/")
    parts = urlsplit(base)
    well_formed = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    if not well_formed or parts.username is not None:
        raise BadCall("fhirServer: not the base URL of a FHIR server; send its https URL")
    if policy.any_server:
        return f"{base}/"
    if parts.scheme != "https":
        raise BadCall("fhirServer: https is required outside development")
    if base not in policy.servers:
        raise BadCall("fhirServer: not one of those that this service is allowed to ask; have it configured")
    return f"{base}/"


Result = tuple[tuple[Page, ...], str]
"""The pages of a kind, and why they are not all, or nothing."""


def _about_somebody(results: Mapping[str, Result]) -> Mapping[str, Result]:
    """Return results in which a search about a patient whom the server does not know is none."""
    _, fault = results.get(PATIENT, ((), ""))
    if fault not in (_answered(404), _answered(410)):
        return results
    return {
        kind: (pages, fault or "it does not know the patient") for kind, (pages, fault) in results.items()
    }


def _answered(status: int) -> str:
    return f"it answered {status}"


class _Server:
    """One client's FHIR server, for the time of one call."""

    def __init__(self, call: Call, base: str, policy: Policy, client: httpx.AsyncClient) -> None:
        self.call = call
        self.base = base
        self.policy = policy
        self.client = client
        self.headers = {"Accept": _FHIR_JSON}
        if call.authorization is not None:
            self.headers["Authorization"] = f"Bearer {call.authorization.access_token}"

    async def all_of(self, kinds: Iterable[str]) -> list[Result]:
        """Return what the server gives of each kind, asked for at once, until the time is over."""
        found: list[list[Page]] = []
        tasks: list[asyncio.Task[str]] = []
        for kind in kinds:
            pages: list[Page] = []
            found.append(pages)
            tasks.append(asyncio.create_task(self._read(kind, pages)))
        _, late = await asyncio.wait(tasks, timeout=self.policy.seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        too_late = f"no complete answer within {self.policy.seconds:g} s"
        faults = [too_late if task in late else task.result() for task in tasks]
        return [(tuple(pages), fault) for pages, fault in zip(found, faults, strict=True)]

    async def _read(self, kind: str, pages: list[Page]) -> str:
        """Add the pages of a kind; return why they are not all, or nothing."""
        patient = quote(self.call.patient, safe="")
        url = self.base + (f"Patient/{patient}" if kind == PATIENT else f"{kind}?patient={patient}")
        further = ""
        try:
            for _ in range(self.policy.pages):
                page = await self._page(url)
                pages.append(_reached(page, further) if further else page)
                further = next_link(page.value)
                if not further:
                    return self._fault_of(kind, [each.value for each in pages])
                url = self._same_server(url, further)
        except _NotHad as fault:
            return str(fault)
        return f"more than {self.policy.pages} pages"

    def _fault_of(self, kind: str, pages: Sequence[Mapping[str, Any]]) -> str:
        expected = PATIENT if kind == PATIENT else "Bundle"
        if any(page.get("resourceType") != expected for page in pages):
            return f"the answer is not a {expected}"
        return "" if kind == PATIENT else why_partial(pages)

    def _same_server(self, url: str, further: str) -> str:
        target = urljoin(url, further)
        if urlsplit(target)[:2] != urlsplit(self.base)[:2]:
            raise _NotHad("a further page is on another server, which is not asked")
        return target

    async def _page(self, url: str) -> Page:
        raw = await self._patiently(url)
        try:
            value, repeats = decode_value(raw)
        except RecordError:
            raise _NotHad("an answer that is not JSON") from None
        if not isinstance(value, dict):
            raise _NotHad("an answer that is not FHIR")
        return Page(value, repeats)

    async def _patiently(self, url: str) -> bytes:
        status, body = await self._once(url)
        for attempt in range(self.policy.retries):
            if status not in RETRIED:
                break
            await asyncio.sleep(self.policy.backoff * 2**attempt)
            status, body = await self._once(url)
        if status == httpx.codes.OK:
            return body
        raise _NotHad(_answered(status) if status else "it could not be reached")

    async def _once(self, url: str) -> tuple[int, bytes]:
        """Return the status and the body."""
        body = bytearray()
        try:
            async with self.client.stream(
                "GET", url, headers=self.headers, timeout=self.policy.request_seconds, follow_redirects=False
            ) as answer:
                async for block in answer.aiter_bytes():
                    body += block
                    if len(body) > self.policy.page_bytes:
                        raise _NotHad(f"a page of more than {self.policy.page_bytes:,} bytes")
                return answer.status_code, bytes(body)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            return NO_ANSWER, b""


def _reached(page: Page, link: str) -> Page:
    """Return a further page as the one to which a link led: what servers call it themselves varies."""
    links = page.value.get("link")
    others = [each for each in links if not _is_self(each)] if isinstance(links, list) else []
    return page._replace(value={**page.value, "link": [{"relation": "self", "url": link}, *others]})


def _is_self(link: Any) -> bool:
    return isinstance(link, dict) and link.get("relation") == "self"
