"""The checks of rows and windows against possible worlds: what they refuse never happens in any of them."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from ccr_rules.dates import ABSENT, COMPARISONS, DateValue, coalesce, earlier, is_null, later, on, shift
from ccr_rules.language import ast
from ccr_rules.language.loading import check_ruleset
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.truth import TRUE
from tests.language.samples import HEAD

DAYS = [
    date(2024, 2, 29) + timedelta(days=days) for days in (-366, -365, -60, -31, -30, -1, 0, 1, 29, 31, 366)
]
World = Mapping[str, DateValue]
PICKS = {"later": later, "earlier": earlier, "coalesce": coalesce}


def value(expression: ast.DateExpression, world: World) -> DateValue:
    match expression:
        case ast.DateLiteral(value=literal):
            return literal
        case ast.DateName(name=name):
            return world[name]
        case ast.Shift(date=inner, sign=sign, duration=duration):
            return shift(value(inner, world), duration, sign)
        case ast.Choice(pick=pick, dates=dates):
            return PICKS[pick]([value(each, world) for each in dates])
        case _:
            return world["as_of"]


def holds(test: ast.ConditionExpression, world: World) -> bool:
    match test:
        case ast.Compare(operator=operator, left=left, right=right):
            return COMPARISONS[operator](value(left, world), value(right, world)) is TRUE
        case ast.IsNull(date=inner, negated=negated):
            return (is_null(value(inner, world)) is TRUE) is not negated
        case ast.Not(operand=operand):
            return not holds(operand, world)
        case ast.And(operands=operands):
            return all(holds(each, world) for each in operands)
        case ast.Or(operands=operands):
            return any(holds(each, world) for each in operands)
        case _:
            raise AssertionError(test)


def in_windows(ruleset: Ruleset, world: World) -> bool:
    """Say whether the dates of a world lie in their windows."""
    for extreme in ruleset.dates.values():
        day = world[extreme.name]
        for bound, operators in ((extreme.lower, (">=", ">")), (extreme.upper, ("<=", "<"))):
            if bound and day is not ABSENT:
                operator = operators[0 if bound.inclusive else 1]
                if COMPARISONS[operator](day, value(bound.date, world)) is not TRUE:
                    return False
    return True


TERMS = [
    "A",
    "B",
    "as_of",
    "A + 1 month",
    "B - 1 month",
    "A + 12 months",
    "as_of - 1 month",
    "as_of - 365 days",
]
TERMS += ["as_of - 12 months", "@2024-02-29", "@2023-03-31 - 1 month", "later(A, B)", "A + 30 days"]
ATOMS = st.one_of(
    st.builds(
        "{} {} {}".format,
        st.sampled_from(TERMS),
        st.sampled_from(["<=", "<", ">", "=", "!="]),
        st.sampled_from(TERMS),
    ),
    st.builds("{} is {}".format, st.sampled_from(["A", "B"]), st.sampled_from(["null", "not null"])),
)
TESTS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("not ({})".format, inner),
        st.builds("({}) and ({})".format, inner, inner),
        st.builds("({}) or ({})".format, inner, inner),
    ),
    max_leaves=3,
)
WINDOWS = st.sampled_from(
    ["", ", from: A", ", after: A, to: as_of", ", from: A - 1 month, before: as_of", ", to: A"]
)


def worlds(ruleset: Ruleset) -> list[World]:
    choices = [ABSENT, *map(on, DAYS)]
    drawn = ({"A": a, "B": b, "as_of": on(date(2024, 2, 29))} for a, b in product(choices, choices))
    return [world for world in drawn if in_windows(ruleset, world)]


@settings(max_examples=150, deadline=None)
@given(WINDOWS, st.lists(TESTS, min_size=1, max_size=4), st.sampled_from(["true", "A is not null", "B > A"]))
def test_a_row_that_is_refused_decides_in_no_world(window: str, tests: list[str], population: str) -> None:
    rows = "".join(f'      - {{if: "{test}", then: include, unreachable: x}}\n' for test in tests)
    text = f"""{HEAD}dates:
  A: {{earliest: CANCER}}
  B: {{earliest: REVIEW{window}}}
conditions:
  people: {population}
indicators:
  IND:
    title: T
    population: people
    denominator:
{rows}      - {{otherwise: include}}
    numerator: people
    source: pack
"""
    ruleset, _ = check_ruleset(text)
    assert ruleset is not None
    _, problems = check_ruleset(text.replace(", unreachable: x", ""))
    refused = {int(problem.message.split()[1]) for problem in problems if problem.code == "unreachable-row"}
    people = ruleset.conditions["people"].test
    for world in worlds(ruleset):
        if population == "true" or holds(people, world):  # type: ignore[arg-type]
            reached = [
                number
                for number, row in enumerate(ruleset.indicators["IND"].rows, start=1)
                if row.test is None or holds(row.test, world)
            ]
            assert reached[0] not in refused


@given(
    st.sampled_from(["from", "after"]),
    st.sampled_from(TERMS),
    st.sampled_from(["to", "before"]),
    st.sampled_from(TERMS),
)
def test_a_window_that_is_refused_holds_no_day_in_any_world(
    lower: str, start: str, upper: str, end: str
) -> None:
    dates = "  A: {earliest: CANCER}\n  B: {earliest: REVIEW, from: A}\n"
    text = f'{HEAD}dates:\n{dates}  X: {{earliest: REVIEW, {lower}: "{start}", {upper}: "{end}"}}\n'
    ruleset, problems = check_ruleset(text)
    refused = any(problem.code == "window-never-opens" for problem in problems)
    if not refused:
        assert ruleset is not None
        return
    whole, _ = check_ruleset(text.rsplit("  X:", 1)[0] + f'let:\n  S: "{start}"\n  E: "{end}"\n')
    assert whole is not None
    for world in worlds(whole):
        first, last = value(whole.lets["S"].date, world), value(whole.lets["E"].date, world)
        if ABSENT in (first, last):
            continue
        days = (first.first + timedelta(days=n) for n in range(3))
        assert not any(
            COMPARISONS[">=" if lower == "from" else ">"](on(day), first) is TRUE
            and COMPARISONS["<=" if upper == "to" else "<"](on(day), last) is TRUE
            for day in days
        )
