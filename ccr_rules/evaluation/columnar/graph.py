"""Which names a ruleset's answers need, and in which order they can be worked out.

A name's stratum is how many passes over the entries stand before it: a date whose window begins at
another date comes one pass later. Within a stratum, names are worked out level by level.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from ccr_rules.language.ast import AnyExpression, ConditionName, DateName, ReviewDate, StatusIn
from ccr_rules.language.ruleset import Apart, Bound, Extreme, Ruleset
from ccr_rules.language.walk import walk

Kind = Literal["date", "condition", "review", "indicator"]


class Node(NamedTuple):
    """A name of one ruleset: a date or let, a condition, a review, or an indicator."""

    kind: Kind
    name: str


class Place(NamedTuple):
    """When a name is worked out: after how many passes over the entries, and how deep in its stratum."""

    stratum: int
    level: int


def scan_of(ruleset: Ruleset, node: Node) -> Extreme | Apart | None:
    """Return the definition of a name that needs a pass over the entries; None for all others."""
    if node.kind == "date":
        return ruleset.dates.get(node.name)
    if node.kind == "condition":
        test = ruleset.conditions[node.name].test
        return test if isinstance(test, Apart) else None
    return None


def _needs(ruleset: Ruleset, node: Node) -> Iterator[Node]:
    """Yield the names that a name's definition uses."""
    for expression in _definition(ruleset, node):
        yield from names_in(ruleset, expression)


def names_in(ruleset: Ruleset, expression: AnyExpression) -> Iterator[Node]:
    """Yield the names that an expression uses; a review's date is read through to its definition."""
    for part in walk(expression):
        match part:
            case DateName(name=name):
                yield Node("date", name)
            case ConditionName(name=name):
                yield Node("condition", name)
            case StatusIn(review=review):
                yield Node("review", review)
            case ReviewDate(review=review, field=field):
                defined = getattr(ruleset.reviews[review], field)
                if defined is not None:
                    yield from names_in(ruleset, defined)
            case _:
                pass


def _definition(ruleset: Ruleset, node: Node) -> Iterator[AnyExpression]:
    scan = scan_of(ruleset, node)
    if scan is not None:
        yield from _bounds(scan.lower, scan.upper)
    elif node.kind == "date":
        yield ruleset.lets[node.name].date
    elif node.kind == "condition":
        test = ruleset.conditions[node.name].test
        assert not isinstance(test, Apart)  # noqa: S101 - an `apart` is a scan
        yield test
    elif node.kind == "review":
        yield from review_expressions(ruleset, node.name)
    else:
        yield from indicator_expressions(ruleset, node.name)


def _bounds(*bounds: Bound | None) -> Iterator[AnyExpression]:
    for bound in bounds:
        if bound is not None:
            yield bound.date


def review_expressions(ruleset: Ruleset, id_: str) -> Iterator[AnyExpression]:
    """Yield every expression of a review."""
    review = ruleset.reviews[id_]
    several = (
        review.applies,
        review.opens,
        review.due,
        review.done,
        review.declined,
        review.until,
        review.pause,
    )
    yield from (each for each in several if each is not None)


def indicator_expressions(ruleset: Ruleset, id_: str) -> Iterator[AnyExpression]:
    """Yield every expression of an indicator but its last chance."""
    indicator = ruleset.indicators[id_]
    tests = (row.test for row in indicator.rows)
    several = (indicator.population, *tests, indicator.numerator, indicator.period_end)
    yield from (each for each in several if each is not None)


def asked(ruleset: Ruleset) -> Iterator[AnyExpression]:
    """Yield every expression of which an answer is made; reviews and indicators are reached as nodes."""
    for indicator in ruleset.indicators.values():
        ends = (indicator.period_end, indicator.achievable_until)
        yield from (each for each in ends if each is not None)
    for item in ruleset.items.values():
        yield from (each for each in (item.seen, item.applies) if each is not None)
    for rules in (ruleset.prompts, ruleset.payments, ruleset.findings):
        yield from (rule.when for rule in rules.values())


def places(ruleset: Ruleset) -> dict[Node, Place]:
    """Return every name that the answers need, in an order in which each comes after what it uses."""
    found: dict[Node, Place] = {}
    wanted: list[Node] = [node for expression in asked(ruleset) for node in names_in(ruleset, expression)]
    wanted += _told(ruleset)
    for node in wanted:
        _place(ruleset, node, found)
    return found


def _told(ruleset: Ruleset) -> list[Node]:
    reviews = [Node("review", id_) for id_ in ruleset.reviews]
    return [*reviews, *(Node("indicator", id_) for id_ in ruleset.indicators)]


def used_after(ruleset: Ruleset, found: Mapping[Node, Place], done: Place) -> set[Node]:
    """Return the names that the answers use, or other names that are worked out after a place."""
    pauses = (each.pause for each in ruleset.reviews.values() if each.pause is not None)
    expressions = (*asked(ruleset), *pauses)
    wanted = {node for expression in expressions for node in names_in(ruleset, expression)}
    wanted.update(_told(ruleset))
    later = (node for node, place in found.items() if place > done)
    return wanted.union(*(_needs(ruleset, node) for node in later))


def _place(ruleset: Ruleset, node: Node, found: dict[Node, Place]) -> Place:
    if node not in found:
        before = [_place(ruleset, each, found) for each in dict.fromkeys(_needs(ruleset, node))]
        stratum = max((place.stratum for place in before), default=0)
        if scan_of(ruleset, node) is not None:
            found[node] = Place(stratum + 1, 0)
        else:
            found[node] = Place(stratum, 1 + _deepest(before, stratum))
    return found[node]


def _deepest(before: Iterable[Place], stratum: int) -> int:
    return max((place.level for place in before if place.stratum == stratum), default=0)
