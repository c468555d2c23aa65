"""Expressions drawn by Hypothesis; each may use the names drawn before it, so there are no cycles."""

from dataclasses import dataclass, field
from typing import get_args

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ccr_rules.agreement.small_world import DAYS, DURATIONS, PARTIAL
from ccr_rules.dates import on, span
from ccr_rules.language import ast
from ccr_rules.language.ruleset import REVIEW_STATUSES, Bound, Condition, Extreme, Let, Review
from ccr_rules.record.patient import Mode

MODES: tuple[Mode, ...] = ("telephone", "administrative", "unknown")
OPERATORS: SearchStrategy[ast.Comparison] = st.sampled_from(get_args(ast.Comparison))
REVIEW_DATES: SearchStrategy[ast.ReviewDateField] = st.sampled_from(get_args(ast.ReviewDateField))


@dataclass
class Names:
    """What has been drawn so far and may be used."""

    exact_literals: bool
    dates: dict[str, Extreme] = field(default_factory=dict)
    lets: dict[str, Let] = field(default_factory=dict)
    conditions: dict[str, Condition] = field(default_factory=dict)
    reviews: dict[str, Review] = field(default_factory=dict)


def literals(exact: bool) -> SearchStrategy[ast.DateLiteral]:
    """Draw a day, or a date known only to the month."""
    days = DAYS.map(lambda day: ast.DateLiteral(on(day), day.isoformat()))
    months = st.sampled_from(list(PARTIAL)).map(lambda text: ast.DateLiteral(span(*PARTIAL[text]), text))
    return days if exact else days | months


@st.composite
def date_expressions(draw: DrawFn, names: Names, depth: int = 2) -> ast.DateExpression:
    """Draw a date expression."""
    named = [*names.dates, *names.lets]
    kinds = ["name", "name", "name", "name"] if named else []
    kinds += ["review"] if names.reviews else []
    kinds += ["shift", "shift", "choice"] if depth else []
    match draw(st.sampled_from([*kinds, "literal", "as_of", "patient", "consultation"])):
        case "name":
            return ast.DateName(draw(st.sampled_from(named)))
        case "review":
            return ast.ReviewDate(draw(st.sampled_from(list(names.reviews))), draw(REVIEW_DATES))
        case "shift":
            inner = draw(date_expressions(names, depth - 1))
            return ast.Shift(inner, draw(st.sampled_from((1, -1))), draw(DURATIONS))
        case "choice":
            several = st.lists(date_expressions(names, depth - 1), min_size=2, max_size=3)
            return ast.Choice(draw(st.sampled_from(("later", "earlier", "coalesce"))), tuple(draw(several)))
        case "as_of":
            return ast.AsOf()
        case "patient":
            return ast.PatientDate(draw(st.sampled_from(("born", "died", "registered", "deregistered"))))
        case "consultation":
            return ast.ConsultationDate()
        case _:
            return draw(literals(names.exact_literals))


@st.composite
def condition_expressions(draw: DrawFn, names: Names, depth: int = 2) -> ast.ConditionExpression:
    """Draw a condition."""
    dates = date_expressions(names, 1)
    kinds = ["name", "name"] if names.conditions else []
    kinds += ["status", "status"] if names.reviews else []
    kinds += ["logic", "logic", "logic"] if depth else []
    match draw(
        st.sampled_from([*kinds, "compare", "compare", "compare", "between", "null", "mode", "literal"])
    ):
        case "name":
            return ast.ConditionName(draw(st.sampled_from(list(names.conditions))))
        case "status":
            words = st.frozensets(st.sampled_from(REVIEW_STATUSES), min_size=1, max_size=4)
            return ast.StatusIn(draw(st.sampled_from(list(names.reviews))), draw(words))
        case "logic":
            return draw(combinations(names, depth - 1))
        case "compare":
            return ast.Compare(draw(OPERATORS), draw(dates), draw(dates | bounds_of(names)))
        case "between":
            return ast.Between(draw(dates), draw(dates | bounds_of(names)), draw(dates))
        case "null":
            return ast.IsNull(draw(dates), draw(st.booleans()))
        case "mode":
            modes = st.frozensets(st.sampled_from([str(mode) for mode in MODES]), min_size=1)
            return ast.ConsultationIn("mode", draw(modes))
        case _:
            return ast.BooleanLiteral(draw(st.booleans()))


def combinations(names: Names, depth: int) -> SearchStrategy[ast.Not | ast.And | ast.Or]:
    """Draw `not`, `and` or `or`."""
    several = st.lists(condition_expressions(names, depth), min_size=2, max_size=3).map(tuple)
    inverted = condition_expressions(names, depth).map(ast.Not)
    return inverted | st.builds(ast.And, several) | st.builds(ast.Or, several)


def bounds_of(names: Names) -> SearchStrategy[ast.DateExpression]:
    """Draw a bound of some window, so that the identity of SEMANTICS 6 is met."""
    bounds = [
        bound.date for each in names.dates.values() for bound in (each.lower, each.upper) if bound is not None
    ]
    return st.sampled_from(bounds) if bounds else st.nothing()


def bounds(names: Names) -> SearchStrategy[Bound | None]:
    """Draw an end of a window, or none."""
    return st.none() | st.builds(Bound, date_expressions(names, 1), st.booleans())


@st.composite
def anchored(draw: DrawFn, opens: ast.DateExpression, names: Names) -> ast.DateExpression:
    """Draw a date that is there whenever `opens` is, as the checker asks of `due`."""
    date_ = ast.Shift(opens, draw(st.sampled_from((1, 1, 1, -1))), draw(DURATIONS))
    if draw(st.booleans()):
        return date_
    other = draw(date_expressions(names, 1))
    return ast.Choice(draw(st.sampled_from(("later", "earlier", "coalesce"))), (date_, other))
