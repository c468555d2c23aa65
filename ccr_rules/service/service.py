"""Everything that routes need, one of each for a process."""

from dataclasses import dataclass, field

from starlette.requests import Request

from ccr_rules.service.answering import Answering
from ccr_rules.service.clock import Clock
from ccr_rules.service.metrics import Metrics
from ccr_rules.service.rules import Rules
from ccr_rules.service.settings import Settings


@dataclass(slots=True)
class Service:
    """The parts of a running service."""

    settings: Settings
    clock: Clock
    rules: Rules
    answering: Answering
    metrics: Metrics = field(default_factory=Metrics)


def service_of(request: Request) -> Service:
    """Return the service that a request came to."""
    found: Service = request.app.state.service
    return found
