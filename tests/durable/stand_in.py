"""The process with a stand-in for durable-rules that fails in one way: `python stand_in.py WAY`.

It stands in for what the C code of durable-rules does when it goes wrong, which it does not do on
demand, and for durable-rules on a Python on which that does not work. Apart from its fault it gives
the answers that flat conjunctions have.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from typing import Any

from ccr_rules.hosting.durable import child

Fact = Mapping[str, int]

SMALL = 5
"""A prompt or a finding has so few rules, an indicator and a review more."""


def holds(rule: Mapping[str, Any], fact: Fact) -> bool:
    (message,) = rule["all"]
    return all(_test(test, fact) for test in message["m"]["$and"])


def _test(test: Mapping[str, Any], fact: Fact) -> bool:
    if "$gte" in test:
        ((name, value),) = test["$gte"].items()
        return bool(fact[name] >= value)
    if "$lte" in test:
        ((name, value),) = test["$lte"].items()
        return bool(fact[name] <= value)
    ((name, value),) = test.items()
    return bool(fact[name] == value)


class StandIn:
    """The five functions that the process calls."""

    def __init__(self, fault: str) -> None:
        self._fault = fault
        self._rulesets: list[dict[str, Any]] = []
        self._waiting: list[str] = []

    def create_ruleset(self, name: str, definition: str) -> int:
        self._rulesets.append(json.loads(definition))
        return len(self._rulesets) - 1

    def assert_fact(self, handle: int, fact: str) -> tuple[int, int]:
        self._go_wrong()
        read = json.loads(fact)
        self._waiting = [name for name, rule in self._rulesets[handle].items() if holds(rule, read)]
        if self._fault == "forgets a rule" and len(self._waiting) > 1:
            del self._waiting[0]
        if self._fault == "forgets a rule of small rulesets" and len(self._rulesets[handle]) <= SMALL:
            self._waiting = self._waiting[-1:]
        if self._fault == "forgets the catch-all":
            self._waiting.remove("z")
            self._waiting.append("r0")
        return (1 if self._fault == "rejects" else 0), 0

    def _go_wrong(self) -> None:
        match self._fault:
            case "hangs":
                time.sleep(3600)
            case "crashes":
                os.kill(os.getpid(), signal.SIGKILL)
            case "leaves":
                os._exit(3)
            case "raises":
                raise MemoryError("out of memory")
            case _:
                pass

    def start_action_for_state(self, handle: int, state: int) -> tuple[str, str] | None:
        if self._fault == "fires nothing":
            return None
        session = {"sid": "0", "exception": "lost"} if self._fault == "swallows" else {"sid": "0"}
        message = self.complete_and_start_action(handle, state)
        assert message is not None
        return json.dumps(session), message

    def complete_and_start_action(self, handle: int, state: int) -> str | None:
        return json.dumps({self._waiting.pop(0): {"m": {}}}) if self._waiting else None

    def delete_state(self, handle: int, session: str) -> None:
        assert session == "0"


if __name__ == "__main__":
    fault = sys.argv[1]
    if fault == "babbles":
        os.write(1, b"\0\0\0\5hello")
    elif fault == "says nothing of one":
        os.write(1, b"\0\0\0\1\x80")  # a reply without answers
    else:
        sys.modules["durable_rules_engine"] = StandIn(fault)  # type: ignore[assignment]
        sys.exit(child.main())
