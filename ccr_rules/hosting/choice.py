"""Which plugins are on: those that the configuration lists, in its order, and no other."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from ccr_rules.errors import UsageError

VARIABLE: Final = "CCR_PLUGINS"
_LISTED: Final = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(?:==(?P<version>[^@=\s]+))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A plugin that is on.

    `version` and `digest` (`sha256:…`, as `ccr plugin list` prints it) pin it: another one is refused.
    `seconds` are time limits by hook, `settings` what `ccr_configure` gets; paths in these start from
    `folder`.
    """

    name: str
    version: str = ""
    digest: Annotated[str, Meta(pattern=r"^(sha256:[0-9a-f]{64})?$")] = ""
    seconds: dict[str, Annotated[float, Meta(gt=0, le=86400)]] = {}
    settings: dict[str, Any] = {}
    folder: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    plugins: tuple[Chosen, ...] = ()


def listed(text: str) -> tuple[Chosen, ...]:
    """Return the plugins that a text lists: `NAME[==VERSION][@sha256:…]`, set apart by commas.

    If it ends in `.toml` it is the name of a file with `[[plugins]]`, for those that have settings. Raises
    UsageError.
    """
    if text.strip().endswith(".toml"):
        return of_file(Path(text.strip()))
    return tuple(_one(each.strip()) for each in text.split(",") if each.strip())


def _one(text: str) -> Chosen:
    found = _LISTED.fullmatch(text)
    if found is None:
        raise UsageError(
            f"{VARIABLE}: {text!r} is no plugin; write NAME, NAME==VERSION or NAME==VERSION@sha256:…, or the "
            "name of a .toml file"
        )
    return Chosen(name=found["name"], version=found["version"] or "", digest=found["digest"] or "")


def of_file(path: Path) -> tuple[Chosen, ...]:
    """Return the plugins of a TOML file; paths in their settings start from its folder. Raises UsageError."""
    import tomllib  # noqa: PLC0415 - only where there is a file: it takes time

    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        found = msgspec.convert(values, _File).plugins
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}; name the file of plugins") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not TOML: {error}") from None
    except msgspec.ValidationError as fault:
        raise UsageError(f"{path}: {fault}; docs/plugins.md says what [[plugins]] takes") from None
    return tuple(msgspec.structs.replace(each, folder=str(path.parent / each.folder)) for each in found)


def from_environment(variables: Mapping[str, str]) -> tuple[Chosen, ...]:
    """Return the plugins that `CCR_PLUGINS` lists. Raises UsageError."""
    return listed(variables.get(VARIABLE, ""))
