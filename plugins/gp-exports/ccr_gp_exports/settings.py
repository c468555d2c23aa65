"""The plugin's settings, read strictly."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from ccr_gp_exports.holds import WORDS
from ccr_gp_exports.recipe import SYSTEMS, Recipe
from ccr_rules.errors import UsageError
from ccr_rules.language.report import nearest

AUTO: Final = "auto"
REFUSED, AS_ABOVE = "refused", "as above"
EVERYBODY, REPORT = "everybody", "report"
_CODELIST: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Settings(msgspec.Struct, frozen=True):
    """The settings; see the README. `mapping` is a recipe of one's own, read."""

    system: str = AUTO
    mapping: Recipe | None = None
    holds: tuple[str, ...] = ()
    fills_down: bool = False
    doubts_everybody: bool = True


def read_settings(given: Mapping[str, Any], folder: Path) -> Settings:
    """Return the settings. Raises UsageError that names the setting, what was found and what to write."""
    for name in given:
        if name not in _KEYS:
            raise UsageError(f"there is no setting `{name}`; {nearest(name, _KEYS)}")
    mapping = None
    if "mapping" in given:
        from ccr_gp_exports.recipe_text import own  # noqa: PLC0415 (a host starts sooner without it)

        mapping = own(folder / _text(given, "mapping", "the path of a mapping file"))
    systems = dict.fromkeys((*SYSTEMS, *((mapping.system,) if mapping else ()), AUTO))
    return Settings(
        system=_word(given, "system", tuple(systems), AUTO),
        mapping=mapping,
        holds=_holds(given.get("holds", [])),
        fills_down=_word(given, "rows_without_patient", (REFUSED, AS_ABOVE), REFUSED) == AS_ABOVE,
        doubts_everybody=_word(given, "unattributed", (EVERYBODY, REPORT), EVERYBODY) == EVERYBODY,
    )


_KEYS: Final = ("system", "mapping", "holds", "rows_without_patient", "unattributed")


def _text(given: Mapping[str, Any], name: str, meant: str) -> str:
    value = given[name]
    if not isinstance(value, str) or not value:
        raise UsageError(f"`{name}` is {meant}, in quotation marks")
    return value


def _word(given: Mapping[str, Any], name: str, words: tuple[str, ...], default: str) -> str:
    if name not in given:
        return default
    value = given[name]
    if value not in words:
        found = f"`{value}`" if isinstance(value, str) else "what stands there"
        raise UsageError(f"{found} cannot be `{name}`; {nearest(str(value), words)}")
    return str(value)


def _holds(value: Any) -> tuple[str, ...]:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list | tuple) or not all(
        isinstance(word, str) and _CODELIST.fullmatch(word) for word in words
    ):
        raise UsageError(f"`holds` is a list of {', '.join(WORDS)}, or names of codelists")
    return tuple(dict.fromkeys(words))
