"""What a plugin is told beside the record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from ccr_rules.errors import UsageError
from ccr_rules.library.library import Library


@dataclass(frozen=True, slots=True)
class Context:
    """The question of an evaluation.

    `as_of` is its day, `known_on` the last day of recording that counts. `host` is whatever the host passed
    along (`Engine.evaluate(..., host={...})`; in a CDS Hooks call the call's own `context`): its keys are
    agreed between a host and its plugins, none of which can change them for the next. `library` holds the
    rulesets and codelists of the engine that asks; None where a plugin is called without one.
    """

    as_of: date
    known_on: date
    host: Mapping[str, Any] = field(default_factory=dict)
    library: Library | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Keep what the host passed along as it is now. Raises UsageError if it has no keys."""
        if not isinstance(self.host, Mapping):
            raise UsageError(f"host: Expected a mapping, got {type(self.host).__name__}; pass a dict")
        object.__setattr__(self, "host", MappingProxyType(dict(self.host)))
