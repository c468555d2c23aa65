"""A plugin that withholds prompts is told the question, and so whoever is looking at the screen."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ccr_rules import Engine
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting import Context, Withheld, hookimpl
from ccr_rules.hosting.plugins import Plugins

RECORD = Path("fhir_examples/support-overdue/record.json").read_bytes()


class ForNurses:
    """Shows everything to a nurse, and nothing to anybody else."""

    def __init__(self) -> None:
        self.asked: list[Context] = []

    @hookimpl
    def ccr_filter_prompts(self, evaluation: Evaluation, context: Context) -> Sequence[Withheld]:
        self.asked.append(context)
        if context.host.get("role") == "nurse":
            return []
        return [Withheld(each.id, each.ruleset, "for nurses") for each in evaluation.prompts]


class Early:
    """Takes the evaluation alone, as one that needs no more."""

    @hookimpl
    def ccr_filter_prompts(self, evaluation: Evaluation) -> Sequence[Withheld] | None:
        return None


def test_the_context_of_an_evaluation_reaches_the_filter() -> None:
    plugin = ForNurses()
    engine = Engine.hosting(Plugins.of({"nurses": plugin, "early": Early()}))
    nurse = engine.evaluate(RECORD, "2026-11-20", known_on="2026-11-21", host={"role": "nurse"})
    other = engine.evaluate(RECORD, "2026-11-20", host={"role": "porter"})
    assert [each.id for each in nurse.prompts] == ["support-conversation-due"]
    assert (other.prompts, [each.reason for each in other.held]) == ([], ["nurses: for nurses"])
    assert plugin.asked[0] == Context(date(2026, 11, 20), date(2026, 11, 21), {"role": "nurse"})
