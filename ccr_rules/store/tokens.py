"""Tokens that may be used once."""

from datetime import datetime, timedelta
from typing import Final

from ccr_rules.store.connection import writing
from ccr_rules.store.tables import token
from ccr_rules.store.text import digest_of
from ccr_rules.store.work import Desk, insert_new

GRACE: Final = timedelta(days=1)
"""A used token is remembered for so long after it expired: a clock may run ahead and be put right again."""


def use(desk: Desk, issuer: str, jti: str, expires: datetime, now: datetime) -> bool:
    """Use a token of an issuer; False if it was used before, or is so old that it may have been forgotten."""
    if expires < now - GRACE:
        return False
    with writing(desk.engine) as connection:
        return insert_new(connection, token, {"id": digest_of(issuer, jti), "expires": expires})
