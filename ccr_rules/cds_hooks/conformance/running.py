"""Putting the cases to a running service."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import msgspec

from ccr_rules.cds_hooks.conformance.cases import Case, Known, Step, filled
from ccr_rules.cds_hooks.conformance.checking import MISSING, cds_faults, faults, found_in
from ccr_rules.errors import UsageError

Headers = Callable[[str], Mapping[str, str]]
"""Makes the headers of a request to a URL: a fresh token, for instance."""

SchemaFaults = Callable[[str, Any], Iterable[str]]
"""Checks a value by the schema of a name (`discovery`, `response`, `outcome`)."""

SECONDS = 30.0


class Result(NamedTuple):
    """What became of a case: nothing in `faults` is good."""

    case: Case
    faults: tuple[str, ...]


class Runner:
    """Puts cases to one service."""

    def __init__(
        self, url: str, client: httpx.Client, headers: Headers, schema_faults: SchemaFaults, today: date
    ) -> None:
        self._url = url.rstrip("/")
        self._client = client
        self._headers = headers
        self._schema_faults = schema_faults
        self._today = today
        self._services: dict[str, str] = {}

    def run(self, cases: Iterable[Case]) -> Iterator[Result]:
        """Yield what becomes of each case.

        Raises:
            UsageError: if the service cannot be reached, or does not tell which services it has.
        """
        self._services = self._discovered()
        for case in cases:
            yield Result(case, tuple(self._faults(case)))

    def _discovered(self) -> dict[str, str]:
        """Return the id of the service for each hook."""
        url = f"{self._url}/cds-services"
        try:
            answer = self._client.get(url, headers=self._headers(url), timeout=SECONDS)
            services = answer.raise_for_status().json()["services"]
            return {each["hook"]: each["id"] for each in services}
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            status = getattr(getattr(fault, "response", None), "status_code", "")
            said = f"it answered {status}" if status else "it cannot be reached"
            raise UsageError(
                f"{url}: {said}; name the base URL of a running service, and how to authenticate"
            ) from None
        except (ValueError, TypeError, KeyError):
            raise UsageError(f"{url}: this is no discovery of CDS Hooks; name the base URL") from None

    def _faults(self, case: Case) -> Iterator[str]:
        known: Known = {}
        for number, step in enumerate(case.steps, 1):
            where = f"step {number}: " if len(case.steps) > 1 else ""
            found = [*self._step_faults(step, known)]
            yield from (f"{where}{fault}" for fault in found)
            if found:
                return

    def _step_faults(self, step: Step, known: Known) -> Iterator[str]:
        hook = step.hook or step.feedback
        if hook and hook not in self._services:
            yield f"there is no service for {hook}"
            return
        answer = self._sent(step, known)
        if answer is None:
            yield "no answer"
            return
        value = _json_of(answer)
        media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip()
        yield from faults(step.expect, answer.status_code, media_type, value, self._schema_of(step, answer))
        for name, place in step.expect.keep.items():
            kept = found_in(value, place)
            if kept is MISSING:
                yield f"{place}: missing"
            known[name] = str(kept)

    def _sent(self, step: Step, known: Known) -> httpx.Response | None:
        url = self._url + self._path(step, known)
        content = step.text
        if content is None and step.body is not None:
            body = filled(step.body, self._today, known, lambda: str(uuid4()))
            content = msgspec.json.encode(body).decode()
        headers = {"Content-Type": "application/json", **self._headers(url), **step.headers}
        try:
            return self._client.request(step.method, url, content=content, headers=headers, timeout=SECONDS)
        except httpx.HTTPError:
            return None

    def _path(self, step: Step, known: Known) -> str:
        if step.hook:
            return f"/cds-services/{self._services[step.hook]}"
        if step.feedback:
            return f"/cds-services/{self._services[step.feedback]}/feedback"
        return str(filled(step.path, self._today, known, lambda: str(uuid4())))

    def _schema_of(self, step: Step, answer: httpx.Response) -> Callable[[Any], Iterator[str]] | None:
        ok = answer.status_code == httpx.codes.OK
        if step.path == "/cds-services" and ok:
            return lambda value: iter(self._schema_faults("discovery", value))
        if step.hook and ok:
            return lambda value: _both(self._schema_faults("response", value), cds_faults(value))
        if step.hook and answer.status_code not in (401, 403, 429):
            return lambda value: iter(self._schema_faults("outcome", value))
        return None


def _both(one: Iterable[str], other: Iterable[str]) -> Iterator[str]:
    yield from one
    yield from other


def _json_of(answer: httpx.Response) -> Any:
    try:
        return msgspec.json.decode(answer.content)
    except msgspec.DecodeError:
        return MISSING
