"""Conditions that the checker refuses, warns of, or lets pass: rows that never decide, and negations."""

import pytest

from tests.language.samples import DATES, HEAD, codes_of, problems_of

# --- rows ----------------------------------------------------------------------------------------


def row_problems(*rows: str, population: str = "true") -> list[str]:
    """Return the messages about some rows; each row is a condition."""
    text = f"{HEAD}{DATES}indicators:\n  IND:\n    title: T\n    population: {population}\n    denominator:\n"
    text += "".join(f'      - {{if: "{row}", then: include}}\n' for row in rows)
    text += "      - {otherwise: include}\n    numerator: known\n    source: pack\n"
    found = [problem for problem in problems_of(text) if problem.code != "unused"]
    assert {problem.code for problem in found} <= {"unreachable-row", "negated-comparison"}
    return [problem.message for problem in found if problem.code == "unreachable-row"]


@pytest.mark.parametrize(
    ("earlier", "row"),
    [
        # repeats
        ("A <= B", "A <= B"),
        ("A <= B", "B >= A"),
        ("not (A > B)", "A <= B"),
        ("twice", "twice"),
        ("twice", "twice and known"),
        ("A between B and C", "A >= B and A <= C"),
        ("A = B", "A <= B and B <= A"),
        # what is said with other words
        ("A is not null", "known"),
        ("old", "A < as_of - 3 years"),
        ("A <= YEAR_END", "A <= @2024-03-31"),
        ("A <= YEAR_END", "A <= P"),
        ("A < as_of - three_years", "A < as_of - 36 months"),
        ("A < as_of - 2 weeks", "A < as_of - 14 days"),
        ("C > A + 1 year", "C > LATE"),
        # bounds
        ("A <= as_of - 24 months", "A <= as_of - 36 months"),
        ("A <= as_of - 24 months", "A < as_of - 24 months"),
        ("A <= as_of - 24 months", "A = as_of - 25 months"),
        ("A >= @2024-01-01", "A > @2024-06-01"),
        ("A < @2024-01-02", "A <= @2024-01-01"),
        ("A != B", "A < B"),
        ("A is not null", "A < B"),
        # windows
        ("A is not null", "B is not null"),
        ("B >= A", "B is not null"),
        ("C > A", "C is not null"),
        ("D <= @2024-12-31", "D is not null"),
        ("D < @2024-05-01", "D + 1 month < @2024-05-01"),
        ("E > @2024-06-01", "E > @2024-07-01"),
        # several parts
        ("A <= B or C is null", "C is null and known"),
        ("A is null or C <= B", "C <= B"),
        ("A > as_of - 1 year", "A > as_of - 1 year and twice or A > as_of"),
        ("true", "known"),
        ("not false", "known"),
    ],
)
def test_a_row_that_an_earlier_one_always_forestalls_is_refused(earlier: str, row: str) -> None:
    (message,) = row_problems(earlier, row)
    assert message.startswith("row 2 of `IND` can never decide: ")


@pytest.mark.parametrize(
    "row",
    [
        "false",
        "known and A is null",
        "A < B and A > B",
        "B < A",
        "twice and not twice",
        "A < as_of - 36 months and A > as_of - 24 months",
        "D > @2024-04-30",
        "as_of is null",
        "later(A, as_of) is null",
        "A + 1 day is null and A is not null",
    ],
)
def test_a_row_whose_test_never_holds_is_refused(row: str) -> None:
    assert row_problems(row) == ["row 1 of `IND` can never decide: its test never holds"]


@pytest.mark.parametrize(
    ("earlier", "row"),
    [
        ("A <= B", "A < C"),
        ("A <= as_of - 36 months", "A <= as_of - 24 months"),
        ("A <= as_of - 24 months", "A <= as_of - 23 months"),
        # a comparison says nothing of an absent date
        ("A <= B", "not (A <= B)"),
        ("A > B", "A is not null"),
        ("B is not null", "A is not null"),
        # month ends: 12 months are not always as many days
        ("A <= as_of - 365 days", "A <= as_of - 12 months"),
        ("A <= as_of - 30 days", "A <= as_of - 1 month"),
        ("A + 1 month <= as_of", "A <= as_of - 1 month"),
        # a month is not a day
        ("A <= @2024-03", "A <= @2024-02-28"),
        ("A <= @2024-03", "A < @2024-03"),
        ("twice", "not twice"),
        ("twice and known", "twice"),
        ("consultation.mode in {video}", "consultation.mode in {video, telephone}"),
        ("patient.born + 1 day < A", "patient.born < A"),
        ("later(A, B) < as_of", "earlier(A, B) < as_of"),
        ("later(A, @2024) is null", "A is null"),
    ],
)
def test_a_row_that_may_decide_is_let_pass(earlier: str, row: str) -> None:
    assert [message for message in row_problems(earlier, row) if message.startswith("row 2")] == []


