"""What must not stand in clear: sealed with the keys of the configuration, or keyed with a secret."""

import hmac
from collections.abc import Sequence
from datetime import datetime

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from ccr_rules.store.errors import StoreUnfit
from ccr_rules.store.text import storable

_CLEAR, _SEALED = b"\0", b"\1"
HOW_TO = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())' makes one"


class Sealer:
    """Seals with the first of its keys, and opens with each. Without a key it seals nothing.

    `key` holds Fernet keys, the newest first, set apart by commas or blanks.
    """

    def __init__(self, key: str | None) -> None:
        keys = (key or "").replace(",", " ").split()
        try:
            self._fernet = MultiFernet([Fernet(each) for each in keys]) if keys else None
        except ValueError:
            raise StoreUnfit(f"the key of the store is not 32 bytes in URL-safe base64; {HOW_TO}") from None

    @property
    def has_key(self) -> bool:
        """Whether there is a key to seal with."""
        return self._fernet is not None

    def sealed(self, data: bytes, now: datetime) -> bytes | None:
        """Return the data sealed, or None where there is no key."""
        if self._fernet is None:
            return None
        return _SEALED + self._fernet.encrypt_at_time(data, max(0, int(now.timestamp())))

    def wrapped(self, data: bytes, now: datetime) -> bytes:
        """Return the data sealed, or in clear where there is no key."""
        return self.sealed(data, now) or _CLEAR + data

    def opened(self, kept: bytes) -> bytes:
        """Return what was sealed or wrapped. Raises StoreUnfit where no key opens it."""
        if kept[:1] == _CLEAR:
            return kept[1:]
        if self._fernet is None:
            raise StoreUnfit("this store is sealed, and no key was given; name it in CCR_STORE_KEY")
        try:
            return self._fernet.decrypt(kept[1:])
        except InvalidToken:
            raise StoreUnfit(
                "none of the keys given opens what this store holds; name the old key after the new one in "
                "CCR_STORE_KEY, set apart by a comma"
            ) from None

    def again(self, kept: bytes, now: datetime) -> bytes:
        """Return what was kept, sealed with the newest key."""
        return self.wrapped(self.opened(kept), now)


def is_sealed(kept: bytes) -> bool:
    """Say whether something stands sealed."""
    return kept[:1] == _SEALED


def keyed(secret: bytes, parts: Sequence[str]) -> str:
    """Return the HMAC-SHA256 of some texts, in hexadecimal."""
    text = msgspec.json.encode([storable(part) for part in parts])
    return hmac.digest(secret, text, "sha256").hex()
