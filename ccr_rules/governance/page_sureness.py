"""How sure the statements of a ruleset are, as a page says it: in figures, and what is not, one by one."""

from collections.abc import Iterator

from ccr_rules.governance.statements import Standing, Statement, counts, own_statements
from ccr_rules.language.ruleset import Ruleset

_WORDS: dict[Standing, str] = {
    "sourced": "name a source, and nothing about them is open",
    "choice": "are somebody's choice, with the reason",
    "unverified": "are **unverified**, in whole or in part: see [below](#what-is-unverified)",
}
_KINDS = {
    "indicators": "indicator",
    "rows": "decision row",
    "reviews": "review",
    "contents": "content of a review",
    "process": "step",
    "prompts": "prompt",
    "decline_reasons": "reason for declining",
    "items": "item",
    "findings": "finding",
    "payments": "payment",
    "not_computable": "not computable",
    "parameters": "parameter",
}
_VALUES = ("parameters", "contents", "process")


def sureness(ruleset: Ruleset) -> Iterator[str]:
    """Yield the figures: a statement is a rule, a decision row, a value, a step, or what a review covers."""
    found = counts(ruleset)
    yield from ("## How sure this is", "")
    yield f"Of {sum(found.values())} statements (rules, decision rows, values, steps, what a review covers):"
    yield ""
    yield from (f"- {found[standing]} {words}" for standing, words in _WORDS.items() if found[standing])
    if ruleset.not_computable:
        yield ""
        count = len(ruleset.not_computable)
        rules = "1 rule is" if count == 1 else f"{count} rules are"
        yield f"{rules} stated and **never computed**: see [below](#not-computable)."
    yield ""


def unverified(ruleset: Ruleset) -> Iterator[str]:
    """Yield a list of what is unverified, with what is open about it."""
    found = [each for each in own_statements(ruleset) if each.standing == "unverified"]
    if found:
        yield from ("## What is unverified", "")
        yield from map(_line, found)
        yield ""


def _line(statement: Statement) -> str:
    value = f" ({statement.says})" if statement.section in _VALUES else ""
    source = f" [source: {statement.grounds.source}]" if statement.grounds.source else ""
    name = f"{_KINDS[statement.section]} **{statement.name}**{value}"
    return f"- {name}: {statement.grounds.unverified}{source}"
