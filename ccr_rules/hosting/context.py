"""What a plugin is told beside the record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Context:
    """The question of an evaluation.

    `as_of` is its day, `known_on` the last day of recording that counts. `host` is whatever the host passed
    along (`Engine.evaluate(..., host={...})`; in a CDS Hooks call the call's own `context`): its keys are
    agreed between a host and its plugins.
    """

    as_of: date
    known_on: date
    host: Mapping[str, Any] = field(default_factory=dict)
