"""Explanations as pages: the answer, the steps to it, and what would change it."""

from collections.abc import Sequence
from datetime import date

from ccr_rules.cli.layout import Page
from ccr_rules.dates import display
from ccr_rules.evaluation.derivation import Step
from ccr_rules.evaluation.explanation import Explanation, explain, rule_ids
from ccr_rules.evaluation.result import Evaluation

STEP = 2
DEEPEST = 20
"""Steps further down are not indented more, so that their lines keep a readable length."""


def explanation_page(found: Sequence[Explanation], patient: str, day: date, width: int) -> Page:
    """Return the page that explains one or more rules."""
    page = Page(width)
    page.title(patient, f"as of {display(day)}")
    for each in found:
        page.gap()
        page.say(f"{each.title}: {each.answer}", "bold")
        page.say(f"{each.kind} {each.id} of {each.ruleset}", "dim")
        page.gap()
        for step in each.steps:
            _step(page, step, STEP)
        if each.would_change:
            page.gap()
            page.say("What would change it", "bold", indent=STEP)
            for change in each.would_change:
                page.say(f"– {change}", indent=STEP, hang=STEP)
    return page


def _step(page: Page, step: Step, indent: int) -> None:
    page.say(f"{step.text} → {step.value}", indent=indent, hang=2 * STEP)
    inside = min(indent + STEP, DEEPEST)
    for remark in step.notes:
        page.say(remark, "dim", indent=inside, hang=STEP)
    for part in step.steps:
        _step(page, part, inside)


def rules_page(evaluation: Evaluation, width: int) -> Page:
    """Return the page that lists every rule with its answer."""
    page = Page(width)
    page.title(evaluation.record.reference, f"as of {display(evaluation.moment.as_of)}")
    found = [each for rule in rule_ids(evaluation) for each in explain(evaluation, rule)]
    for result in evaluation.results:
        reference = result.ruleset.reference
        page.gap()
        page.say(f"{reference} ({result.ruleset.status})", "bold")
        rows = [(each.id, each.kind, each.answer) for each in found if each.ruleset == reference]
        page.rows("", rows)
    return page
