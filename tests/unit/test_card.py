"""One card per person: what is on it, in which order, and how prompts of several rulesets are merged."""

from datetime import date

import pytest

from ccr_rules.evaluation.answers import DayRange, PromptAnswer, ReviewAnswer, Severity, StatusWord
from ccr_rules.evaluation.card import SUMMARY_LENGTH, CardParts, Shown, make_card, merge


def review(
    id_: str, status: StatusWord = "overdue", due: date | None = date(2026, 1, 1), paused: str | None = None
) -> ReviewAnswer:
    days = None if due is None else DayRange(due, due)
    return ReviewAnswer(
        id_, "r@1", id_.capitalize(), status, str(status), None, days, days, None, None, paused, [], []
    )


def shown(
    summary: str, about: ReviewAnswer | None, *, ruleset: str = "r@1", severity: Severity = "info"
) -> Shown:
    prompt = PromptAnswer(summary, ruleset, about.id if about else None, severity, summary, "", [], [], [])
    return Shown(prompt, about)


def parts(*each: Shown, paused: tuple[ReviewAnswer, ...] = (), unclear: tuple[str, ...] = ()) -> CardParts:
    return CardParts(each, paused, unclear, ())


def lines_of(card_parts: CardParts) -> list[str]:
    card = make_card(card_parts)
    return card.lines if card else []


def test_nothing_to_say_is_no_card() -> None:
    assert make_card(CardParts((), (), (), ("a draft@1",))) is None


def test_the_most_urgent_stands_first() -> None:
    """Overdue, due soon, open; the earlier due day first; what is about no review last."""
    card = make_card(
        parts(
            shown("no review", None),
            shown("open", review("a", "open")),
            shown("overdue in May", review("b", "overdue", date(2026, 5, 1))),
            shown("soon", review("c", "due soon")),
            shown("overdue in April", review("d", "overdue", date(2026, 4, 1))),
            shown("cannot tell", review("e", "cannot tell")),
            shown("no day", review("f", "overdue", None)),
        )
    )
    assert card is not None
    assert card.lines == [
        "overdue in April",
        "overdue in May",
        "no day",
        "soon",
        "open",
        "cannot tell",
        "no review",
    ]
    assert card.summary == "overdue in April (+6 more)"


def test_one_review_of_two_rulesets_is_one_line_with_both_days() -> None:
    """The earliest due day leads; each ruleset keeps its own words."""
    one = shown("by 1 May", review("check-up", "overdue", date(2026, 5, 1)), ruleset="qof@2023.1.0")
    other = shown("by 1 April", review("check-up", "overdue", date(2026, 4, 1)), ruleset="best@2025.1.0")
    assert lines_of(parts(one, other)) == ["by 1 April (best@2025.1.0); by 1 May (qof@2023.1.0)"]


def test_two_prompts_of_one_review_are_one_line() -> None:
    about = review("check-up")
    assert lines_of(parts(shown("invite", about), shown("remind", about), shown("remind", about))) == [
        "invite; remind"
    ]


def test_prompts_about_no_review_are_not_merged() -> None:
    groups = merge([shown("a", None), shown("b", None), shown("a", None, ruleset="other@1")])
    assert [len(group) for group in groups] == [1, 1, 1]


def test_a_paused_review_stays_visible() -> None:
    card_parts = parts(paused=(review("check-up", paused="palliative care 01-Feb-2026"),) * 2)
    assert lines_of(card_parts) == ["Check-up: overdue; reminders paused: palliative care 01-Feb-2026"]


def test_what_cannot_be_told_is_one_quiet_line() -> None:
    assert lines_of(parts(unclear=("Check-up", "Support", "Check-up"))) == [
        "Cannot be told from this record: Check-up and Support."
    ]


def test_a_draft_says_so() -> None:
    card = make_card(CardParts((shown("a", None),), (), (), ("one@1", "two@1")))
    assert card is not None
    assert card.draft
    assert card.lines[-1] == "Draft, not clinically approved: one@1, two@1."


@pytest.mark.parametrize(
    ("severities", "expected"),
    [((), "info"), (("info", "warning"), "warning"), (("critical", "info"), "critical")],
)
def test_the_card_is_as_severe_as_its_severest_prompt(
    severities: tuple[Severity, ...], expected: Severity
) -> None:
    each = [shown(f"{number}", None, severity=severity) for number, severity in enumerate(severities)]
    card = make_card(parts(*each, unclear=("Check-up",)))
    assert card is not None
    assert card.severity == expected


@pytest.mark.parametrize(("length", "cut"), [(138, False), (139, False), (140, True)])
def test_the_summary_is_short_enough_for_cds_hooks(length: int, cut: bool) -> None:
    """Fewer than 140 characters, the number of further lines included."""
    card = make_card(parts(shown("x" * length, None)))
    assert card is not None
    assert len(card.summary) <= SUMMARY_LENGTH
    assert card.summary.endswith("…") is cut
    two = make_card(parts(shown("x" * length, None), shown("y", None)))
    assert two is not None
    assert len(two.summary) == SUMMARY_LENGTH
    assert two.summary.endswith("… (+1 more)")
