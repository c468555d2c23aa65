"""Keys of an invented client of CDS Hooks: private as PEM, and public as a JSON Web Key Set."""

import json
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER: Final = "https://ehr.example/cds-client"

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def private_key(algorithm: str) -> Private:
    """Return a new private key for ES384 or RS384."""
    return (
        ec.generate_private_key(ec.SECP384R1())
        if algorithm == "ES384"
        else rsa.generate_private_key(65537, 3072)
    )


def write_pem(key: Private, path: Path) -> Path:
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def write_key_set(keys: dict[str, Private], path: Path) -> Path:
    """Write the public keys, each under its id."""
    public = []
    for id_, key in keys.items():
        public.append({**json.loads(_written(key)), "kid": id_, "use": "sig"})
    path.write_text(json.dumps({"keys": public}), encoding="utf-8")
    return path


def _written(key: Private) -> str:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return ECAlgorithm.to_jwk(key.public_key())
    return RSAAlgorithm.to_jwk(key.public_key())
