"""Text and digests as they are kept."""

import hashlib

import msgspec


def storable(text: str) -> str:
    """Return a text that every database takes: without NUL, and without halves of surrogate pairs."""
    return text.encode(errors="replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def digest_of(*parts: str) -> str:
    """Return the SHA-256 of some texts, in hexadecimal; where one ends and the next begins counts."""
    return hashlib.sha256(msgspec.json.encode([storable(part) for part in parts])).hexdigest()


def sha256(data: bytes) -> str:
    """Return `sha256:…` of some bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
