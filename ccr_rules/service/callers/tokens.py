"""Signed tokens: those of CDS Hooks clients, made for one call, and access tokens of OAuth 2 servers.

Nothing of a token is believed before its signature is checked, but for who claims to have issued it; and that
only chooses, from the issuers in the settings, whose keys it is checked with.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final, get_args

import jwt
from jwt.exceptions import PyJWTError
from jwt.types import Options

from ccr_rules.service.callers.caller import Caller, Refused
from ccr_rules.service.callers.key_sets import KeySets
from ccr_rules.service.clock import Clock
from ccr_rules.service.settings import Issuer, Scope, Settings

CDS_ALGORITHMS: Final = ("ES384", "RS384")
LONGEST: Final = 8192
LONGEST_JTI: Final = 256
_WORD = re.compile(r"[A-Za-z0-9._:/@-]{1,100}")
_NOTHING: Final[Options] = {"verify_signature": False}
_CHECKED_HERE: Final[Options] = {
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}

UseOnce = Callable[[str, str, datetime], Awaitable[bool]]
"""Uses a token once: issuer, `jti`, and when it expires; False if it was used before."""


class Tokens:
    """Checks tokens of the issuers in the settings."""

    def __init__(self, settings: Settings, clock: Clock, use_once: UseOnce) -> None:
        self._settings = settings
        self._clock = clock
        self._use_once = use_once
        self._issuers = {issuer.issuer: issuer for issuer in settings.issuers}
        self._keys = KeySets(settings.issuers, clock, settings.jwks_seconds)

    async def caller(self, token: str, url: str) -> Caller:
        """Return who calls an address with a token. Raises Refused."""
        header, issuer = self._claimed(token)
        algorithm = str(header.get("alg"))
        if algorithm not in (CDS_ALGORITHMS if issuer.kind == "cds-hooks" else issuer.algorithms):
            raise Refused("algorithm")
        kid, jku = header.get("kid"), header.get("jku")
        if not isinstance(kid, str) or not isinstance(jku, str | None) or "crit" in header:
            raise Refused("header")
        key = await self._keys.key(issuer, kid, jku, algorithm)
        claims = _verified(token, key, algorithm)
        if claims.get("iss") != issuer.issuer:
            raise Refused("issuer")  # pragma: no cover - the signature covers what chose the issuer
        self._check_audience(claims, issuer, url)
        expires = self._check_times(claims, issuer)
        caller = _cds_client(claims, issuer) if issuer.kind == "cds-hooks" else _oauth_client(claims, issuer)
        if issuer.kind == "cds-hooks":
            await self._use(claims, issuer, expires)
        return caller

    def _claimed(self, token: str) -> tuple[dict[str, Any], Issuer]:
        """Return the header, and the issuer that a token names: not yet believed."""
        if len(token) > LONGEST:
            raise Refused("token-too-long")
        try:
            read = jwt.decode_complete(token, options=_NOTHING)
        except (PyJWTError, ValueError, RecursionError):
            raise Refused("token-unreadable") from None
        issuer = read["payload"].get("iss")
        if not isinstance(issuer, str) or issuer not in self._issuers:
            raise Refused("issuer-unknown")
        return read["header"], self._issuers[issuer]

    def _check_audience(self, claims: dict[str, Any], issuer: Issuer, url: str) -> None:
        audience = claims.get("aud")
        wanted = url if issuer.kind == "cds-hooks" else issuer.audience
        if wanted not in (audience if isinstance(audience, list) else [audience]):
            raise Refused("audience")

    def _check_times(self, claims: dict[str, Any], issuer: Issuer) -> float:
        """Return when a token expires. Raises Refused if that has passed, or it lasts too long."""
        now, skew = self._clock.seconds(), self._settings.skew_seconds
        issued, expires = _moment(claims, "iat"), _moment(claims, "exp")
        if expires + skew <= now:
            raise Refused("expired")
        if issued - skew > now or ("nbf" in claims and _moment(claims, "nbf") - skew > now):
            raise Refused("not-yet-valid")
        if expires <= issued:
            raise Refused("times")
        if issuer.kind == "cds-hooks" and expires - issued > self._settings.token_seconds + skew:
            raise Refused("lasts-too-long")
        return expires

    async def _use(self, claims: dict[str, Any], issuer: Issuer, expires: float) -> None:
        jti = claims.get("jti")
        if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_JTI:
            raise Refused("jti")
        until = datetime.fromtimestamp(expires + self._settings.skew_seconds, UTC)
        if not await self._use_once(issuer.issuer, jti, until):
            raise Refused("used-before")


def _verified(token: str, key: jwt.PyJWK, algorithm: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=[algorithm], options=_CHECKED_HERE)
    except (PyJWTError, ValueError, TypeError):
        raise Refused("signature") from None
    return claims


_LAST = 2**33
"""Seconds of the year 2242: later is no moment of a token."""


def _moment(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LAST:
        raise Refused(f"{name}-missing")
    return float(value)


def _cds_client(claims: dict[str, Any], issuer: Issuer) -> Caller:
    tenant = _tenant(claims, issuer)
    client = issuer.client or issuer.issuer
    return Caller(client, "cds-hooks", frozenset(issuer.scopes), issuer.issuer, tenant)


def _tenant(claims: dict[str, Any], issuer: Issuer) -> str:
    tenant = claims.get("tenant", "")
    if tenant != "" and not (isinstance(tenant, str) and _WORD.fullmatch(tenant)):
        raise Refused("tenant")
    if issuer.tenants and tenant not in issuer.tenants:
        raise Refused("tenant-unknown")
    return str(tenant)


def _oauth_client(claims: dict[str, Any], issuer: Issuer) -> Caller:
    client = next((claims[name] for name in ("client_id", "azp", "sub") if name in claims), None)
    if not isinstance(client, str) or not _WORD.fullmatch(client):
        raise Refused("client")
    granted = claims.get("scope", claims.get("scp", ""))
    words = granted.split() if isinstance(granted, str) else granted
    if not isinstance(words, list):
        raise Refused("scope")
    known: tuple[Scope, ...] = get_args(Scope)
    scopes = frozenset(scope for scope in known if scope in words and scope in issuer.scopes)
    return Caller(client, "oauth2", scopes, issuer.issuer, _tenant(claims, issuer))
