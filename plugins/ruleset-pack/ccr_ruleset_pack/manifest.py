"""`pack.toml`: what a pack is, and who publishes it."""

import tomllib
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ccr_rules.errors import UsageError

FILE: Final = "pack.toml"

_Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `pack.toml` holds.

    `made_by` and `approvals` are for people to fill in. Nothing here writes them, and nothing is decided by
    them: who may publish is settled by whoever puts the digest into the configuration.
    """

    name: Annotated[str, Meta(max_length=80, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    version: Annotated[str, Meta(max_length=40, pattern=r"^[0-9]+(\.[0-9]+)*$")]
    publisher: _Line
    made_by: str = ""
    approvals: tuple[_Line, ...] = ()

    @property
    def title(self) -> str:
        """The name with the version."""
        return f"{self.name}-{self.version}"


def read_manifest(content: bytes | None) -> Manifest:
    """Return what a `pack.toml` says. Raises UsageError."""
    if content is None:
        raise UsageError(
            f"there is no {FILE} at its top; a pack holds one beside its rulesets (zip what is in a folder, "
            "and not the folder)"
        )
    try:
        return msgspec.convert(tomllib.loads(content.decode("utf-8")), Manifest)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise UsageError(f"{FILE}: it is not TOML: {fault}") from None
    except msgspec.ValidationError as fault:
        raise UsageError(f"{FILE}: {fault}; the README says what it takes") from None
