"""Putting the cases to a running service."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import uuid4

import httpx
import msgspec

from ccr_rules.cds_hooks.conformance.cases import Case, Known, Step, filled
from ccr_rules.cds_hooks.conformance.checking import MISSING, Answered, Shape, faults, found_in
from ccr_rules.cds_hooks.conformance.shape import discovery_shape, outcome_shape, response_shape
from ccr_rules.errors import UsageError

Headers = Callable[[str], Mapping[str, str]]
"""Makes the headers of a request to a URL: a fresh token, for instance."""

SECONDS: Final = 30.0
DISCOVERY: Final = "/cds-services"
UNTOLD: Final = (401, 403, 429)
"""Who may not call, or not so often, is told by the status alone."""


class Result(NamedTuple):
    """What became of a case: nothing in `faults` is good."""

    case: Case
    faults: tuple[str, ...]


class Runner:
    """Puts cases to one service."""

    def __init__(self, url: str, client: httpx.Client, headers: Headers, today: date) -> None:
        self._url = url.rstrip("/")
        self._client = client
        self._headers = headers
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
        url = f"{self._url}{DISCOVERY}"
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
        answered = _read(answer)
        yield from faults(step.expect, answered, _shape_of(step, answered.status))
        for name, place in step.expect.keep.items():
            kept = found_in(answered.value, place)
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
            return f"{DISCOVERY}/{self._services[step.hook]}"
        if step.feedback:
            return f"{DISCOVERY}/{self._services[step.feedback]}/feedback"
        return str(filled(step.path, self._today, known, lambda: str(uuid4())))


def _shape_of(step: Step, status: int) -> Shape | None:
    """Return the form that a body must have, if it must have one."""
    if status == httpx.codes.OK and step.path == DISCOVERY:
        return discovery_shape
    if not step.hook or status in UNTOLD:
        return None
    return response_shape if status == httpx.codes.OK else outcome_shape


def _read(answer: httpx.Response) -> Answered:
    media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip()
    try:
        value: Any = msgspec.json.decode(answer.content)
    except msgspec.DecodeError:
        value = MISSING
    return Answered(answer.status_code, media_type, value)
