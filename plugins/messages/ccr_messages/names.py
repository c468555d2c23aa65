"""What somebody is called: on the envelope, and after "Dear"."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from ccr_messages.person import elements, holds_on
from ccr_messages.refusal import refused
from ccr_messages.words import text_of

_ENVELOPE: Final = ("official", "usual", None, "temp")
_PREFERRED: Final = ("nickname", "usual", "official", None, "temp")


class Called(NamedTuple):
    """The name in full, and the one for the greeting."""

    full: str
    greeting: str


def called(patient: Mapping[str, Any], today: date, greeting: str) -> Called:
    """Return what to call a Patient; `greeting` is `formal` ("Mrs Jones") or `preferred` ("Gwen").

    Names that are old, maiden, anonymous, or not of today are never used. Raises UsageError if none is left.
    """
    names = [each for each in elements(patient, "name") if holds_on(each, today)]
    best = _first(names, _ENVELOPE)
    full = _full(best) if best else ""
    if best is None or not full:
        raise refused("the Patient has no name of today (official, usual, or without a use)")
    if greeting == "preferred":
        preferred = _first(names, _PREFERRED) or best
        return Called(full, _given(preferred) or full)
    prefix, family = _joined(best.get("prefix")), text_of(best.get("family"))
    return Called(full, f"{prefix} {family}" if prefix and family else full)


def _first(names: Iterable[Mapping[str, Any]], uses: tuple[str | None, ...]) -> Mapping[str, Any] | None:
    """Return the name whose use comes first, of several the one that began last."""
    usable = [each for each in names if each.get("use") in uses]
    by_start = sorted(usable, key=_start, reverse=True)
    return min(by_start, key=lambda each: uses.index(each.get("use")), default=None)


def _start(name: Mapping[str, Any]) -> str:
    period = name.get("period")
    return str(period.get("start") or "") if isinstance(period, Mapping) else ""


def _full(name: Mapping[str, Any]) -> str:
    parts = [
        _joined(name.get("prefix")),
        _given_names(name),
        text_of(name.get("family")),
        _joined(name.get("suffix")),
    ]
    return " ".join(part for part in parts if part) or text_of(name.get("text"))


def _given_names(name: Mapping[str, Any]) -> str:
    return _joined(name.get("given"))


def _given(name: Mapping[str, Any]) -> str:
    """Return the first given name, or what stands as text for a nickname."""
    return _given_names(name).partition(" ")[0] or text_of(name.get("text"))


def _joined(values: Any) -> str:
    return " ".join(filter(None, map(text_of, values))) if isinstance(values, list) else text_of(values)
