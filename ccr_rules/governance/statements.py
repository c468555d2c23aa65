"""Every statement that a ruleset makes, and where it is from."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ccr_rules.language.building.templates import parameter_in_words
from ccr_rules.language.ruleset import Grounds, Indicator, Review, Ruleset

Standing = Literal["sourced", "choice", "unverified"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: which part of the ruleset makes it, what it says in short, and its grounds."""

    section: str
    name: str
    says: str
    grounds: Grounds

    @property
    def standing(self) -> Standing:
        """Return how sure it is: what is unverified stays so, whatever source it also names."""
        if self.grounds.unverified:
            return "unverified"
        return "choice" if self.grounds.choice else "sourced"

    @property
    def names_its_origin(self) -> bool:
        """Whether it says where it is from, whose choice it is, or what about it is open."""
        return bool(self.grounds.source or self.grounds.choice or self.grounds.unverified)


def statements(ruleset: Ruleset) -> Iterator[Statement]:
    """Yield every statement, in the order in which the plain English tells them."""
    yield from _rules(ruleset)
    yield from _beside(ruleset)


def _rules(ruleset: Ruleset) -> Iterator[Statement]:
    """Yield what is due, who does it, and what is prompted."""
    for indicator in ruleset.indicators.values():
        yield Statement("indicators", indicator.id, indicator.title, indicator.grounds)
        yield from _rows(indicator)
    for review in ruleset.reviews.values():
        yield Statement("reviews", review.id, review.title, review.grounds)
        yield from _contents(review)
    for step in ruleset.process.values():
        yield Statement("process", step.id, step.title, step.grounds)
    for prompt in ruleset.prompts.values():
        yield Statement("prompts", prompt.id, prompt.summary.text, prompt.grounds)


def _beside(ruleset: Ruleset) -> Iterator[Statement]:
    """Yield what stands beside the rules."""
    for reason in ruleset.decline_reasons.values():
        yield Statement("decline_reasons", reason.code, reason.display, reason.grounds)
    for item in ruleset.items.values():
        yield Statement("items", item.id, item.title, item.grounds)
    for finding in ruleset.findings.values():
        yield Statement("findings", finding.id, finding.message.text, finding.grounds)
    for payment in ruleset.payments.values():
        yield Statement("payments", payment.id, payment.title, payment.grounds)
    for rule in ruleset.not_computable.values():
        yield Statement("not_computable", rule.id, rule.title, rule.grounds)
    for parameter in ruleset.parameters.values():
        value = parameter_in_words(parameter.value)
        yield Statement("parameters", parameter.name, value, parameter.grounds)


def _rows(indicator: Indicator) -> Iterator[Statement]:
    """Yield each row; one without grounds of its own has those of its indicator."""
    for number, row in enumerate(indicator.rows, start=1):
        says = f"{row.outcome} {row.reason or ''}".strip()
        yield Statement("rows", f"{indicator.id}, row {number}", says, row.grounds)


def _contents(review: Review) -> Iterator[Statement]:
    for items in review.content.values():
        for item in items:
            yield Statement("contents", f"{review.id}, {item.id}", item.title, item.grounds)


def counts(ruleset: Ruleset) -> Mapping[Standing, int]:
    """Return how many statements stand how sure; a row counts only if it has grounds of its own."""
    return Counter(each.standing for each in own_statements(ruleset))


def own_statements(ruleset: Ruleset) -> Iterator[Statement]:
    """Yield the statements without the rows that only repeat the grounds of their indicator."""
    for each in statements(ruleset):
        if each.section == "rows":
            indicator = ruleset.indicators[each.name.partition(",")[0]]
            if each.grounds == indicator.grounds:
                continue
        yield each
