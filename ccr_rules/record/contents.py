"""What the containers of a source hold: located resources, gaps, pages; see `containers` for how.

A `Gap` is a sign that something is missing: an unread page, an OperationOutcome, a null.
"""

from typing import Any, NamedTuple

import msgspec

from ccr_rules.record.patient import Quarantined
from ccr_rules.record.self_links import Answered

WHOLE = "record"
"""The place of a resource that is the whole source."""

EVERY_KIND = ""
"""The kind of a gap that may concern any kind."""


class Located(msgspec.Struct, frozen=True, gc=False):
    """A resource as it stands in the source, and where; `inside` is the resource that contains it."""

    content: dict[str, Any]
    resource_type: str
    place: str
    full_url: str = ""
    inside: "Located | None" = None


class Gap(NamedTuple):
    """Something missing of a kind (or of any kind, if that is empty), and the reason."""

    kind: str
    reason: str


class Page(NamedTuple):
    """A Bundle as a page of an answer; `about` is the kind that it was asked for, if that is known."""

    about: str
    own: str
    next: str
    answered: Answered
    is_search: bool
    total: int | None
    matches: int
    place: str


class Contents:
    """All that the containers of a source hold and say."""

    def __init__(self) -> None:
        self.located: list[Located] = []
        self.gaps: list[Gap] = []
        self.quarantined: list[Quarantined] = []
        self.pages: list[Page] = []
        self.whole = False
        self.bundles = 0
        self.stated: set[str] = set()
        self.contained: set[str] = set()
        self.asked_patients: list[tuple[str, str]] = []
        self.deleted: dict[str, str] = {}
        self.unstated_types: list[str] = []

    def missing(self, kind: str, reason: str) -> None:
        """Write down that something of a kind is missing."""
        self.gaps.append(Gap(kind, reason))

    def refuse(self, place: str, reason: str, kind: str = EVERY_KIND) -> None:
        """Quarantine what stands at a place; it may have been of any kind unless one is given."""
        self.quarantined.append(Quarantined("", place, reason, kind))


def kind_name(value: Any) -> str:
    """Return the name of a JSON type, for messages."""
    names = {dict: "an object", list: "a list", str: "text", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number" if isinstance(value, (int, float)) else type(value).__name__)
