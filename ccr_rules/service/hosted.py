"""Plugins in the service: their faults are counted and logged, and they hear of feedback."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ccr_rules.cds_hooks.feedback import Feedback as CardFeedback
from ccr_rules.evaluation.answers import PluginFault
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting import Feedback
from ccr_rules.hosting.folders import LIBRARY
from ccr_rules.hosting.plugins import Plugins
from ccr_rules.record.entry import SNOMED, Coding
from ccr_rules.service.metrics import Metrics
from ccr_rules.store.kept import FeedbackSaved, ShownCard

LOG = logging.getLogger("ccr.service.plugins")


@dataclass(frozen=True, slots=True)
class Hosted:
    """The plugins of a service, and where their faults are told."""

    plugins: Plugins
    metrics: Metrics

    def evaluated(self, evaluation: Evaluation) -> None:
        """Tell the faults of an evaluation, but for those of the library, which each of them has."""
        self.told(each for each in evaluation.hosted.faults if each.hook not in LIBRARY)

    def told(self, faults: Iterable[PluginFault]) -> None:
        """Count and log faults. They hold names and kinds of errors, and nothing of a record."""
        for each in faults:
            self.metrics.plugin_faults.labels(each.plugin, each.hook).inc()
            told = {"plugin": each.plugin, "hook": each.hook, "fault": each.fault}
            LOG.warning("a plugin failed", extra=told)

    def heard(self, items: Sequence[CardFeedback], saved: FeedbackSaved) -> None:
        """Tell plugins of feedback that was kept, each time it came for the first time."""
        shown = {each.id: each for each in saved.shown}
        for each in items:
            if each.card in shown:
                self.told(self.plugins.feedback(_feedback(each, shown[each.card])))


def _feedback(item: CardFeedback, card: ShownCard) -> Feedback:
    """Return what was done with a card, as plugins hear it: neither whose it was nor what somebody wrote."""
    prompts = tuple(f"{each.id}@{each.ruleset}" for each in card.prompts)
    taken = [each for each in card.suggestions if each.id in item.accepted and each.code]
    codes = tuple(Coding(SNOMED, each.code, each.label) for each in taken)
    return Feedback(item.outcome, item.at, prompts, codes, item.reason, item.card)
