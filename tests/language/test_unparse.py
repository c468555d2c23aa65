"""The canonical text of an expression: reading it gives the same expression."""

import pytest
from hypothesis import given

from ccr_rules.language.ast import ConditionExpression, DateExpression
from ccr_rules.language.expressions import parse_condition, parse_date
from ccr_rules.language.unparse import source
from tests.language.drawing import NAMES, conditions, dates


@given(dates())
def test_a_date_is_read_as_it_was_written(expression: DateExpression) -> None:
    assert parse_date(source(expression), NAMES) == expression


@given(conditions())
def test_a_condition_is_read_as_it_was_written(expression: ConditionExpression) -> None:
    assert parse_condition(source(expression), NAMES) == expression


@pytest.mark.parametrize(
    "text",
    [
        "A + 3 months - window <= as_of",
        "later(A, earlier(B, as_of), Coalesce(start, @2024-03)) is null",
        "A <= B and not c and (c or d)",
        "not (A between B and patient.born + 18 years)",
        "not true or consultation.date is not null",
        "care-review.status in {not applicable, open, done late}",
        "not (consultation.mode in {telephone, administrative})",
        "(c and d) and (c or (d or false))",
        "care-review.until != consultation.date",
    ],
)
def test_canonical_text_stays_as_it_is(text: str) -> None:
    assert source(parse_condition(text, NAMES)) == text
