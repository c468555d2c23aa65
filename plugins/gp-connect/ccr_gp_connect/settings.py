"""The settings of the plugin, checked."""

import re
from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, get_args

from ccr_gp_connect.areas import AREAS
from ccr_rules import UsageError
from ccr_rules.language.report import nearest

Asked = Literal["whole", "part"]

_REQUESTER: Final = re.compile(r"(?:Practitioner|Organization|Device)/[A-Za-z0-9.-]{1,64}")
_ADDRESS: Final = re.compile(r"(?:https?://|urn:)\S+")


class Settings(NamedTuple):
    """What a host can state.

    `asked` says, by area, whether the host asks GP Connect for the whole area or for a part of it (a period,
    a number, a status); an area that it does not name is judged by the answer. `identifier_system` and
    `requester` are of the diary entries that are written.
    """

    asked: Mapping[str, Asked] = {}
    identifier_system: str = ""
    requester: str = ""


def settings_of(given: Mapping[str, Any], defaults: Settings | None = None) -> Settings:
    """Return the settings, those that are not given as in `defaults`.

    Raises:
        UsageError: if one is not known, or is not of its type.
    """
    defaults = defaults or Settings()
    for name in given:
        if name not in Settings._fields:
            raise UsageError(f"setting {name}: there is none of this name; {nearest(name, Settings._fields)}")
    return Settings(
        _asked(given.get("asked", defaults.asked)),
        _matching("identifier_system", given, defaults.identifier_system, _ADDRESS, "an address or urn"),
        _matching("requester", given, defaults.requester, _REQUESTER, "as in Organization/ID"),
    )


def _asked(given: Any) -> Mapping[str, Asked]:
    if not isinstance(given, Mapping):
        raise UsageError(
            f'setting asked: expected areas with "whole" or "part", found {type(given).__name__}'
        )
    for area, how in given.items():
        if area not in AREAS:
            raise UsageError(f"setting asked: there is no area {area!r}; {nearest(str(area), tuple(AREAS))}")
        if how not in get_args(Asked):
            raise UsageError(f'setting asked: {area}: expected "whole" or "part", found {how!r}')
    return dict(given)


def _matching(name: str, given: Mapping[str, Any], default: str, form: re.Pattern[str], what: str) -> str:
    value = given.get(name, default)
    if value != "" and not (isinstance(value, str) and form.fullmatch(value)):
        raise UsageError(f"setting {name}: expected {what}, found {value!r}")
    return str(value)
