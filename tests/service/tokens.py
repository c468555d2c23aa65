"""Keys, key sets and tokens, made for tests."""

import base64
import json
import time
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.service.support import NOW, URL

ISSUER = "https://emr.example"
SERVER = "https://login.example"
_NUMBERS = count(1)


@cache
def private(kid: str = "ec") -> Any:
    """Return a private key, the same for the same name."""
    if kid.startswith("rsa"):
        return rsa.generate_private_key(65537, 1024 if kid == "rsa-weak" else 2048)
    return ec.generate_private_key(ec.SECP256R1() if kid == "ec-256" else ec.SECP384R1())


def public(kid: str = "ec", **more: Any) -> dict[str, Any]:
    """Return the public half of a key, as a JSON Web Key."""
    algorithm = RSAAlgorithm if kid.startswith("rsa") else ECAlgorithm
    made: dict[str, Any] = json.loads(algorithm.to_jwk(private(kid).public_key()))
    return {**made, "kid": kid, **more}


def key_set(*kids: str) -> dict[str, Any]:
    return {"keys": [public(kid) for kid in kids or ("ec", "rsa")]}


def write_keys(folder: Path, *kids: str) -> str:
    """Write a key set to a file and return its path."""
    path = folder / "jwks.json"
    path.write_text(json.dumps(key_set(*kids)), encoding="utf-8")
    return str(path)


def claims(**changes: Any) -> dict[str, Any]:
    """Return the claims of a good token for `POST /evaluate`; None leaves one out."""
    now = int(NOW.timestamp())
    made = {
        "iss": ISSUER,
        "aud": f"{URL}/evaluate",
        "iat": now,
        "exp": now + 300,
        "jti": f"jti-{next(_NUMBERS)}-{time.perf_counter_ns()}",
    }
    return {name: value for name, value in (made | changes).items() if value is not None}


def token(
    kid: str = "ec", algorithm: str | None = None, headers: dict[str, Any] | None = None, **changes: Any
) -> str:
    """Return a signed token."""
    algorithm = algorithm or ("RS384" if kid.startswith("rsa") else "ES384")
    return jwt.encode(claims(**changes), private(kid), algorithm, headers={"kid": kid, **(headers or {})})


def unsigned(header: dict[str, Any], signature: bytes = b"", **changes: Any) -> str:
    """Return a token with a header of one's own and no signature, or a made-up one."""
    parts = (json.dumps(header).encode(), json.dumps(claims(**changes)).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def bearer(value: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {value}"}
