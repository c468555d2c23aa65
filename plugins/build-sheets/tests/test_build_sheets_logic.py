"""Conditions as lists and decision tables: they say the same as the condition, whatever it is made of."""

from datetime import date
from itertools import product
from pathlib import Path
from typing import get_args

import pytest
from ccr_build_sheets.days import DayWriter
from ccr_build_sheets.logic import MOST_WAYS, LogicWriter
from ccr_build_sheets.marks import Marks, used
from ccr_build_sheets.model import Node, Question
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.dates import Duration, on
from ccr_rules.language.ast import (
    And,
    AnyExpression,
    AsOf,
    Between,
    BooleanLiteral,
    Choice,
    Compare,
    ConditionExpression,
    ConditionName,
    ConsultationDate,
    ConsultationIn,
    DateExpression,
    DateLiteral,
    DateName,
    IsNull,
    Not,
    Or,
    PatientDate,
    ReviewDate,
    Shift,
    StatusIn,
)
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.language.unparse import source
from ccr_rules.language.walk import walk
from ccr_rules.library.library import load_library

RULESET = load_library(Path(__file__).parent / "library", cache=None).find("everything")
MARKS = Marks(RULESET)
LOGIC = LogicWriter(RULESET, MARKS)
DAYS = DayWriter(RULESET, MARKS)

DX, REVIEWED = DateName("DIAGNOSED"), DateName("REVIEWED")

DATES: list[DateExpression] = [
    DateLiteral(on(date(2026, 3, 1)), "2026-03-01"),
    DX,
    AsOf(),
    *(PatientDate(field) for field in ("born", "died", "registered", "deregistered")),
    ConsultationDate(),
    *(ReviewDate("talk", field) for field in ("opens", "due", "done", "declined", "until")),
    *(Shift(DX, sign, Duration(3, unit)) for sign in (1, -1) for unit in ("day", "week", "month", "year")),
    *(Choice(pick, (DX, REVIEWED)) for pick in ("later", "earlier", "coalesce")),
]
CONDITIONS: list[ConditionExpression] = [
    BooleanLiteral(True),
    ConditionName("has_cancer"),
    *(Compare(operator, DX, REVIEWED) for operator in ("<=", "<", ">=", ">", "=", "!=")),
    Between(REVIEWED, DX, AsOf()),
    IsNull(DX, False),
    IsNull(DX, True),
    Not(IsNull(DX, False)),
    And((IsNull(DX, False), ConditionName("has_cancer"))),
    Or((IsNull(DX, False), ConditionName("has_cancer"))),
    StatusIn("talk", frozenset({"open"})),
    ConsultationIn("mode", frozenset({"video", "telephone"})),
]


# --- every construct ------------------------------------------------------------------------------


def test_the_examples_below_have_every_construct_of_the_language() -> None:
    assert {type(each) for each in DATES} == set(get_args(DateExpression))
    assert {type(each) for each in CONDITIONS} == set(get_args(ConditionExpression))


@pytest.mark.parametrize("day", DATES, ids=source)
def test_every_date_has_an_instruction(day: DateExpression) -> None:
    lines = list(DAYS.how(day))
    assert lines
    assert all(line.strip() for line in lines)
    assert DAYS.english(day)


@pytest.mark.parametrize("condition", CONDITIONS, ids=source)
def test_every_condition_has_a_list_and_so_has_its_opposite(condition: ConditionExpression) -> None:
    for holds in (True, False):
        nodes = list(_nodes(LOGIC.outline(condition, holds)))
        assert all(node.text for node in nodes)
        assert [node.kind for node in nodes if not node.parts] == ["test"] * sum(not n.parts for n in nodes)
    assert LOGIC.outline(condition) != LOGIC.outline(condition, False)
    assert LOGIC.logic(condition).english.endswith(".")


@pytest.mark.parametrize("expression", [*DATES, *CONDITIONS], ids=source)
def test_everything_with_a_name_is_referred_to_by_its_mark(expression: AnyExpression) -> None:
    named = sum(
        isinstance(each, DateName | ConditionName | ReviewDate | StatusIn) for each in walk(expression)
    )
    assert len(list(used([expression]))) == named
    assert all(mark[0] in "DCS" for mark in MARKS.refs(expression))


