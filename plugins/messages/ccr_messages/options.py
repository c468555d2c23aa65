"""The options of one delivery: what whoever asks for it says. They come as text or as plain values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any, Final

from ccr_messages.refusal import refused
from ccr_messages.words import one_line

_FIELD: Final = "field."
_YES: Final = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked. None or "" is what was not said.

    `invited` are earlier invitations that whoever asks vouches for; `since` is the day before which an
    invitation was for something else. `fields` are for templates of one's own.
    """

    review: str = ""
    ruleset: str = ""
    channel: str = ""
    language: str = ""
    large_print: bool | None = None
    clinician: str = ""
    greeting: str = ""
    mobile: str = ""
    since: date | None = None
    invited: tuple[date, ...] | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


def read_options(given: Mapping[str, Any]) -> Options:
    """Return the options. Raises UsageError for one that is not known, or that does not fit."""
    fields = {name.removeprefix(_FIELD): value for name, value in given.items() if name.startswith(_FIELD)}
    read: dict[str, Any] = {"fields": {name: _text(_FIELD + name, value) for name, value in fields.items()}}
    for name, value in given.items():
        if not name.startswith(_FIELD):
            read[name] = _reader(name)(name, value)
    return Options(**read)


def _reader(name: str) -> Callable[[str, Any], Any]:
    if name not in _READERS:
        close = get_close_matches(name, _READERS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(_READERS)} and {_FIELD}NAME"
        raise refused(f"option {one_line(name)}: there is no such option; {hint}")
    return _READERS[name]


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise refused(f"option {name}: it is no text")
    return one_line(value)


def _greeting(name: str, value: Any) -> str:
    if value not in ("formal", "preferred"):
        raise refused(f"option {name}: write formal or preferred")
    return str(value)


def _yes(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.lower() not in _YES:
        raise refused(f"option {name}: write yes or no")
    return _YES[value.lower()]


def _day(name: str, value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise refused(f"option {name}: write a day as 2026-11-21") from None


def _days(name: str, value: Any) -> tuple[date, ...]:
    if value == "none":
        return ()
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, (list, tuple)):
        raise refused(f"option {name}: write days as 2026-10-01,2026-11-02, or none")
    return tuple(_day(name, each.strip() if isinstance(each, str) else each) for each in given)


_READERS: Final[dict[str, Callable[[str, Any], Any]]] = {
    "review": _text,
    "ruleset": _text,
    "channel": _text,
    "language": _text,
    "large_print": _yes,
    "clinician": _text,
    "greeting": _greeting,
    "mobile": _text,
    "since": _day,
    "invited": _days,
}
