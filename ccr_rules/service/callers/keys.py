"""API keys: `ccr_<id>_<secret>`. The secret has 256 random bits, and only its salted digest is kept."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import NamedTuple

from ccr_rules.service.callers.caller import Caller, Refused
from ccr_rules.service.settings import ApiKey

PREFIX = "ccr_"
_LONGEST = 200


class NewKey(NamedTuple):
    """A key that was just made: itself, its id, and what the settings hold of it."""

    key: str
    id: str
    hash: str


def new_key() -> NewKey:
    """Return a new key. Nobody can tell it from its hash, and it is not shown again."""
    id_, secret, salt = secrets.token_hex(6), secrets.token_urlsafe(32), secrets.token_hex(16)
    return NewKey(f"{PREFIX}{id_}_{secret}", id_, f"sha256${salt}${_digest(salt, secret)}")


def _digest(salt: str, secret: str) -> str:
    return hashlib.sha256(f"{salt}${secret}".encode()).hexdigest()


class Keys:
    """The keys that count. To look for one that does not exist takes as long as for one that does."""

    def __init__(self, keys: Iterable[ApiKey]) -> None:
        self._by_id = {key.id: key for key in keys}
        self._nobody = ApiKey(client="nobody", id="0", hash=new_key().hash, scopes=())

    def caller(self, presented: str) -> Caller:
        """Return whose key this is. Raises Refused."""
        if len(presented) > _LONGEST:
            raise Refused("api-key-too-long")
        id_, _, secret = presented.removeprefix(PREFIX).partition("_")
        key = self._by_id.get(id_, self._nobody)
        _, salt, digest = key.hash.split("$")
        fits = hmac.compare_digest(digest, _digest(salt, secret))
        if not fits or key is self._nobody:
            raise Refused("api-key-unknown")
        return Caller(key.client, "api-key", frozenset(key.scopes), tenant=key.tenant or "")
