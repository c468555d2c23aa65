"""One call of one plugin: what it returned, or what went wrong. Nothing that it does reaches anybody else."""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from traceback import extract_tb
from typing import Any, Final

from ccr_rules.evaluation.answers import PluginFault
from ccr_rules.hosting.guard import Busy, Limit, Watch
from ccr_rules.hosting.junk import Check, Junk

SECONDS: Final[Mapping[str, float]] = {
    "ccr_rulesets": 5.0,
    "ccr_codelists": 5.0,
    "ccr_split_source": 60.0,
    "ccr_read_record": 5.0,
    "ccr_enrich_record": 0.25,
    "ccr_consultation": 0.1,
    "ccr_filter_prompts": 0.1,
    "ccr_links": 0.1,
    "ccr_render": 10.0,
    "ccr_export": 30.0,
    "ccr_deliver": 30.0,
    "ccr_feedback": 0.5,
}
"""How long a call may take, in seconds. CDS Hooks expects an answer within half a second."""


@dataclass(frozen=True, slots=True)
class Implementation:
    """What one plugin does for one hook: a function, and the arguments that it takes."""

    plugin: str
    hook: str
    function: Callable[..., Any]
    takes: tuple[str, ...]
    seconds: float
    is_core: bool = False
    raises: tuple[type[Exception], ...] = field(default=())
    """Errors that are an answer, and not a fault."""

    def call(self, watch: Watch, check: Check, **arguments: Any) -> Any:
        """Return what it returns, checked, or None. Raises Failed, and errors that are an answer."""
        given = {name: arguments[name] for name in self.takes}
        if self.is_core:
            return self.function(**given)
        try:
            return watch.call(Limit(self.plugin, self.hook, self.seconds), lambda: self._called(given, check))
        except Busy as busy:
            limit = busy.limit
            what = f"{limit.hook} takes longer than {limit.seconds:g} s: it is not called before that returns"
        raise self._failed(what)

    def _called(self, given: Mapping[str, Any], check: Check) -> Any:
        """Call it and check what it returns, both in its time: whoever looks at that may run its code."""
        try:
            value = self.function(**given)
            return None if value is None else check(value)
        except self.raises:
            raise
        except Junk as junk:
            what = f"returned what is not allowed: {junk}"
        except BaseException as error:  # noqa: BLE001 - a plugin may raise anything, SystemExit among it
            what = _raised(error)
        raise self._failed(what)

    def _failed(self, what: str) -> "Failed":
        return Failed(PluginFault(self.plugin, self.hook, what))


class Failed(Exception):
    """A plugin that failed, and how."""

    def __init__(self, fault: PluginFault) -> None:
        super().__init__(f"{fault.plugin}: {fault.hook} {fault.fault}")
        self.fault = fault


def core_first(asked: Iterable[Implementation]) -> list[Implementation]:
    """Return implementations in the order in which they add to what the core gives."""
    return sorted(asked, key=lambda each: not each.is_core)


def _raised(error: BaseException) -> str:
    """Return what was raised, and where. Its message is left out: it may quote the record."""
    try:
        return f"raised {_kind(error)}{_place(error)}"
    except Exception:  # noqa: BLE001 - its class may be anything too
        return "raised what cannot be told"


def _kind(error: BaseException) -> str:
    """Return the class of an error: the first that stands in a module. One made as it is raised may quote."""
    found = (each for each in type(error).__mro__ if _stands_in_a_module(each))
    return next(found, BaseException).__name__


def _stands_in_a_module(class_: type) -> bool:
    return getattr(sys.modules.get(class_.__module__), class_.__name__, None) is class_


def _place(error: BaseException) -> str:
    frames = extract_tb(error.__traceback__)
    return f" at {Path(frames[-1].filename).name} line {frames[-1].lineno}" if frames else ""
