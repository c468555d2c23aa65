"""A condition over a flat fact has the truth that the calculus gives it (SEMANTICS 4, 5, 23 and 26)."""

from datetime import date, timedelta
from itertools import product

import pytest

from ccr_rules import PatientRecord
from ccr_rules.codelists.index import CodelistIndex
from ccr_rules.dates import (
    ABSENT,
    CALENDAR_END,
    CALENDAR_START,
    COMPARISONS,
    MAYBE,
    PRESENT,
    DateValue,
    is_null,
)
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.compiler import ExpressionCompiler
from ccr_rules.evaluation.durable.conditions import Conditions, Formula
from ccr_rules.evaluation.durable.inputs import Inputs
from ccr_rules.evaluation.durable.ways import FAR
from ccr_rules.evaluation.frame import Frame
from ccr_rules.evaluation.members import RecordView
from ccr_rules.language import ast
from ccr_rules.language.ruleset import REVIEW_STATUSES, Ruleset
from ccr_rules.record.patient import Consultation
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth
from tests.durable.test_ways import holds

DAY = date(2024, 6, 10)
RULESET = Ruleset("drawn", "1.0.0", "Drawn", "GB-ENG", "draft", date(1900, 1, 1), None, "sha256:drawn")
VALUES = [ABSENT] + [
    DateValue(presence, DAY + timedelta(first), DAY + timedelta(first + length))
    for presence in (MAYBE, PRESENT)
    for first in range(3)
    for length in range(3)
]
OPERATORS: tuple[ast.Comparison, ...] = ("<=", "<", ">=", ">", "=", "!=")


def frame(consultation: Consultation | None = None) -> Frame:
    view = RecordView(PatientRecord("Patient/p1"), Moment(DAY, DAY), CodelistIndex([]), {})
    return Frame(view, consultation, FALSE)


def written(value: DateValue) -> ast.DateLiteral:
    return ast.DateLiteral(value, "written")


def truth(formula: Formula, values: list[int]) -> Truth:
    """Return the truth over a fact, once it is seen that the four questions fit together."""
    fact = dict(enumerate(values))
    sure, possible = holds(formula("surely"), fact), holds(formula("possibly"), fact)
    assert holds(formula("not surely"), fact) is not sure
    assert holds(formula("not possibly"), fact) is not possible
    assert possible or not sure
    return TRUE if sure else UNKNOWN if possible else FALSE


def truth_of(condition: ast.ConditionExpression, at: Frame) -> Truth:
    inputs = Inputs()
    formula = Conditions(ExpressionCompiler(RULESET), inputs).formula(condition)
    values = inputs.values(at)
    assert len(values) == inputs.size
    return truth(formula, values)


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_comparison_is_three_small_integers(operator: ast.Comparison) -> None:
    for left, right in product(VALUES, VALUES):
        compared = ast.Compare(operator, written(left), written(right))
        assert truth_of(compared, frame()) is COMPARISONS[operator](left, right), (left, right)


def test_between_is_two_comparisons() -> None:
    for low, value, high in product(VALUES[::4], VALUES, VALUES[::4]):
        expected = min(COMPARISONS["<="](low, value), COMPARISONS["<="](value, high))
        assert truth_of(ast.Between(written(value), written(low), written(high)), frame()) is expected


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_null_is_asked_of_the_presence(value: DateValue) -> None:
    null = is_null(value)
    assert truth_of(ast.IsNull(written(value), negated=False), frame()) is null
    assert truth_of(ast.IsNull(written(value), negated=True), frame()) is Truth(2 - null)


@pytest.mark.parametrize("condition", [ast.BooleanLiteral(True), ast.BooleanLiteral(False)])
def test_a_literal_needs_no_fact(condition: ast.BooleanLiteral) -> None:
    assert truth_of(condition, frame()) is (TRUE if condition.value else FALSE)


def test_connectives_are_kleenes() -> None:
    truths: dict[Truth, ast.ConditionExpression] = {
        TRUE: ast.BooleanLiteral(True),
        UNKNOWN: ast.IsNull(written(VALUES[1]), negated=False),
        FALSE: ast.BooleanLiteral(False),
    }
    for one, other in product(truths, truths):
        both = (truths[one], truths[other])
        assert truth_of(ast.And(both), frame()) is min(one, other)
        assert truth_of(ast.Or(both), frame()) is max(one, other)
        assert truth_of(ast.Not(truths[one]), frame()) is Truth(2 - one)


def test_the_mode_of_a_consultation_is_yes_or_no() -> None:
    by_telephone = ast.ConsultationIn("mode", frozenset({"telephone", "video"}))
    assert truth_of(by_telephone, frame()) is FALSE
    assert truth_of(by_telephone, frame(Consultation("Encounter/1", "telephone"))) is TRUE
    assert truth_of(by_telephone, frame(Consultation("Encounter/1", "unknown"))) is FALSE


@pytest.mark.parametrize(
    ("possible", "expected"),
    [
        ({"open"}, TRUE),
        ({"open", "overdue"}, TRUE),
        ({"open", "done"}, UNKNOWN),
        ({"done", "declined"}, FALSE),
    ],
)
def test_a_status_is_asked_of_the_possible_ones(possible: set[str], expected: Truth) -> None:
    """SEMANTICS 23. What a review may be is decided before, and put into the fact by the process."""
    inputs = Inputs()
    condition = ast.StatusIn("talk", frozenset({"open", "overdue"}))
    formula = Conditions(ExpressionCompiler(RULESET), inputs).formula(condition)
    values = inputs.values(frame())
    assert values == [0] * len(REVIEW_STATUSES)
    assert {(given.review, given.status) for given in inputs.given} == {
        ("talk", each) for each in REVIEW_STATUSES
    }
    for number, _, status in inputs.given:
        values[number] = int(status in possible)
    assert truth(formula, values) is expected


def test_the_same_is_asked_once() -> None:
    inputs = Inputs()
    conditions = Conditions(ExpressionCompiler(RULESET), inputs)
    early, late = ast.AsOf(), written(VALUES[-1])
    for operator in ("<=", "<"):
        conditions.formula(ast.Compare(operator, early, late))
    conditions.formula(ast.StatusIn("talk", frozenset({"open"})))
    conditions.formula(ast.StatusIn("talk", frozenset({"done"})))
    assert inputs.size == 3 + len(REVIEW_STATUSES)
    assert len(inputs.given) == len(REVIEW_STATUSES)


def test_a_doubtful_date_is_never_sure_whatever_its_distance() -> None:
    """Rules ask for the presence as well, so that a fact which says too much does no harm."""
    inputs = Inputs()
    compared = Conditions(ExpressionCompiler(RULESET), inputs).formula(
        ast.Compare("<=", ast.AsOf(), written(VALUES[-1]))
    )
    doubtful, absent = {0: 1, 1: -5, 2: -5}, {0: 0, 1: -5, 2: -5}
    assert not holds(compared("surely"), doubtful)
    assert not holds(compared("possibly"), absent)


def test_no_two_days_of_the_calendar_are_far_apart() -> None:
    assert (CALENDAR_END - CALENDAR_START).days < FAR