def test_every_part_of_a_ruleset_is_known() -> None:
    """A section that is added to the language has to be thought of here."""
    on_sheets = {
        *("id", "version", "title", "summary", "jurisdiction", "status", "in_force_from", "in_force_to"),
        *(
            "digest",
            "base",
            "sources",
            "codelists",
            "parameters",
            "lets",
            "dates",
            "conditions",
            "indicators",
        ),
        *(
            "reviews",
            "process",
            "items",
            "decline_reasons",
            "prompts",
            "payments",
            "findings",
            "not_computable",
        ),
    }
    assert set(Ruleset.__struct_fields__) == on_sheets


# --- they say what the condition says ---------------------------------------------------------------

NAMES = ("has_cancer", "many", "outside", "born")

conditions = st.recursive(
    st.sampled_from([ConditionName(name) for name in NAMES] + [BooleanLiteral(True), BooleanLiteral(False)]),
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda each: And(tuple(each))),
        st.lists(inner, min_size=2, max_size=3).map(lambda each: Or(tuple(each))),
    ),
    max_leaves=8,
)


@given(conditions)
def test_the_list_and_the_table_hold_when_the_condition_holds(condition: ConditionExpression) -> None:
    outline, table = LOGIC.outline(condition), LOGIC.table(condition)
    for values in product((True, False), repeat=len(NAMES)):
        truths = dict(zip(NAMES, values, strict=True))
        wanted = _holds(condition, truths)
        assert _reads(outline, truths) is wanted
        if table:
            assert len(table[0].answers) <= MOST_WAYS
            assert _table(table, truths) is wanted


def _holds(condition: ConditionExpression, truths: dict[str, bool]) -> bool:
    match condition:
        case And(operands=operands):
            return all(_holds(each, truths) for each in operands)
        case Or(operands=operands):
            return any(_holds(each, truths) for each in operands)
        case Not(operand=operand):
            return not _holds(operand, truths)
        case ConditionName(name=name):
            return truths[name]
        case BooleanLiteral(value=value):
            return value
        case _:
            raise AssertionError(condition)


def _reads(node: Node, truths: dict[str, bool]) -> bool:
    """Follow a list as a person would."""
    if node.kind == "all":
        return all(_reads(part, truths) for part in node.parts)
    if node.kind == "any":
        return any(_reads(part, truths) for part in node.parts)
    return _says(node.text, truths)


def _says(text: str, truths: dict[str, bool]) -> bool:
    if text in ("Always.", "Never."):
        return text == "Always."
    name = text.partition("“")[2].partition("”")[0].replace(" ", "_")
    return truths[name] is not ("does not hold" in text)


def _table(table: tuple[Question, ...], truths: dict[str, bool]) -> bool:
    ways = range(len(table[0].answers))
    return any(all(_fits(question, way, truths) for question in table) for way in ways)


def _fits(question: Question, way: int, truths: dict[str, bool]) -> bool:
    answer = question.answers[way]
    return answer == "either" or (answer == "yes") is _says(question.text, truths)


def _nodes(node: Node) -> list[Node]:
    return [node, *(each for part in node.parts for each in _nodes(part))]


def test_what_contradicts_itself_is_no_way() -> None:
    name = ConditionName("born")
    assert LOGIC.table(And((name, Not(name)))) == ()
    assert LOGIC.table(Or((And((name, Not(name))), ConditionName("many")))) == ()


def test_a_condition_of_too_many_ways_has_a_list_alone() -> None:
    many = And(tuple(Or((ConditionName("born"), ConditionName("many"))) for _ in range(7)))
    assert LOGIC.table(many) == ()
    assert LOGIC.outline(many).kind == "all"


# --- the opposite of a comparison -------------------------------------------------------------------


def test_a_comparison_says_what_a_missing_date_does() -> None:
    test = LOGIC.outline(Compare("<=", REVIEWED, DX))
    opposite = LOGIC.outline(Not(Compare("<=", REVIEWED, DX)))
    assert test.missing == "If a date of it is not there, the test fails."
    assert opposite.missing == "If a date of it is not there, the test passes."
    assert opposite.text.startswith("It is not the case that ")


def test_whatever_is_used_comes_first() -> None:
    for index, (section, name) in enumerate(MARKS.order):
        needs = {MARKS.of(each) for each in MARKS.order[:index]}
        assert set(MARKS.needs(*_of(section, name))) <= needs


def _of(section: str, name: str) -> tuple[AnyExpression, ...]:
    if section == "days" and name in RULESET.lets:
        return (RULESET.lets[name].date,)
    if section == "reviews":
        return (RULESET.reviews[name].opens, RULESET.reviews[name].done)
    return ()
