"""The messages that a CDS Hooks service sends, as the specification has them (CDS Hooks 2.0.1).

What is optional and empty is left out: nothing may be null, an empty text or an empty list, but for
`cards` and `services`, which are always there. Words are `snake_case` here and camelCase in JSON.
"""

from typing import Any, Final, Literal

import msgspec

Indicator = Literal["info", "warning", "critical"]
SelectionBehavior = Literal["at-most-one", "any"]

MAX_SUMMARY: Final = 139
"""The specification asks for fewer than 140 characters."""


class Message(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A part of a message."""


class Coding(Message, frozen=True):
    """A code of a system, with what a person reads."""

    code: str
    system: str
    display: str


class Source(Message, frozen=True):
    """What the content of a card rests on first of all."""

    label: str
    url: str = ""
    icon: str = ""
    topic: Coding | None = None


class Action(Message, frozen=True):
    """Something that the host does if the user takes the suggestion; here it only ever creates."""

    type: Literal["create"]
    description: str
    resource: dict[str, Any]


class Suggestion(Message, frozen=True):
    """Actions that are taken together. `is_recommended` is always said: some clients need it."""

    label: str
    uuid: str
    is_recommended: bool | msgspec.UnsetType = msgspec.UNSET
    actions: tuple[Action, ...] = ()


class Link(Message, frozen=True):
    """A link of a card."""

    label: str
    url: str
    type: Literal["absolute", "smart"]


class Card(Message, frozen=True):
    """What a clinician sees."""

    uuid: str
    summary: str
    indicator: Indicator
    source: Source
    detail: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    selection_behavior: SelectionBehavior | msgspec.UnsetType = msgspec.UNSET
    override_reasons: tuple[Coding, ...] = ()
    links: tuple[Link, ...] = ()


class Response(msgspec.Struct, frozen=True):
    """The answer to a call. There are never `systemActions`: nothing is written without somebody's hand."""

    cards: tuple[Card, ...]
    extension: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class Service(Message, frozen=True):
    """A service as discovery tells it; `version` is of CDS Hooks 3.0, and harmless before."""

    hook: str
    id: str
    title: str
    description: str
    prefetch: dict[str, str] = {}
    usage_requirements: str = ""
    version: str = ""


class Services(msgspec.Struct, frozen=True):
    """All services."""

    services: tuple[Service, ...]


def encode(message: Response | Services) -> bytes:
    """Return a message as JSON."""
    return msgspec.json.encode(message)
