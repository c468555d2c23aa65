"""Letting a request in: who calls, whether they may do this, and whether not too often."""

import logging

from starlette.requests import Request

from ccr_rules.service.callers.caller import DEV_CALLER, Caller, Refused
from ccr_rules.service.callers.certificates import Certificates
from ccr_rules.service.callers.keys import PREFIX, Keys
from ccr_rules.service.callers.limits import Limits
from ccr_rules.service.callers.tokens import Tokens, UseOnce
from ccr_rules.service.clock import Clock
from ccr_rules.service.metrics import Metrics
from ccr_rules.service.problems import Problem
from ccr_rules.service.settings import Scope, Settings
from ccr_rules.service.trace import trace_of

LOG = logging.getLogger("ccr.service.callers")


class Admission:
    """Lets requests in."""

    def __init__(self, settings: Settings, clock: Clock, metrics: Metrics, use_once: UseOnce) -> None:
        self._settings = settings
        self._metrics = metrics
        self._keys = Keys(settings.api_keys)
        self._tokens = Tokens(settings, clock, use_once)
        self._certificates = Certificates(settings)
        self._limits = Limits(settings.rate_per_second, settings.rate_burst)

    async def admit(self, request: Request, scope: Scope) -> Caller:
        """Return who calls, if they may do what the scope allows.

        Raises Problem: 401, which does not say why (the log does, by a code), 403 or 429.
        """
        trace = trace_of(request)
        try:
            caller = await self._caller(request)
        except Refused as refused:
            trace.why = refused.code
            self._metrics.refusals.labels(refused.code).inc()
            raise Problem("unauthenticated", headers={"WWW-Authenticate": "Bearer"}) from None
        trace.client, trace.tenant = caller.client, caller.tenant
        if scope not in caller.scopes:
            raise Problem("forbidden", f"this needs the scope {scope}")
        if seconds := self._limits.wait(caller.client):
            raise Problem("rate-limited", headers={"Retry-After": str(seconds)})
        return caller

    async def _caller(self, request: Request) -> Caller:
        if self._settings.dev:
            return DEV_CALLER
        presented = request.headers.getlist("authorization")
        if len(presented) > 1:
            raise Refused("several-authorizations")
        if presented:
            scheme, _, value = presented[0].partition(" ")
            if scheme.lower() != "bearer":
                raise Refused("scheme")
            return await self._bearer(value.strip(), request)
        if "x-api-key" in request.headers:
            return self._keys.caller(request.headers["x-api-key"])
        caller = self._certificates.caller(request)
        if caller is None:
            raise Refused("nothing-presented")
        return caller

    async def _bearer(self, value: str, request: Request) -> Caller:
        if value.startswith(PREFIX):
            return self._keys.caller(value)
        return await self._tokens.caller(value, self.url_of(request))

    def url_of(self, request: Request) -> str:
        """Return the address that was called, as the settings know it: what a request says of it is not."""
        return f"{self._settings.public_url.rstrip('/')}{request.scope['path']}"
