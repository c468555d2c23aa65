"""Expressions: what can be written, what it means, and where it stands."""

from datetime import date

import pytest

from ccr_rules.dates import Duration, on, span
from ccr_rules.errors import RulesetError
from ccr_rules.language.ast import (
    And,
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
    Expression,
    IsNull,
    Not,
    Or,
    PatientDate,
    ReviewDate,
    Shift,
    StatusIn,
)
from ccr_rules.language.expressions import parse_condition, parse_date
from ccr_rules.language.names import Names
from ccr_rules.language.walk import walk

NAMES = Names(
    dates=["A", "B", "MDRV-DAT"],
    conditions=["c", "d", "e"],
    parameters={"window": Duration(3, "month"), "start": date(2025, 4, 1), "number": 7, "unread": None},
    reviews=["care-review"],
)
A, B = DateName("A"), DateName("B")
C, D, E = ConditionName("c"), ConditionName("d"), ConditionName("e")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("A", A),
        ("MDRV-DAT", DateName("MDRV-DAT")),
        ("as_of", AsOf()),
        ("@2024-03-31", DateLiteral(on(date(2024, 3, 31)), "2024-03-31")),
        ("@2024-02", DateLiteral(span(date(2024, 2, 1), date(2024, 2, 29)), "2024-02")),
        ("@2024", DateLiteral(span(date(2024, 1, 1), date(2024, 12, 31)), "2024")),
        ("@2999-12", DateLiteral(span(date(2999, 12, 1), date(2999, 12, 31)), "2999-12")),
        ("start", DateLiteral(on(date(2025, 4, 1)), "2025-04-01", "start")),
        ("patient.died", PatientDate("died")),
        ("consultation.date", ConsultationDate()),
        ("care-review.due", ReviewDate("care-review", "due")),
        ("A + 3 months", Shift(A, 1, Duration(3, "month"))),
        ("A+1 day", Shift(A, 1, Duration(1, "day"))),
        ("A - window", Shift(A, -1, Duration(3, "month"), "window")),
        ("A + 1 year - 2 weeks", Shift(Shift(A, 1, Duration(1, "year")), -1, Duration(2, "week"))),
        ("later(A, B + 1 day)", Choice("later", (A, Shift(B, 1, Duration(1, "day"))))),
        ("earlier(A, B, as_of)", Choice("earlier", (A, B, AsOf()))),
        ("Coalesce(A, B)", Choice("coalesce", (A, B))),
        ("(A)", A),
        ("  A\n + 3\n months ", Shift(A, 1, Duration(3, "month"))),
    ],
)
def test_a_date_expression_has_one_meaning(text: str, meaning: DateExpression) -> None:
    assert parse_date(text, NAMES) == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("true", BooleanLiteral(True)),
        ("false", BooleanLiteral(False)),
        ("c", C),
        *((f"A {operator} B", Compare(operator, A, B)) for operator in ("<=", "<", ">=", ">", "=", "!=")),
        ("A between B and as_of", Between(A, B, AsOf())),
        ("A is null", IsNull(A, negated=False)),
        ("A is not null", IsNull(A, negated=True)),
        ("not c", Not(C)),
        ("not not c", Not(Not(C))),
        ("c and d and e", And((C, D, E))),
        ("c or d or e", Or((C, D, E))),
        ("c or d and e", Or((C, And((D, E))))),
        ("not c and d", And((Not(C), D))),
        ("not A <= B", Not(Compare("<=", A, B))),
        ("(c and d) and e", And((And((C, D)), E))),
        ("(c or d) and e", And((Or((C, D)), E))),
        ("A between A and B and c", And((Between(A, A, B), C))),
        ("(A) <= (B + window)", Compare("<=", A, Shift(B, 1, Duration(3, "month"), "window"))),
        ("care-review.status in {due soon}", StatusIn("care-review", frozenset({"due soon"}))),
        (
            "care-review.status in {not  applicable,open}",
            StatusIn("care-review", frozenset({"not applicable", "open"})),
        ),
        (
            "consultation.mode in {face-to-face, video}",
            ConsultationIn("mode", frozenset({"face-to-face", "video"})),
        ),
    ],
)
def test_a_condition_has_one_meaning(text: str, meaning: ConditionExpression) -> None:
    assert parse_condition(text, NAMES) == meaning


