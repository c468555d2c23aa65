"""What plugins do in one evaluation, written down as it happens."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from ccr_rules.evaluation.answers import PluginFault
from ccr_rules.evaluation.hosted import NOBODY, Hosted, Withholding
from ccr_rules.hosting.calls import Failed, Implementation
from ccr_rules.hosting.doubt import doubted
from ccr_rules.hosting.guard import Watch
from ccr_rules.hosting.junk import Check
from ccr_rules.record.patient import PatientRecord


class Part:
    """Who took part, who failed, and what was withheld. `took` and `faults` are those of the library."""

    def __init__(self, watch: Watch, took: Iterable[str] = (), faults: Iterable[PluginFault] = ()) -> None:
        self._watch = watch
        self._took = dict.fromkeys(took)
        self._faults = list(faults)
        self._withheld: list[Withholding] = []
        self._doubts: list[tuple[Collection[str], str]] = []

    def ask(self, asked: Implementation, check: Check, **arguments: Any) -> Any:
        """Return what a plugin returns, or None, also where it fails. Raises errors that are an answer."""
        try:
            value = asked.call(self._watch, check, **arguments)
        except Failed as failed:
            self._faults.append(failed.fault)
            return None
        if value is not None and not asked.is_core:
            self._took[asked.plugin] = None
        return value

    def insist(self, asked: Implementation, check: Check, **arguments: Any) -> Any:
        """Return what a plugin returns. Raises Failed."""
        return asked.call(self._watch, check, **arguments)

    def first(
        self, asked: Iterable[Implementation], check: Check, failed: Callable[[str], None], **arguments: Any
    ) -> Any:
        """Return what the first plugin returns that has an answer; `failed` hears of those that fail."""
        for each in asked:
            before = len(self._faults)
            value = self.ask(each, check, **arguments)
            if value is not None:
                return value
            if len(self._faults) > before:
                failed(each.plugin)
        return None

    @property
    def faults(self) -> tuple[PluginFault, ...]:
        """Those that failed."""
        return tuple(self._faults)

    def doubt(self, record: PatientRecord, kinds: Collection[str], plugin: str) -> PatientRecord:
        """Return a record of which a plugin that failed might have known more."""
        self._doubts.append((kinds, plugin))
        return doubted(record, kinds, plugin)

    def still_doubted(self, record: PatientRecord) -> PatientRecord:
        """Return a record that others have worked on since: what one knows does not make up for another."""
        for kinds, plugin in self._doubts:
            record = doubted(record, kinds, plugin)
        return record

    def withhold(self, withheld: Withholding) -> None:
        """Write down that a prompt is not shown."""
        self._withheld.append(withheld)

    def told(self, reference: Callable[[str], str]) -> Hosted:
        """Return it as the evaluation tells it; `reference` gives the name of a plugin its version."""
        if not (self._took or self._faults):
            return NOBODY
        return Hosted(tuple(map(reference, self._took)), self.faults, tuple(self._withheld))
