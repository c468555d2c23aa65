"""Public keys of issuers: pinned in a file, or fetched from an address that the settings allow.

An address that a token names is fetched only if it is on its issuer's list: never another, never along a
redirect, within a time and a size, not before the keys are old, and not twice in half a minute.
"""

import asyncio
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from ccr_rules.errors import UsageError
from ccr_rules.service.callers.caller import Refused
from ccr_rules.service.clock import Clock
from ccr_rules.service.settings import Issuer

Keys = dict[str, dict[str, Any]]
"""JSON Web Keys by their id."""

FETCH_SECONDS: Final = 3.0
LARGEST: Final = 256 * 2**10
MOST_KEYS: Final = 100
RETRY_SECONDS: Final = 30.0
_CURVES = {"ES256": "P-256", "ES384": "P-384"}
SMALLEST_RSA: Final = 2048


def read_keys(raw: bytes) -> Keys:
    """Return the public keys of a JSON Web Key Set. Raises ValueError for anything else."""
    found = msgspec.json.decode(raw, type=dict[str, Any]).get("keys")
    if not isinstance(found, list) or len(found) > MOST_KEYS:
        raise ValueError
    return {
        each["kid"]: each
        for each in found
        if isinstance(each, dict) and isinstance(each.get("kid"), str) and each.get("use", "sig") == "sig"
    }


def pinned(issuer: Issuer) -> Keys:
    """Return the keys of an issuer's file. Raises UsageError."""
    if not issuer.jwks:
        return {}
    try:
        return read_keys(Path(issuer.jwks).read_bytes())
    except (OSError, ValueError):
        raise UsageError(
            f"issuers: {issuer.issuer}: {issuer.jwks} is no JSON Web Key Set that can be read; "
            'write {"keys": […]}'
        ) from None


class KeySets:
    """The keys of all issuers."""

    def __init__(self, issuers: tuple[Issuer, ...], clock: Clock, seconds: float) -> None:
        self._pinned = {issuer.issuer: pinned(issuer) for issuer in issuers}
        self._clock = clock
        self._seconds = seconds
        self._fetched: dict[str, tuple[float, Keys]] = {}
        self._tried: dict[str, float] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def key(self, issuer: Issuer, kid: str, jku: str | None, algorithm: str) -> PyJWK:
        """Return the key with which an issuer says that it signed. Raises Refused."""
        found = self._pinned[issuer.issuer].get(kid)
        if found is None and issuer.jkus:
            address = jku or issuer.jkus[0]
            if address not in issuer.jkus:
                raise Refused("jku-not-listed")
            found = (await self._keys_at(address, kid)).get(kid)
        if found is None:
            raise Refused("kid-unknown")
        return usable(found, algorithm)

    async def _keys_at(self, address: str, kid: str) -> Keys:
        """Return the keys at an address: those kept, unless they are old or lack that one."""
        async with self._locks.setdefault(address, asyncio.Lock()):
            now = self._clock.seconds()
            fetched, keys = self._fetched.get(address, (float("-inf"), {}))
            fresh = now - fetched < self._seconds
            if fresh and kid in keys:
                return keys
            if now - self._tried.get(address, float("-inf")) < RETRY_SECONDS:
                return keys if fresh else {}
            self._tried[address] = now
            keys = await fetch(address)
            self._fetched[address] = now, keys
            return keys


async def fetch(address: str) -> Keys:
    """Fetch a JSON Web Key Set. Raises Refused."""
    try:
        async with (
            asyncio.timeout(FETCH_SECONDS),
            httpx.AsyncClient(follow_redirects=False, timeout=FETCH_SECONDS) as client,
            client.stream("GET", address, headers={"Accept": "application/json"}) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise Refused("jwks-not-there")
            return read_keys(await _bounded(response))
    except (httpx.HTTPError, TimeoutError):
        raise Refused("jwks-unreachable") from None
    except ValueError:
        raise Refused("jwks-unreadable") from None


async def _bounded(response: httpx.Response) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > LARGEST:
            raise Refused("jwks-too-large")
    return bytes(content)


def usable(key: dict[str, Any], algorithm: str) -> PyJWK:
    """Return a key that may be used with an algorithm. Raises Refused for another kind, or a weak one."""
    kind = "EC" if algorithm in _CURVES else "RSA"
    fits = key.get("kty") == kind and key.get("alg", algorithm) == algorithm
    if not fits or (kind == "EC" and key.get("crv") != _CURVES[algorithm]):
        raise Refused("key-does-not-fit")
    try:
        made = PyJWK.from_dict(key, algorithm=algorithm)
    except (PyJWTError, ValueError, TypeError):
        raise Refused("key-unusable") from None
    if kind == "RSA" and made.key.key_size < SMALLEST_RSA:
        raise Refused("key-too-weak")
    return made
