"""What is counted, for Prometheus. Labels are names of the configuration and of the code, never of a request.

With several workers each keeps its counts in files of a folder that all of them share
(PROMETHEUS_MULTIPROC_DIR, which `ccr serve` makes), and whichever is asked tells the sums.
"""

import os

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

SHARED = "PROMETHEUS_MULTIPROC_DIR"
MEDIA_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The counts of one service."""

    def __init__(self) -> None:
        self._own = registry = CollectorRegistry()
        self.requests = Counter(
            "ccr_requests", "Requests answered.", ("route", "method", "status"), registry=registry
        )
        self.seconds = Histogram(
            "ccr_request_seconds",
            "How long requests took.",
            ("route",),
            buckets=_SECONDS,
            registry=registry,
        )
        self.clients = Counter("ccr_client_requests", "Requests by client.", ("client",), registry=registry)
        self.refusals = Counter(
            "ccr_refusals", "Callers turned away, by the code of why.", ("why",), registry=registry
        )
        self.evaluations = Counter(
            "ccr_evaluations", "Records evaluated, by completeness.", ("completeness",), registry=registry
        )
        self.unrecorded = Counter(
            "ccr_decisions_not_recorded", "Decisions that the store did not take.", registry=registry
        )
        self.plugin_faults = Counter(
            "ccr_plugin_faults", "Plugins that failed.", ("plugin", "hook"), registry=registry
        )
        self.reloads = Counter("ccr_reloads", "Reloads of the rulesets.", ("outcome",), registry=registry)

    def text(self) -> bytes:
        """Return the counts in Prometheus's format: of all workers, where there are several."""
        registry = self._own
        if os.environ.get(SHARED):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
