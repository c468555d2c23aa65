"""Why a card may be set aside: the reasons of its prompts. What follows from one is the store's to know."""

from typing import Final

from ccr_rules.cds_hooks.messages import Coding
from ccr_rules.evaluation.result import Evaluation

SYSTEM: Final = "https://ccr-rules.example/decline-reason"
"""The system of the reasons, which are words of the rulesets; nothing answers there."""


def reasons(evaluation: Evaluation) -> tuple[Coding, ...]:
    """Return the reasons of all prompts on the card, each once, with how long it holds."""
    found: dict[str, Coding] = {}
    for prompt in evaluation.prompts:
        for each in prompt.decline:
            holds = each.holds if each.holds.startswith("until") else f"for {each.holds}"
            found.setdefault(each.code, Coding(each.code, SYSTEM, f"{each.display} (quiet {holds})"))
    return tuple(found.values())
