"""Rulesets that also say on which days their names are, so that the entries behind them can be found.

What a name rests on is what `ccr_rules.evaluation.evidence` says. A date rests on the entries that are, or
may be, the one it names; an `apart` on every entry of its window; any other name on what the names in it rest
on, of a choice only on those dates that may be the chosen one.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from msgspec.structs import replace

from ccr_rules.language.ast import (
    And,
    AnyExpression,
    BooleanLiteral,
    Choice,
    ConditionExpression,
    ConditionName,
    DateExpression,
    DateName,
    Or,
    PatientDate,
    ReviewDate,
    StatusIn,
)
from ccr_rules.language.ruleset import Apart, Condition, Extreme, Finding, Grounds, Item, Ruleset, Template
from ccr_rules.language.walk import parts

SAYS: Final = "@says"
"""The name of the condition that holds for whomever a ruleset says something of."""


class Overlap(NamedTuple):
    """A date of a choice counts where its days and those of the choice have one in common."""

    date: DateExpression
    choice: DateExpression


class Leaf(NamedTuple):
    """Something that a name rests on: a date or `apart`, by name, or a date of the patient."""

    source: str | PatientDate
    overlaps: tuple[Overlap, ...] = ()

    @property
    def is_patient(self) -> bool:
        """Whether it is a date of the patient."""
        return not isinstance(self.source, str)


class Traced(NamedTuple):
    """A ruleset, with items for the dates that have to be known; `items` gives the id of each."""

    ruleset: Ruleset
    items: Mapping[DateExpression, str]
    leaves: Mapping[str, tuple[Leaf, ...]]

    def scans(self) -> Iterator[tuple[str, Extreme | Apart]]:
        """Yield what is found by looking through the entries: every date, and every `apart`."""
        yield from self.ruleset.dates.items()
        for name, condition in self.ruleset.conditions.items():
            if isinstance(condition.test, Apart):
                yield name, condition.test


def traced(ruleset: Ruleset, *, prompting: bool) -> Traced:
    """Return a ruleset that also says when its names are; of people of whom it says anything at all."""
    names = (*ruleset.dates, *ruleset.lets, *ruleset.conditions)
    leaves = {name: tuple(dict.fromkeys(_leaves(ruleset, _named(ruleset, name)))) for name in names}
    wanted = dict.fromkeys((*_of_scans(ruleset), *_of_leaves(leaves)))
    items = {expression: f"@{number}" for number, expression in enumerate(wanted)}
    says = Condition(SAYS, _says(ruleset, prompting))
    dates = {
        id_: Item(id_, "", expression, Grounds(), ConditionName(SAYS)) for expression, id_ in items.items()
    }
    asked = replace(
        ruleset,
        conditions={**ruleset.conditions, SAYS: says},
        items={**ruleset.items, **dates},
        findings={**ruleset.findings, **dict(_aparts(ruleset))},
    )
    return Traced(asked, items, leaves)


def _aparts(ruleset: Ruleset) -> Iterator[tuple[str, Finding]]:
    """Yield a question for each `apart`, so that whoever has an entry of its codelist is looked at."""
    for name, condition in ruleset.conditions.items():
        if isinstance(condition.test, Apart):
            holds = And((ConditionName(SAYS), ConditionName(name)))
            yield f"@{name}", Finding(f"@{name}", holds, "info", Template("", ()))


def _says(ruleset: Ruleset, prompting: bool) -> ConditionExpression:
    """Return a condition that holds wherever there may be a row about somebody."""
    tests: list[ConditionExpression] = [each.population for each in ruleset.indicators.values()]
    tests += [each.applies for each in ruleset.reviews.values()]
    tests += [each.applies or BooleanLiteral(True) for each in ruleset.items.values()]
    rules = (*(ruleset.prompts.values() if prompting else ()), *ruleset.payments.values())
    tests += [each.when for each in (*rules, *ruleset.findings.values())]
    return Or(tuple(tests)) if tests else BooleanLiteral(False)


def _named(ruleset: Ruleset, name: str) -> AnyExpression:
    return ConditionName(name) if name in ruleset.conditions else DateName(name)


def _leaves(
    ruleset: Ruleset, expression: AnyExpression, overlaps: tuple[Overlap, ...] = ()
) -> Iterator[Leaf]:
    match expression:
        case DateName(name=name) if name in ruleset.dates:
            yield Leaf(name, overlaps)
        case ConditionName(name=name) if isinstance(ruleset.conditions[name].test, Apart):
            yield Leaf(name, overlaps)
        case PatientDate():
            yield Leaf(expression, overlaps)
        case Choice(dates=dates):
            for each in dates:
                yield from _leaves(ruleset, each, (*overlaps, Overlap(each, expression)))
        case _:
            for part in _below(ruleset, expression):
                yield from _leaves(ruleset, part, overlaps)


def _below(ruleset: Ruleset, expression: AnyExpression) -> tuple[AnyExpression, ...]:
    match expression:
        case DateName(name=name):
            return (ruleset.lets[name].date,)
        case ConditionName(name=name):
            test = ruleset.conditions[name].test
            assert not isinstance(test, Apart)  # noqa: S101 - an `apart` is a leaf
            return (test,)
        case ReviewDate(review=review, field=field):
            date: DateExpression | None = getattr(ruleset.reviews[review], field)
            return (date,) if date else ()
        case StatusIn(review=review):
            definition = ruleset.reviews[review]
            return (definition.opens, definition.done)
        case _:
            return parts(expression)


def _of_scans(ruleset: Ruleset) -> Iterator[DateExpression]:
    """Yield the dates themselves, and the ends of every window."""
    tests = (condition.test for condition in ruleset.conditions.values())
    yield from (DateName(name) for name in ruleset.dates)
    for scan in (*ruleset.dates.values(), *tests):
        if isinstance(scan, Extreme | Apart):
            yield from (bound.date for bound in (scan.lower, scan.upper) if bound)


def _of_leaves(leaves: Mapping[str, tuple[Leaf, ...]]) -> Iterator[DateExpression]:
    for leaf in (each for several in leaves.values() for each in several):
        if isinstance(leaf.source, PatientDate):
            yield leaf.source
        for overlap in leaf.overlaps:
            yield from overlap
