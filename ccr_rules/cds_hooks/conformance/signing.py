"""A client of CDS Hooks that authenticates: a token of its own for each request (CDS Hooks 2.0.1)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple
from uuid import uuid4

import jwt

from ccr_rules.errors import UsageError

ALGORITHMS: Final = ("ES384", "RS384")
MINUTES: Final = 2


class Client(NamedTuple):
    """Who a client says that it is, and with which key; `key` is a private key as PEM."""

    issuer: str
    key_id: str
    key: bytes
    key_set_url: str = ""

    def token(self, url: str, now: datetime) -> str:
        """Return a token for one request to a URL. Raises UsageError for a key of another kind."""
        claims = {
            "iss": self.issuer,
            "aud": url,
            "iat": now,
            "exp": now + timedelta(minutes=MINUTES),
            "jti": str(uuid4()),
        }
        headers = {"kid": self.key_id, "typ": "JWT"}
        if self.key_set_url:
            headers["jku"] = self.key_set_url
        for algorithm in ALGORITHMS:
            try:
                return jwt.encode(claims, self.key, algorithm, headers)
            except (jwt.InvalidKeyError, ValueError, TypeError):
                continue
        raise UsageError(
            "the key is no private key of P-384 or RSA as PEM; CDS Hooks signs with ES384 or RS384"
        )


def client_of(issuer: str, key_id: str, key: Path, key_set_url: str = "") -> Client:
    """Return a client whose key is in a file. Raises UsageError if that cannot be read."""
    try:
        return Client(issuer, key_id, key.read_bytes(), key_set_url)
    except OSError as fault:
        raise UsageError(f"{key}: cannot be read: {fault.strerror}; name the file of a private key") from None


def headers_of(client: Client | None, bearer: str = "") -> Callable[[str], Mapping[str, str]]:
    """Return what makes the headers of a request to a URL: a fresh token, a fixed one, or none."""

    def headers(url: str) -> Mapping[str, str]:
        token = client.token(url, datetime.now(UTC)) if client else bearer
        return {"Authorization": f"Bearer {token}"} if token else {}

    return headers
