"""Hypothesis strategies for expressions."""

from datetime import date
from typing import Literal

from hypothesis import strategies as st

from ccr_rules.dates import Duration, on
from ccr_rules.language import ast
from ccr_rules.language.names import Names
from ccr_rules.language.scalars import read_date
from ccr_rules.language.vocabulary import (
    CONSULTATION_MODES,
    PATIENT_FIELDS,
    REVIEW_FIELDS,
    STATUS_WORDS,
)

START = date(2025, 4, 1)
WINDOW = Duration(3, "month")
NAMES = Names(
    dates=["A", "B", "MDRV-DAT"],
    conditions=["c", "d"],
    parameters={"window": WINDOW, "start": START},
    reviews=["care-review"],
)


def literals() -> st.SearchStrategy[ast.DateLiteral]:
    """Draw literals of every precision, and a parameter that is a day."""
    texts = st.sampled_from(["2024-02-29", "2024-02", "2024", "2023-12-31", "1850", "2999-12-31"])
    return st.builds(_literal, texts) | st.just(ast.DateLiteral(on(START), START.isoformat(), "start"))


def _literal(text: str) -> ast.DateLiteral:
    value = read_date(text)
    assert value is not None
    return ast.DateLiteral(value, text)


def durations() -> st.SearchStrategy[Duration]:
    """Draw durations, among them none at all and very long ones."""
    return st.builds(Duration, st.integers(0, 999_999), st.sampled_from(["day", "week", "month", "year"]))


def dates() -> st.SearchStrategy[ast.DateExpression]:
    """Draw date expressions."""
    leaves = st.one_of(
        literals(),
        st.builds(ast.DateName, st.sampled_from(list(NAMES.dates))),
        st.just(ast.AsOf()),
        st.builds(ast.PatientDate, st.sampled_from(PATIENT_FIELDS)),
        st.just(ast.ConsultationDate()),
        st.builds(ast.ReviewDate, st.just("care-review"), st.sampled_from(REVIEW_FIELDS)),
    )
    return st.recursive(leaves, _compound_dates, max_leaves=6)


def _compound_dates(inner: st.SearchStrategy[ast.DateExpression]) -> st.SearchStrategy[ast.DateExpression]:
    signs: st.SearchStrategy[Literal[1, -1]] = st.sampled_from([1, -1])
    picks: st.SearchStrategy[Literal["later", "earlier", "coalesce"]]
    picks = st.sampled_from(["later", "earlier", "coalesce"])
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(ast.Shift, inner, signs, durations()),
        st.builds(ast.Shift, inner, signs, st.just(WINDOW), st.just("window")),
        st.builds(ast.Choice, picks, several),
    )


def conditions() -> st.SearchStrategy[ast.ConditionExpression]:
    """Draw conditions."""
    operators: st.SearchStrategy[ast.Comparison] = st.sampled_from(["<=", "<", ">=", ">", "=", "!="])
    statuses = st.frozensets(st.sampled_from(STATUS_WORDS), min_size=1)
    modes = st.frozensets(st.sampled_from(CONSULTATION_MODES), min_size=1)
    leaves = st.one_of(
        st.builds(ast.BooleanLiteral, st.booleans()),
        st.builds(ast.ConditionName, st.sampled_from(list(NAMES.conditions))),
        st.builds(ast.Compare, operators, dates(), dates()),
        st.builds(ast.Between, dates(), dates(), dates()),
        st.builds(ast.IsNull, dates(), st.booleans()),
        st.builds(ast.StatusIn, st.just("care-review"), statuses),
        st.builds(ast.ConsultationIn, st.just("mode"), modes),
    )
    return st.recursive(leaves, _compound_conditions, max_leaves=8)


def _compound_conditions(
    inner: st.SearchStrategy[ast.ConditionExpression],
) -> st.SearchStrategy[ast.ConditionExpression]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(ast.Not, inner), st.builds(ast.And, several), st.builds(ast.Or, several))
