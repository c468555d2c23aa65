"""The marks of sheets and steps: `A1` an alert, `S1` a search, `T1` a template, `D1` a day, `C1` a condition.

Days, conditions and reviews use one another; whatever is used comes first, so that a person can build in the
order of the marks.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from ccr_rules.exports.form import with_content
from ccr_rules.language.ast import (
    AnyExpression,
    ConditionName,
    DateName,
    ReviewDate,
    StatusIn,
)
from ccr_rules.language.ruleset import Apart, Bound, Extreme, Let, Review, Ruleset
from ccr_rules.language.walk import walk

Named = tuple[str, str]
"""A section of the ruleset and a name in it."""


def used(expressions: Iterable[AnyExpression | None]) -> Iterator[Named]:
    """Yield what expressions use: days, conditions and reviews, each as often as it stands there."""
    for expression in expressions:
        for part in walk(expression) if expression is not None else ():
            match part:
                case DateName(name=name):
                    yield ("days", name)
                case ConditionName(name=name):
                    yield ("conditions", name)
                case ReviewDate(review=review) | StatusIn(review=review):
                    yield ("reviews", review)
                case _:
                    pass


def of_window(definition: Extreme | Apart) -> Iterator[AnyExpression]:
    """Yield the days at the two ends of a window."""
    for bound in (definition.lower, definition.upper):
        if isinstance(bound, Bound):
            yield bound.date


def of_review(review: Review) -> tuple[AnyExpression | None, ...]:
    """Return everything that decides the status of a review."""
    return (
        review.applies,
        review.opens,
        review.due,
        review.until,
        review.done,
        review.declined,
        review.pause,
    )


class Marks:
    """The marks of one ruleset."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self.order = self._ordered()
        self.alerts = _numbered("A", ruleset.prompts)
        self.templates = _numbered("T", [review.id for review in with_content(ruleset)])
        self.codelists = _numbered("L", ruleset.codelists)
        self.days = _numbered("D", [name for section, name in self.order if section == "days"])
        self.conditions = _numbered("C", [name for section, name in self.order if section == "conditions"])

    @cached_property
    def searches(self) -> Mapping[Named, str]:
        """The mark of every search, by section and id: the reviews first, in the order of their use."""
        reviews = [("reviews", name) for section, name in self.order if section == "reviews"]
        others = [
            (section, id_)
            for section in ("indicators", "findings", "items", "payments")
            for id_ in getattr(self._ruleset, section)
        ]
        return {each: f"S{number}" for number, each in enumerate([*reviews, *others], start=1)}

    def of(self, named: Named) -> str:
        """Return the mark of a day, a condition or a review."""
        section, name = named
        if section == "reviews":
            return self.searches[named]
        return (self.days if section == "days" else self.conditions)[name]

    def refs(self, *expressions: AnyExpression | None) -> tuple[str, ...]:
        """Return the marks of what expressions use directly, each once."""
        return tuple(dict.fromkeys(self.of(named) for named in used(expressions)))

    def needs(self, *expressions: AnyExpression | None) -> tuple[str, ...]:
        """Return the marks of all that expressions rest on, in the order in which to build it."""
        wanted = set(used(expressions))
        for named in reversed(self.order):
            if named in wanted:
                wanted.update(self._uses(named))
        return tuple(self.of(named) for named in self.order if named in wanted)

    # --- what uses what --------------------------------------------------------------------------

    def _uses(self, named: Named) -> Iterator[Named]:
        section, name = named
        ruleset = self._ruleset
        if section == "reviews":
            return used(of_review(ruleset.reviews[name]))
        if section == "conditions":
            test = ruleset.conditions[name].test
            return used(of_window(test) if isinstance(test, Apart) else (test,))
        definition: Let | Extreme = ruleset.lets.get(name) or ruleset.dates[name]
        return used((definition.date,) if isinstance(definition, Let) else of_window(definition))

    def _ordered(self) -> tuple[Named, ...]:
        """Return all days, conditions and reviews, what is used before what uses it; nothing is circular."""
        done: dict[Named, None] = {}

        def visit(named: Named) -> None:
            if named not in done:
                for other in self._uses(named):
                    visit(other)
                done[named] = None

        ruleset = self._ruleset
        for section, names in (
            ("days", [*ruleset.lets, *ruleset.dates]),
            ("conditions", [*ruleset.conditions]),
            ("reviews", [*ruleset.reviews]),
        ):
            for name in names:
                visit((section, name))
        return tuple(done)


def _numbered(letter: str, names: Iterable[str]) -> dict[str, str]:
    return {name: f"{letter}{number}" for number, name in enumerate(names, start=1)}
