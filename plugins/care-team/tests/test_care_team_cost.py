"""What the plugin costs in an evaluation: less than 0.2 ms of processor time."""

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from ccr_care_team.plugin import CareTeam

from ccr_rules import Engine
from ccr_rules.hosting import Context

DAY = date(2026, 11, 20)
CALLS = 200


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of one call, the least of five rounds."""
    rounds = []
    for _ in range(5):
        start = time.thread_time()
        for _ in range(CALLS):
            work()
        rounds.append((time.thread_time() - start) / CALLS)
    return min(rounds)


def test_all_hooks_of_an_evaluation_together(tmp_path: Path) -> None:
    plugin = CareTeam()
    settings = {
        "slots": {"Letters": {"mode": "administrative"}},
        "roles": {"Reception": "receptionist", "GP": "GP"},
        "does_not_act_on": {"receptionist": ["support-conversation-due"]},
        "folder": str(tmp_path),
    }
    plugin.ccr_configure(settings, Path())
    record = Path("fhir_examples/support-overdue/record.json").read_bytes()
    evaluation = Engine.default().evaluate(record, DAY)
    context = Context(DAY, DAY, {"slotType": "Letters", "userRole": "Reception"})
    assert evaluation.prompts

    def work() -> None:
        plugin.ccr_enrich_record(context)
        plugin.ccr_consultation(context)
        plugin.ccr_filter_prompts(evaluation, context)

    taken = seconds(work)
    assert taken < 0.0002, f"{taken * 1e6:.0f} microseconds"
