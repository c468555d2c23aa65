"""What is wrong with one answer, as sentences."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ccr_rules.cds_hooks.conformance.cases import Card, Expected
from ccr_rules.cds_hooks.invariants import json_faults, response_faults

JSON_TYPES: Final = ("application/json", "application/fhir+json", "application/problem+json")
MISSING: Final = object()


def faults(expected: Expected, status: int, media_type: str, value: Any, schema: Any) -> Iterator[str]:
    """Yield what an answer lacks of what is expected.

    Args:
        expected: what must come back.
        status: that of HTTP.
        media_type: without its parameters.
        value: the body as JSON; `MISSING` if it is none.
        schema: checks a value and yields what is wrong with it; None where there is no schema.
    """
    wanted = [expected.status] if isinstance(expected.status, int) else expected.status
    if status not in wanted:
        yield f"status {status}, expected {' or '.join(map(str, wanted))}"
        return
    if expected.type and media_type != expected.type:
        yield f"media type {media_type or 'none'}, expected {expected.type}"
    if value is MISSING:
        yield from () if status in (401, 403) else ("the body is not JSON",)
        return
    if media_type not in JSON_TYPES:
        yield f"media type {media_type or 'none'}, expected JSON"
    if schema is not None:
        yield from schema(value)
    yield from _content(expected, value)


def cds_faults(value: Any) -> Iterator[str]:
    """Yield what breaks the rules of CDS Hooks in an answer with cards."""
    for place, rule in (*json_faults(value), *response_faults(value)):
        yield f"{place or 'the answer'}: {rule}"
    if "systemActions" in value:
        yield "systemActions: nothing may be written without somebody's hand"


def _content(expected: Expected, value: Any) -> Iterator[str]:
    cards = value.get("cards") if isinstance(value, dict) else None
    if expected.cards is not None and (not isinstance(cards, list) or len(cards) != expected.cards):
        found = len(cards) if isinstance(cards, list) else "no list of"
        yield f"{found} cards, expected {expected.cards}"
        return
    if expected.card is not None and isinstance(cards, list) and cards:
        yield from _card_faults(expected.card, cards[0])
    for name, wanted in expected.extension.items():
        yield from _differs(f"extension: {name}", found_in(_told(value), name), wanted)
    for name, wanted in expected.body.items():
        yield from _differs(name, found_in(value, name), wanted)


def _card_faults(expected: Card, card: Mapping[str, Any]) -> Iterator[str]:
    labels = [str(each.get("label")) for each in card.get("suggestions", ())]
    texts = {
        "summary": (expected.summary, str(card.get("summary", ""))),
        "detail": (expected.detail, str(card.get("detail", ""))),
        "source": (expected.source, str(card.get("source", {}).get("label", ""))),
        "suggestion": (expected.suggestion, "\n".join(labels)),
    }
    for name, (pattern, text) in texts.items():
        if not re.search(pattern, text):
            yield f"card {name}: nothing matches {pattern}"


def _told(value: Any) -> Any:
    """Return what the extension of ccr-rules says, whatever its key."""
    extension = value.get("extension") if isinstance(value, dict) else None
    told = (
        [each for each in extension.values() if isinstance(each, dict)] if isinstance(extension, dict) else []
    )
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
