"""Prompts, findings, payments, and rules that are stated but not computed."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from msgspec.structs import replace

from ccr_rules.language.ast import ConditionExpression, ConditionName, Place, StatusIn
from ccr_rules.language.building.context import GROUNDS, Context
from ccr_rules.language.building.templates import read_template
from ccr_rules.language.fields import Fields, Keys
from ccr_rules.language.nodes import Node
from ccr_rules.language.report import nearest
from ccr_rules.language.ruleset import Apart, Condition, Finding, NotComputable, Payment, Prompt
from ccr_rules.language.vocabulary import SEVERITIES
from ccr_rules.language.walk import walk

_PROMPT = Keys(("when", "severity", "summary"), ("review", "detail", "record", "decline", *GROUNDS))
_FINDING = Keys(("when", "severity", "message"), GROUNDS)
_PAYMENT = Keys(("title", "when", "amount", "currency", "per"), GROUNDS)
_NOT_COMPUTABLE = Keys(("title", "needs"), GROUNDS)
_CURRENCY = re.compile(r"[A-Z]{3}")
_PER: tuple[Literal["patient", "year", "event"], ...] = ("patient", "year", "event")


def read_prompt(id_: str, node: Node, at: Place, context: Context) -> Prompt | None:
    """Read a prompt. Without a `review` it has none yet: see `with_review`."""
    what = f"the prompt `{id_}`"
    fields = context.fields(node, what, _PROMPT)
    grounds = context.grounds(fields, what)
    when = context.condition(fields, "when")
    summary, detail = (read_template(fields, key, context) for key in ("summary", "detail"))
    review = context.review(fields, "review")
    record = context.aliases(fields, "record")
    decline = _decline(fields, context)
    severity = fields.word("severity", SEVERITIES, "info")
    if when is None or summary is None:
        return None
    return Prompt(id_, when, severity, summary, detail, review, record, decline, grounds, at)


def _decline(fields: Fields, context: Context) -> tuple[str, ...]:
    codes = []
    for node in fields.texts("decline"):
        codes.append(node.text)
        if node.text not in context.decline_reasons:
            message = f"`decline_reasons` has no `{node.text}`"
            hint = nearest(node.text, context.decline_reasons)
            context.report.add("unknown-reason", message, node.at, found=node.text, hint=hint)
    return tuple(codes)


def with_review(prompt: Prompt, conditions: Mapping[str, Condition]) -> Prompt:
    """Return the prompt with its review: the only one whose status its `when` tests, directly or not."""
    if prompt.review is not None:
        return prompt
    tested = _tested_reviews(prompt.when, conditions, set())
    return replace(prompt, review=tested.pop()) if len(tested) == 1 else prompt


def _tested_reviews(
    test: ConditionExpression, conditions: Mapping[str, Condition], seen: set[str]
) -> set[str]:
    reviews = {part.review for part in walk(test) if isinstance(part, StatusIn)}
    for part in walk(test):
        if isinstance(part, ConditionName) and part.name not in seen:
            seen.add(part.name)
            named = conditions.get(part.name)
            if named and not isinstance(named.test, Apart):
                reviews |= _tested_reviews(named.test, conditions, seen)
    return reviews


def read_finding(id_: str, node: Node, at: Place, context: Context) -> Finding | None:
    """Read a data-quality rule."""
    what = f"the finding `{id_}`"
    fields = context.fields(node, what, _FINDING)
    grounds = context.grounds(fields, what)
    when = context.condition(fields, "when")
    message = read_template(fields, "message", context)
    severity = fields.word("severity", SEVERITIES, "info")
    if when is None or message is None:
        return None
    return Finding(id_, when, severity, message, grounds, at)


def read_payment(id_: str, node: Node, at: Place, context: Context) -> Payment | None:
    """Read what a scheme pays when a condition holds."""
    what = f"the payment `{id_}`"
    fields = context.fields(node, what, _PAYMENT)
    grounds = context.grounds(fields, what)
    when = context.condition(fields, "when")
    payment = (
        fields.decimal("amount") or Decimal(0),
        fields.matched("currency", _CURRENCY, "three capital letters such as GBP"),
        fields.word("per", _PER, "event"),
    )
    return None if when is None else Payment(id_, fields.text("title"), when, *payment, grounds, at)


def read_not_computable(id_: str, node: Node, at: Place, context: Context) -> NotComputable:
    """Read a rule that is stated but never evaluated."""
    what = f"the rule `{id_}`"
    fields = context.fields(node, what, _NOT_COMPUTABLE)
    grounds = context.grounds(fields, what)
    return NotComputable(id_, fields.text("title"), fields.text("needs"), grounds, at)
