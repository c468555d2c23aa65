"""Definitions that need themselves, or rest on too many others; steps that expect themselves."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from ccr_rules.language.ast import AnyExpression, ConditionName, DateName, Place, ReviewDate, StatusIn
from ccr_rules.language.report import Report
from ccr_rules.language.ruleset import Apart, Bound, Review, Ruleset
from ccr_rules.language.walk import depth, walk

_DEEPEST = 120
"""How deep expressions may be with all their names written out: evaluators follow them by recursion."""

Needs = Mapping[str, set[str]]
Expressions = dict[str, list[AnyExpression]]
"""The expressions of each definition; a review is taken apart, for `.due` needs less than `.status`."""


def check_cycles(ruleset: Ruleset, report: Report) -> bool:
    """Report each cycle, or the first chain too long to follow. Return True if there is none."""
    expressions = {**_of_names(ruleset), **_of_reviews(ruleset)}
    needs: Needs = {
        name: {used for each in given for used in _names(each)} for name, given in expressions.items()
    }
    sound = True
    for cycle in _cycles(needs):
        sound = False
        written = " needs ".join(f"`{name}`" for name in cycle)
        hint = "a definition is made of others, not of itself"
        at = _place(cycle[0], ruleset)
        report.add("cycle", f"a definition needs itself: {written}", at, found=cycle[0], hint=hint)
    _check_process(ruleset, report)
    return sound and _is_followed(needs, expressions, ruleset, report)


def _check_process(ruleset: Ruleset, report: Report) -> None:
    for cycle in _cycles({step.id: set(step.expects) for step in ruleset.process.values()}):
        written = " expects ".join(f"`{name}`" for name in cycle)
        at = ruleset.process[cycle[0]].at
        hint = "a step expects what others have done before it"
        report.add("cycle", f"a step expects itself: {written}", at, found=cycle[0], hint=hint)


def _cycles(needs: Needs) -> Iterator[list[str]]:
    """Yield cycles, no name in two of them."""
    while cycle := _cycle(needs):
        yield cycle
        needs = {name: needed for name, needed in needs.items() if name not in cycle}


def _cycle(needs: Needs) -> list[str]:
    """Return one cycle, each name followed by one that it needs, from the first in the ruleset."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        ring = list(reversed(error.args[1]))[:-1]
        order = list(needs)
        start = min(range(len(ring)), key=lambda index: order.index(ring[index]))
        return [*ring[start:], *ring[:start], ring[start]]
    return []


def _is_followed(needs: Needs, expressions: Expressions, ruleset: Ruleset, report: Report) -> bool:
    depths: dict[str, int] = {}
    for name in TopologicalSorter(needs).static_order():
        own = max((depth(each) for each in expressions.get(name, ())), default=0)
        depths[name] = own + max((depths[needed] for needed in needs.get(name, ())), default=0)
        if depths[name] > _DEEPEST:
            message = f"with all its names written out, `{name}` is more than {_DEEPEST} deep"
            report.add("too-deep", message, _place(name, ruleset), found=name, hint="rest it on fewer names")
            return False
    return True


def _place(name: str, ruleset: Ruleset) -> Place:
    """Return the place of a definition that could be read; the others are in no cycle."""
    if "." in name:
        return ruleset.reviews[name.partition(".")[0]].at
    places = {let.name: let.at for let in ruleset.lets.values()}
    places.update({date.name: date.at for date in ruleset.dates.values()})
    places.update({condition.name: condition.at for condition in ruleset.conditions.values()})
    return places[name]


def _of_names(ruleset: Ruleset) -> Expressions:
    expressions: Expressions = {let.name: [let.date] for let in ruleset.lets.values()}
    for date in ruleset.dates.values():
        expressions[date.name] = _bounds(date.lower, date.upper)
    for condition in ruleset.conditions.values():
        test = condition.test
        expressions[condition.name] = _bounds(test.lower, test.upper) if isinstance(test, Apart) else [test]
    return expressions


def _of_reviews(ruleset: Ruleset) -> Expressions:
    expressions: Expressions = {}
    for review in ruleset.reviews.values():
        dates = _dates(review)
        expressions.update({f"{review.id}.{field}": [date] for field, date in dates.items()})
        pause = [review.pause] if review.pause else []  # worked out with the status, and shown beside it
        expressions[f"{review.id}.status"] = [review.applies, *dates.values(), *pause]
    return expressions


def _dates(review: Review) -> dict[str, AnyExpression]:
    dates: dict[str, AnyExpression | None] = {
        "opens": review.opens,
        "due": review.due,
        "until": review.until,
        "done": review.done,
        "declined": review.declined,
    }
    return {field: date for field, date in dates.items() if date is not None}


def _bounds(*bounds: Bound | None) -> list[AnyExpression]:
    return [bound.date for bound in bounds if bound is not None]


def _names(expression: AnyExpression) -> Iterator[str]:
    for part in walk(expression):
        match part:
            case DateName(name=name) | ConditionName(name=name):
                yield name
            case ReviewDate(review=review, field=field):
                yield f"{review}.{field}"
            case StatusIn(review=review):
                yield f"{review}.status"
            case _:
                pass
