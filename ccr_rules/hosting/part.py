"""What plugins do in one evaluation, written down as it happens."""

from collections.abc import Callable, Iterable
from typing import Any

from ccr_rules.evaluation.answers import PluginFault
from ccr_rules.evaluation.hosted import NOBODY, Hosted, Withholding
from ccr_rules.hosting.calls import Failed, Implementation
from ccr_rules.hosting.guard import Watch
from ccr_rules.hosting.junk import Check


class Part:
    """Who took part, who failed, and what was withheld. `took` and `faults` are those of the library."""

    def __init__(self, watch: Watch, took: Iterable[str] = (), faults: Iterable[PluginFault] = ()) -> None:
        self._watch = watch
        self._took = dict.fromkeys(took)
        self._faults = list(faults)
        self._withheld: list[Withholding] = []

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

    def withhold(self, withheld: Withholding) -> None:
        """Write down that a prompt is not shown."""
        self._withheld.append(withheld)

    def told(self, reference: Callable[[str], str]) -> Hosted:
        """Return it as the evaluation tells it; `reference` gives the name of a plugin its version."""
        if not (self._took or self._faults):
            return NOBODY
        return Hosted(tuple(map(reference, self._took)), self.faults, tuple(self._withheld))
