"""The invariants that HL7 publishes for CDS Hooks messages, and the rules of its JSON, as code.

The invariants are those of `input/fsh/invariants` of HL7/cds-hooks (cds-r, cds-resp, cds-fb) and of
HL7/cds-hooks-library (ord-1). All return what is wrong, as the place and the rule, and nothing where all is
well. They read plain JSON values, and so fit any service or client.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Fault = tuple[str, str]
"""Where, and what is wrong."""

_USER: Final = re.compile(r"[\d\w]+/[\d\w\-.]+")
_MAY_BE_EMPTY: Final = frozenset({"cards", "services", "feedback"})


def json_faults(value: Any, place: str = "") -> Iterator[Fault]:
    """Yield what is null or empty and may not be. A value of `prefetch` may be null, which says something."""
    match value:
        case None:
            yield place, "null: leave out what there is none of"
        case str() | list() | dict() if not value:
            yield place, "empty: leave out what there is none of"
        case dict():
            for key, inner in value.items():
                at = f"{place}.{key}".lstrip(".")
                if not _is_exempt(place, key, inner):
                    yield from json_faults(inner, at)
        case list():
            for number, inner in enumerate(value):
                yield from json_faults(inner, f"{place}[{number}]")
        case _:
            return


def _is_exempt(place: str, key: str, inner: Any) -> bool:
    return (inner == [] and not place and key in _MAY_BE_EMPTY) or (inner is None and place == "prefetch")


def request_faults(request: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with a call: cds-r-1, cds-r-2, ord-1."""
    authorization = request.get("fhirAuthorization")
    if authorization is not None and not request.get("fhirServer"):
        yield "fhirServer", "cds-r-1: needed where fhirAuthorization is given"
    granted = authorization if isinstance(authorization, dict) else {}
    if "patient/" in str(granted.get("scope", "")) and not granted.get("patient"):
        yield "fhirAuthorization.patient", "cds-r-2: needed where patient scopes are granted"
    context = request.get("context")
    user = context.get("userId") if isinstance(context, dict) else None
    if not (isinstance(user, str) and _USER.fullmatch(user)):
        yield "context.userId", "ord-1: a type and an id, as Practitioner/123"


def response_faults(response: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with an answer: cds-resp-1 to cds-resp-7."""
    for number, card in enumerate(_objects(response.get("cards"))):
        for place, fault in _card_faults(card):
            yield f"cards[{number}]{place}", fault
    for number, action in enumerate(_objects(response.get("systemActions"))):
        for place, fault in _action_faults(action):
            yield f"systemActions[{number}]{place}", fault


def _card_faults(card: Mapping[str, Any]) -> Iterator[Fault]:
    offered = _objects(card.get("suggestions"))
    recommended = sum(1 for each in offered if each.get("isRecommended") is True)
    if card.get("selectionBehavior") == "at-most-one" and recommended > 1:
        yield ".suggestions", "cds-resp-1: at most one may be recommended where at most one may be selected"
    if offered and not card.get("selectionBehavior"):
        yield ".selectionBehavior", "cds-resp-6: needed where there are suggestions"
    for number, link in enumerate(_objects(card.get("links"))):
        if link.get("type") != "smart" and link.get("appContext"):
            yield f".links[{number}].appContext", "cds-resp-3: only for smart apps"
    for number, reason in enumerate(_objects(card.get("overrideReasons"))):
        if not reason.get("display"):
            yield f".overrideReasons[{number}].display", "cds-resp-4: needed"
    for number, suggestion in enumerate(offered):
        for place, fault in _suggestion_faults(suggestion):
            yield f".suggestions[{number}]{place}", fault


def _suggestion_faults(suggestion: Mapping[str, Any]) -> Iterator[Fault]:
    behaviour = suggestion.get("actionSelectionBehavior", "all")
    if behaviour not in ("all", "any", "at-most-one"):
        yield ".actionSelectionBehavior", "cds-resp-7: all, any or at-most-one"
    for number, action in enumerate(_objects(suggestion.get("actions"))):
        if not action.get("description"):
            yield f".actions[{number}].description", "cds-resp-5: needed"
        for place, fault in _action_faults(action):
            yield f".actions[{number}]{place}", fault


def _action_faults(action: Mapping[str, Any]) -> Iterator[Fault]:
    if action.get("type") == "delete" and (not action.get("resourceId") or "resource" in action):
        yield ".resourceId", "cds-resp-2: needed for a delete, and no resource"


def feedback_faults(body: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with feedback: cds-fb-1 to cds-fb-3."""
    for number, item in enumerate(_objects(body.get("feedback"))):
        place = f"feedback[{number}]"
        if item.get("outcome") not in ("accepted", "overridden"):
            yield f"{place}.outcome", "cds-fb-1: accepted or overridden"
        if item.get("outcome") == "accepted" and not item.get("acceptedSuggestions"):
            yield f"{place}.acceptedSuggestions", "cds-fb-2: needed where the outcome is accepted"
        reason = item.get("overrideReason")
        if isinstance(reason, dict) and not (reason.get("reason") or reason.get("userComment")):
            yield f"{place}.overrideReason", "cds-fb-3: a reason, a userComment, or both"


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


INVARIANTS: Final[Mapping[str, Callable[[Mapping[str, Any]], Iterator[Fault]]]] = {
    "request": request_faults,
    "response": response_faults,
    "feedback": feedback_faults,
}
"""By the kind of message."""
