"""What is noted of one request while it is answered, for its log line and its metrics: ids, never content."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.types import Scope

KEY = "ccr.trace"


@dataclass(slots=True)
class Trace:
    """One request: its id, who asks, what was decided. `why` is a code for what only the log may say."""

    request: str
    route: str = ""
    client: str = ""
    tenant: str = ""
    decision: str = ""
    why: str = ""
    counts: dict[str, int] = field(default_factory=dict)


def trace_of(request: Request) -> Trace:
    """Return what is noted of a request."""
    found: Trace = request.scope[KEY]
    return found


def keep(scope: Scope, trace: Trace) -> None:
    """Put a trace where `trace_of` finds it."""
    scope[KEY] = trace