def test_every_part_of_an_expression_knows_its_column() -> None:
    condition = parse_condition("c and not (A <= later(B, @2024) + 1 day)", NAMES, "a.yaml")
    places: dict[type[Expression], list[int]] = {}
    for part in walk(condition):
        assert (part.at.file, part.at.line) == ("a.yaml", 1)
        places.setdefault(type(part), []).append(part.at.column)
    assert places == {
        And: [1],
        ConditionName: [1],
        Not: [7],
        Compare: [12],
        DateName: [12, 23],
        Shift: [17],
        Choice: [17],
        DateLiteral: [26],
    }


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "syntax", "too early"),
        ("A <= B <= A", "syntax", "`<=` cannot stand here"),
        ("A -1 day", "syntax", "minus needs a space"),
        ("A- 1 day", "syntax", "minus needs a space"),
        ("A == B", "syntax", "equal is `=`"),
        ("A <> B", "syntax", "not equal is `!=`"),
        ("c && d", "syntax", "write `and`"),
        ("c || d", "syntax", "write `or`"),
        ("!c", "syntax", "write `not`"),
        ("A <= '2024'", "syntax", "without quotation marks"),
        ("{open}", "syntax", "stand after `in`"),
        ("A is nul", "syntax", "expected `not`, `null`"),
        ("c d", "syntax", "`d` cannot stand here"),
        ("€", "syntax", "`€` cannot stand here"),
        ("A-B is null", "unknown-name", "minus needs a space"),
        ("A-3 is null", "unknown-name", "minus needs a space"),
        ("A-x is null", "unknown-name", "nothing is named `A-x`"),
        ("a is null", "unknown-name", "did you mean `A`?"),
        ("Later(A, B) is null", "unknown-name", "did you mean `later`?"),
        ("A + windw is null", "unknown-name", "did you mean `window`?"),
        ("number", "wrong-type", "is a parameter"),
        ("X + 1 day", "unknown-name", "nothing is named `X`"),
        ("A + start is null", "wrong-type", "a duration is meant here"),
        ("number <= A", "wrong-type", "`number` is a parameter"),
        ("care-review.says in {x}", "unknown-word", "is not a word of a review"),
        ("care-review.status in {}", "unknown-word", "`` is not a status"),
        ("care-review.status in {open, cannot tell}", "cannot-tell-in-set", "not a status to test for"),
        ("consultation.mode in {unclear}", "unknown-word", "not a mode"),
        ("nobody.status in {open}", "unknown-name", "no review is named `nobody`"),
        ("patient.age is null", "unknown-word", "not a date of the patient"),
        ("(c) in {open}", "wrong-type", "no words to be one of"),
        ("@2024-3 <= A", "bad-date", "@YYYY-MM-DD"),
        ("@1849-12-31 <= A", "bad-date", "between 1850 and 2999"),
        ("A + 3 fortnights is null", "bad-duration", "is not a duration"),
    ],
)
def test_what_has_no_meaning_is_explained(text: str, code: str, words: str) -> None:
    with pytest.raises(RulesetError) as raised:
        parse_condition(text, NAMES)
    (problem,) = raised.value.problems
    assert problem.code == code
    assert words in str(problem)


def test_all_problems_of_an_expression_are_said_together() -> None:
    with pytest.raises(RulesetError) as raised:
        parse_condition("X <= Y + 3 moths and z or A in {open}", NAMES)
    assert [problem.column for problem in raised.value.problems] == [1, 6, 10, 22, 27]


def test_a_parameter_whose_value_could_not_be_read_is_known() -> None:
    """Its own problem was reported; another one for each of its uses would only hide it."""
    for text in ("unread <= A", "A + unread <= B"):
        with pytest.raises(RulesetError) as raised:
            parse_condition(text, NAMES)
        assert raised.value.problems == ()


def test_a_condition_where_a_date_is_meant_is_explained() -> None:
    with pytest.raises(RulesetError, match="a date is meant here; this is a condition"):
        parse_date("A is null", NAMES)


def test_an_expression_may_not_be_nested_without_end() -> None:
    assert isinstance(parse_condition("not " * 38 + "c", NAMES), Not)
    with pytest.raises(RulesetError, match="nested more than 40 deep"):
        parse_condition("not " * 5000 + "c", NAMES)
    with pytest.raises(RulesetError, match="nested more than 40 deep"):
        parse_date("A" + " + 1 day" * 5000, NAMES)
    assert parse_condition("(" * 500 + "c" + ")" * 500, NAMES) == C


def test_a_long_conjunction_is_not_nested() -> None:
    condition = parse_condition(" and ".join(["c"] * 2000), NAMES)
    assert condition == And((C,) * 2000)