def test_rows_may_forestall_another_together() -> None:
    assert row_problems("A is null", "A <= as_of - 1 year", "A > as_of - 2 years", "known") == [
        "row 4 of `IND` can never decide: whenever it holds, one of the rows before it decides first"
    ]


def test_a_row_about_nobody_in_the_population_is_refused() -> None:
    assert row_problems("A is null", population="known") == [
        "row 1 of `IND` can never decide: nobody for whom it holds is in the population"
    ]


def test_a_condition_with_too_many_cases_is_let_pass() -> None:
    wide = " and ".join(f"(A < @2024-01-{day:02d} or C is null)" for day in range(1, 9))
    assert row_problems(wide, "known") == []
    wide = " or ".join(f"A = @{year}-01-01" for year in range(1900, 1960))
    assert row_problems(wide, wide) == []
    assert row_problems("known", population=wide) == []


def test_the_same_partial_date_twice_is_the_same_test() -> None:
    assert len(row_problems("A <= @2024-03", "A <= @2024-03")) == 1
    assert len(row_problems("later(A, @2024-03) <= B", "later(A, @2024-03) <= B and known")) == 1


# --- negation ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "test",
    [
        "not (A <= as_of)",
        "not (known and A > B)",
        "not (known or not (not (D > as_of)))",
        "not (as_of between A and B)",
        "A is not null and not (D <= A)",
        "A is null or not (A <= D)",
        "not (LATE > as_of)",
        "not (later(A, B) > as_of)",
        "not (patient.born <= as_of)",
    ],
)
def test_negating_a_comparison_of_a_date_that_may_be_absent_is_warned_of(test: str) -> None:
    text = f'{HEAD}{DATES}findings:\n  f: {{when: "{test}", severity: info, message: M, source: pack}}\n'
    assert [code for code in codes_of(text) if code != "unused"] == ["negated-comparison"]


@pytest.mark.parametrize(
    "test",
    [
        "A <= as_of",
        "not known",
        "not (A is null)",
        "not not (A <= as_of)",
        "not (YEAR_END <= as_of)",
        "not (P > as_of)",
        "A is null or not (A <= as_of)",
        "A is not null and not (A <= as_of + 1 day)",
        "B is not null and not (B <= A + 12 months)",
        "A is not null and (known or not (LATE <= as_of))",
        "not (later(A, as_of) <= as_of)",
        "not (B >= A)",
        "not (consultation.mode in {video})",
        "A is not null and not (earlier(A, D) <= as_of)",
    ],
)
def test_what_is_settled_beside_it_is_not_warned_of(test: str) -> None:
    text = f'{HEAD}{DATES}findings:\n  f: {{when: "{test}", severity: info, message: M, source: pack}}\n'
    assert [code for code in codes_of(text) if code != "unused"] == []


def test_negations_are_found_wherever_a_condition_stands() -> None:
    bad = "not (D <= as_of)"
    rest = "opens: A, due: A, remind: 1 day, until: never, done: B, source: pack"
    text = f"""{HEAD}{DATES}  c: {bad}
indicators:
  i:
    title: T
    population: {bad}
    denominator: [{{if: {bad}, then: include}}, {{otherwise: include}}]
    numerator: {bad}
    source: pack
reviews:
  r:
    {{title: T, applies: {bad}, pause: {bad}, {rest}}}
items:
  t: {{title: T, seen: A, applies: {bad}, source: pack}}
  u: {{title: T, seen: A, source: pack}}
prompts:
  p: {{when: {bad}, severity: info, summary: S, source: pack}}
payments:
  q: {{title: T, when: {bad}, amount: 1, currency: GBP, per: event, source: pack}}
findings:
  f: {{when: {bad}, severity: info, message: S, source: pack}}
"""
    assert codes_of(text).count("negated-comparison") == 10
