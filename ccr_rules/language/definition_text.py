"""Date definitions and `apart` conditions back to text, as a ruleset writes them."""

from collections.abc import Iterable, Iterator

from ccr_rules.language.ruleset import Apart, Bound, Extreme
from ccr_rules.language.unparse import source
from ccr_rules.language.vocabulary import CLASSES, EPISODES, STATES

_DONE = frozenset({"done"})


def extreme_text(extreme: Extreme) -> str:
    """Return a date definition without its title: `{latest: CAN_COD, to: PPED}`."""
    pairs: list[tuple[str, str]] = [(extreme.pick, extreme.codelist)]
    pairs += _words("class", extreme.classes, CLASSES)
    pairs += _words("episode", extreme.episodes, EPISODES)
    pairs += _words("state", extreme.states if extreme.states != _DONE else (), STATES)
    pairs += _window(extreme.lower, extreme.upper)
    if extreme.on == "recorded":
        pairs.append(("on", "recorded"))
    return _mapping([*pairs, *_assumption(extreme.assume_none)])


def apart_text(apart: Apart) -> str:
    """Return an `apart` condition: `{apart: {of: INVITED, at_least: 7 days}}`."""
    pairs = [("of", apart.codelist), ("at_least", str(apart.at_least)), *_window(apart.lower, apart.upper)]
    return _mapping([("apart", _mapping([*pairs, *_assumption(apart.assume_none)]))])


def _mapping(pairs: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"


def _words(key: str, chosen: Iterable[str], order: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    names = sorted(chosen, key=order.index)
    if names:
        yield key, names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def _window(lower: Bound | None, upper: Bound | None) -> Iterator[tuple[str, str]]:
    if lower:
        yield "from" if lower.inclusive else "after", source(lower.date)
    if upper:
        yield "to" if upper.inclusive else "before", source(upper.date)


def _assumption(assume_none: bool) -> Iterator[tuple[str, str]]:
    if assume_none:
        yield "if_not_supplied", "none"
