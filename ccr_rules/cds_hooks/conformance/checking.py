"""What is wrong with one answer, as sentences."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from ccr_rules.cds_hooks.conformance.cases import Card, Expected

JSON_TYPES: Final = ("application/json", "application/fhir+json", "application/problem+json")
MISSING: Final = object()

Shape = Callable[[Any], Iterable[str]]
"""Checks the form of a body, and yields what is wrong with it."""


class Answered(NamedTuple):
    """An answer: its status, its media type without parameters, its body as JSON or `MISSING`."""

    status: int
    media_type: str
    value: Any


def faults(expected: Expected, answered: Answered, shape: Shape | None) -> Iterator[str]:
    """Yield what an answer lacks of what is expected; `shape` is None where a body may be anything."""
    status, media_type, value = answered
    wanted = [expected.status] if isinstance(expected.status, int) else expected.status
    if status not in wanted:
        yield f"status {status}, expected {' or '.join(map(str, wanted))}"
        return
    if expected.type and media_type != expected.type:
        yield f"media type {media_type or 'none'}, expected {expected.type}"
    if value is MISSING:
        if shape is not None or expected.body:
            yield "the body is not JSON"
        return
    if media_type not in JSON_TYPES:
        yield f"media type {media_type or 'none'}, expected JSON"
    malformed = list(shape(value)) if shape else []
    yield from malformed or _content(expected, value)


def _content(expected: Expected, value: Any) -> Iterator[str]:
    """Yield what a body of the right form does not say."""
    if expected.cards is not None and len(value["cards"]) != expected.cards:
        yield f"{len(value['cards'])} cards, expected {expected.cards}"
    elif expected.card is not None:
        yield from _card_faults(expected.card, value["cards"][0])
    for name, wanted in expected.extension.items():
        yield from _differs(f"extension: {name}", found_in(_told(value), name), wanted)
    for name, wanted in expected.body.items():
        yield from _differs(name, found_in(value, name), wanted)


def _card_faults(expected: Card, card: Mapping[str, Any]) -> Iterator[str]:
    labels = [each["label"] for each in card.get("suggestions", ())]
    texts = {
        "summary": (expected.summary, card["summary"]),
        "detail": (expected.detail, card.get("detail", "")),
        "source": (expected.source, card["source"]["label"]),
        "suggestion": (expected.suggestion, "\n".join(labels)),
    }
    for name, (pattern, text) in texts.items():
        if not re.search(pattern, text):
            yield f"card {name}: nothing matches {pattern}"


def _told(value: Mapping[str, Any]) -> Any:
    """Return what the extension of ccr-rules says, whatever its key."""
    told = [each for each in value.get("extension", {}).values() if isinstance(each, dict)]
    return told[0] if told else {}


def found_in(value: Any, name: str) -> Any:
    """Return what stands at a dotted name; a number is a place in a list. `MISSING` if nothing does."""
    for step in name.split("."):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return MISSING
    return value


def _differs(name: str, found: Any, wanted: Any) -> Iterator[str]:
    if found is MISSING:
        yield f"{name}: missing, expected {wanted}"
    elif found != wanted:
        yield f"{name}: not what is expected, {wanted}"
