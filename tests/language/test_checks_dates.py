"""Dates that the checker refuses, and what it lets pass: windows that never open, and those of reviews."""

import pytest

from tests.language.samples import DATES, HEAD, codes_of

# --- windows -------------------------------------------------------------------------------------


def window_codes(window: str, more: str = "") -> list[str]:
    text = f"{HEAD}{DATES.replace('conditions:', f'  X: {{earliest: REVIEW, {window}}}{more}conditions:')}"
    return [code for code in codes_of(text.replace("}conditions", "}\nconditions")) if code != "unused"]


@pytest.mark.parametrize(
    "window",
    [
        "from: YEAR_END, to: YEAR_END - 1 month",
        "after: as_of, to: as_of",
        "from: as_of, before: as_of",
        "after: as_of, before: as_of + 1 day",
        "from: A + 36 months, to: A + 2 years",
        "from: B, before: A",
        "from: '@2024-06-01', to: D",
    ],
)
def test_a_window_that_no_day_lies_in_is_refused(window: str) -> None:
    assert window_codes(window) == ["window-never-opens"]


@pytest.mark.parametrize(
    "window",
    [
        "from: as_of, to: as_of",
        "after: as_of, before: as_of + 2 days",
        "from: C, to: B",
        "from: A + 12 months, to: A + 365 days",
        "from: '@2024-03', to: '@2024-02'",
        "from: as_of",
        "to: as_of",
    ],
)
def test_a_window_that_may_hold_a_day_is_let_pass(window: str) -> None:
    assert window_codes(window) == []


def test_a_window_inside_one_that_never_opens_is_not_reported_again() -> None:
    assert window_codes("after: A, before: A", "\n  Y: {earliest: REVIEW, from: X, to: as_of}\n") == [
        "window-never-opens"
    ]


# --- reviews -------------------------------------------------------------------------------------


def review_codes(opens: str = "A", due: str = "A + 12 months", done: str = "B", more: str = "") -> list[str]:
    text = f"""{HEAD}{DATES}reviews:
  other:
    {{title: T, applies: known, opens: A, due: LATE, remind: 1 day, until: never, done: B, source: pack}}
  review:
    title: T
    applies: known
    opens: {opens}
    due: {due}
    remind: 1 day
    until: never
    done: {done}
    source: pack
{more}"""
    return [code for code in codes_of(text) if code != "unused"]


@pytest.mark.parametrize(
    ("opens", "due"),
    [
        ("A", "A + 12 months"),
        ("LATE", "A - 1 day"),
        ("B", "A + 3 months"),
        ("later(A, B)", "A"),
        ("A", "Coalesce(C, A)"),
        ("later(B, C)", "earlier(A, D)"),
        ("A", "as_of"),
        ("as_of", "later(as_of, A)"),
        ("other.opens", "other.due + 1 day"),
        ("other.done", "other.opens"),
        ("other.until", "other.until"),
    ],
)
def test_a_review_that_opens_is_due(opens: str, due: str) -> None:
    assert review_codes(opens, due) == []


@pytest.mark.parametrize(
    ("opens", "due"),
    [
        ("A", "B"),
        ("later(A, D)", "A"),
        ("as_of", "A"),
        ("D", "A + 1 day"),
        ("A", "patient.registered"),
        ("A", "other.until"),
    ],
)
def test_a_review_that_could_open_without_being_due_is_refused(opens: str, due: str) -> None:
    assert review_codes(opens, due) == ["due-may-be-absent"]


@pytest.mark.parametrize(
    ("done", "codes"),
    [
        ("B", []),
        ("earlier(B, other.done)", []),
        ("C", ["done-not-earliest"]),
        ("A", ["done-unanchored"]),
        ("D", ["done-not-earliest", "done-unanchored"]),
        ("B + 1 day", ["done-unanchored"]),
        ("earlier(B, as_of)", ["done-unanchored"]),
        ("Coalesce(B, B)", ["done-not-earliest"]),
    ],
)
def test_done_is_the_first_entry_since_something(done: str, codes: list[str]) -> None:
    assert review_codes(done=done) == codes


def test_declined_may_be_the_latest_entry_but_has_a_beginning_too() -> None:
    assert review_codes(more="    declined: C\n") == []
    assert review_codes(more="    declined: D\n") == ["done-unanchored"]


@pytest.mark.parametrize(
    ("opens", "due", "done"),
    [("A", "X + 1 day", "B"), ("X", "A", "B"), ("A", "A", "X"), ("A", "nobody.due", "B")],
)
def test_what_could_not_be_read_is_not_judged(opens: str, due: str, done: str) -> None:
    assert review_codes(opens, due, done) == ["unknown-name"]


def test_a_review_or_let_that_could_not_be_read_is_not_judged_elsewhere() -> None:
    rest = "title: T, applies: odd, remind: 1 day, until: never, done: B, source: pack"
    text = f"""{HEAD}{DATES}  odd: nonsense
reviews:
  broken: {{opens: X, due: A, {rest}}}
  review: {{opens: A, due: broken.due, {rest}}}
  third: {{opens: A, due: L, {rest}}}
""".replace("let:\n", "let:\n  L: X\n")
    assert set(codes_of(text)) == {"unknown-name"}
