"""Cases for what is done with dates and truth values: comparisons, choices, durations, connectives."""

from collections.abc import Callable
from itertools import product

from ccr_rules.dates import COMPARISONS, DateValue, coalesce, earlier, is_null, later, on, shift
from ccr_rules.truth import conjunction, disjunction, negation
from tests.cql.grids import DATE, DAYS, DURATIONS, TRUTH, TRUTHS, VALUES, Answer, Grid, as_date, as_truth
from tests.cql.verdicts import read_date, read_truth

OPERATORS = {
    "<=": "IsAtMost",
    "<": "IsBefore",
    ">=": "IsAtLeast",
    ">": "IsAfter",
    "=": "IsOn",
    "!=": "IsNotOn",
}


def pairs() -> Grid:
    """Comparisons and choices of two dates."""
    cases = list(product(VALUES, VALUES))

    def chosen(function: str, choose: Callable[[tuple[DateValue, DateValue]], DateValue]) -> Answer:
        return Answer(f"Calculus.{function}(each.a, each.b)", [choose(case) for case in cases], read_date)

    answers = [
        Answer(
            f"Calculus.{name}(each.a, each.b)", [COMPARISONS[operator](a, b) for a, b in cases], read_truth
        )
        for operator, name in OPERATORS.items()
    ]
    answers += [chosen("Earlier", earlier), chosen("Later", later), chosen("FirstThere", coalesce)]
    missing = [is_null(a) for a, _ in cases]
    answers.append(Answer("Calculus.IsMissing(each.a)", missing, read_truth))
    answers.append(Answer("Calculus.IsThere(each.a)", [negation(each) for each in missing], read_truth))
    given = [{"a": as_date(a), "b": as_date(b)} for a, b in cases]
    return Grid("pairs of dates", f"a {DATE}, b {DATE}", given, answers)


def durations() -> Grid:
    """Month ends clamp, and the ends of the calendar hold."""
    cases = list(product([*(on(day) for day in DAYS), *VALUES[:8]], DURATIONS, (1, -1)))
    given = [
        {"a": as_date(value), "amount": sign * duration.amount, "unit": duration.unit}
        for value, duration, sign in cases
    ]
    wanted = [shift(value, duration, sign) for value, duration, sign in cases]
    answers = [Answer("Calculus.Plus(each.a, each.amount, each.unit)", wanted, read_date)]
    return Grid("durations", f"a {DATE}, amount Integer, unit String", given, answers)


def truths() -> Grid:
    """Kleene's connectives."""
    cases = list(product(TRUTHS, repeat=3))
    answers = [
        Answer("Calculus.AllOf(each.several)", [conjunction(case) for case in cases], read_truth),
        Answer("Calculus.AnyOf(each.several)", [disjunction(case) for case in cases], read_truth),
        Answer("Calculus.Negation(First(each.several))", [negation(case[0]) for case in cases], read_truth),
    ]
    given = [{"several": [as_truth(each) for each in case]} for case in cases]
    return Grid("truths", f"several List<{TRUTH}>", given, answers)
