"""Keys that stand twice in one JSON object: two answers to one question, so neither can be trusted.

JSON decoders keep the last one silently. Looking for them with an own parser would cost more than
all other reading, so a screen that never misses one comes first: writing the decoded value again
must give what the source has, or at least as many colons.
"""

import json
from typing import Any, NoReturn

import msgspec

from ccr_rules.errors import RecordError


def may_repeat_keys(raw: bytes, again: bytes) -> bool:
    """Say whether a repeated key cannot be ruled out; `again` is the decoded value as it is written again.

    If both are the same but for blanks nothing was dropped. Otherwise colons are counted: one stands in JSON
    for each key, and one (as `:` or `\\u003a`) for each colon inside a text; writing the value again gives as
    many, less those of dropped keys. What looks like an escaped colon and is none only makes the source's
    count larger too, so none is ever missed.
    """
    if again == raw or again == msgspec.json.format(raw, indent=-1):  # many sources have none
        return False
    colons = raw.count(b":")
    if b"\\u" in raw:
        colons += raw.count(rb"\u003a") + raw.count(rb"\u003A")
    return colons != again.count(b":")


class _Repeating(dict[str, Any]):
    """An object in which a key stood twice."""

    key = ""


def decode_slowly(raw: bytes) -> tuple[Any, tuple[tuple[str, str], ...]]:
    """Decode JSON exactly; return the value and (path, key) of every object with a repeated key.

    Raises:
        RecordError: if it is not JSON.
    """
    repeating: list[_Repeating] = []

    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) == len(pairs):
            return value
        marked = _Repeating(value)
        seen: set[str] = set()
        marked.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        repeating.append(marked)
        return marked

    try:
        value = json.loads(raw, object_pairs_hook=build, parse_constant=_refuse)
    except RecursionError:
        raise RecordError("the record is nested too deeply: FHIR needs far fewer levels") from None
    except ValueError as fault:
        raise RecordError(
            f"the record is not JSON: {type(fault).__name__}; send complete FHIR JSON"
        ) from None
    return value, tuple(_paths(value)) if repeating else ()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _paths(value: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    waiting = [("", value)]
    while waiting:
        path, one = waiting.pop()
        if isinstance(one, dict):
            if isinstance(one, _Repeating):
                found.append((path, one.key))
            waiting += [(f"{path}.{key}" if path else key, child) for key, child in one.items()]
        elif isinstance(one, list):
            waiting += [(f"{path}[{index}]", child) for index, child in enumerate(one)]
    return sorted(found)
