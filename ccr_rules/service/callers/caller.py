"""Who calls, and why somebody is turned away."""

from typing import Final, Literal, get_args

from msgspec import Struct

from ccr_rules.service.settings import DEV_CLIENT, Scope

Way = Literal["dev", "api-key", "cds-hooks", "oauth2", "certificate"]
EVERY_SCOPE: Final[frozenset[Scope]] = frozenset(get_args(Scope))


class Caller(Struct, frozen=True):
    """Somebody who may call. `issuer` is who vouches for them in a token; `tenant` for whom they call."""

    client: str
    way: Way
    scopes: frozenset[Scope]
    issuer: str = ""
    tenant: str = ""

    @property
    def keeper(self) -> str:
        """For whom things are kept: two callers may mean different people by the same id of a patient."""
        return self.tenant or self.issuer or self.client


DEV_CALLER: Final = Caller(DEV_CLIENT, "dev", EVERY_SCOPE)
"""Everybody, where there is no authentication."""


class Refused(Exception):
    """Somebody who may not call. `code` says why, in the log and the metrics, and never to the caller."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
