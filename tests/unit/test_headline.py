"""One sentence for the host."""

from collections.abc import Sequence
from datetime import date

import pytest

from ccr_rules.evaluation.answers import (
    DayRange,
    IndicatorAnswer,
    ReviewAnswer,
    StatusWord,
    UnsettledAnswer,
)
from ccr_rules.evaluation.headline import make_headline
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth

MAY = DayRange(date(2026, 5, 1), date(2026, 5, 1))
APRIL = DayRange(date(2026, 4, 1), date(2026, 4, 1))


def review(
    title: str,
    status: StatusWord,
    due: DayRange | None = MAY,
    *,
    possible: list[str] | None = None,
    done_on: DayRange | None = None,
    paused: str | None = None,
) -> ReviewAnswer:
    return ReviewAnswer(
        title, "r@1", title, status, status, possible, due, due, None, done_on, paused, [], []
    )


def headline(
    *reviews: ReviewAnswer,
    indicators: Sequence[IndicatorAnswer] = (),
    unsettled: Sequence[UnsettledAnswer] = (),
    cancer: Truth = TRUE,
    dead: Truth = FALSE,
) -> str:
    return make_headline(reviews, indicators, unsettled, cancer, dead)


def test_for_somebody_who_died() -> None:
    assert headline(review("A", "not applicable"), dead=TRUE) == "Died: nothing is due"
    assert headline(review("A", "open"), dead=UNKNOWN) == "A: open (01-May-2026)"


def test_doubt_about_cancer_says_what_is_needed() -> None:
    nothing, something = (
        UnsettledAnswer("a", "r@1", []),
        UnsettledAnswer("b", "r@1", ["Condition not supplied"]),
    )
    begin = "Cannot tell whether there is a cancer diagnosis"
    assert headline(unsettled=[nothing, something], cancer=UNKNOWN) == f"{begin}: Condition not supplied"
    assert headline(cancer=UNKNOWN) == f"{begin}: see unsettled"


def test_no_cancer() -> None:
    assert (
        headline(review("A", "not applicable"), cancer=FALSE) == "No cancer diagnosis in the record supplied"
    )


@pytest.mark.parametrize(
    ("reviews", "expected"),
    [
        ([review("A", "open"), review("B", "overdue")], "B: overdue (01-May-2026)"),
        ([review("A", "overdue"), review("B", "overdue", APRIL)], "B: overdue (01-Apr-2026)"),
        ([review("A", "done"), review("B", "upcoming")], "B: upcoming (01-May-2026)"),
        (
            [review("A", "upcoming"), review("B", "cannot tell", possible=["open", "done"])],
            "B: cannot tell (01-May-2026)",
        ),
        ([review("A", "open", paused="why")], "A: open (01-May-2026); reminders paused"),
        ([review("A", "open", None)], "A: open"),
        # Outstanding whatever it is: it ranks as its least urgent possibility.
        (
            [review("A", "open"), review("B", "cannot tell", possible=["due soon", "overdue"])],
            "B: cannot tell (01-May-2026)",
        ),
        (
            [review("A", "due soon", APRIL), review("B", "cannot tell", possible=["open", "overdue"])],
            "A: due soon (01-Apr-2026)",
        ),
    ],
)
def test_what_is_most_urgent_leads(reviews: list[ReviewAnswer], expected: str) -> None:
    assert headline(*reviews) == expected


def test_when_nothing_is_due() -> None:
    """What was done, declined, or has lapsed; each thing once."""
    done = review("A", "done", done_on=APRIL)
    said = headline(done, done, review("B", "lapsed"), review("C", "not applicable"))
    assert said == "Nothing due: A done (01-Apr-2026); B lapsed"


def test_a_ruleset_of_indicators_only() -> None:
    indicator = IndicatorAnswer("CAN004", "r@1", "", "in", "included", None, "met", None, None, [])
    assert headline(indicators=[indicator], cancer=FALSE) == "CAN004: in, included, met"
    assert headline(cancer=FALSE) == "No ruleset is in force on this day"
