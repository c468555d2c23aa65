"""First, second, third: whose turn it is, how long to wait, and what to record."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from ccr_messages.waiting import UNVERIFIED, Wait, wait_of
from messages_support import (
    ANY,
    AS_OF,
    ENGINE,
    FIRST,
    SECOND,
    SETTINGS,
    SUPPORTED,
    Json,
    changed,
    condition,
    delivered,
    evaluated,
    invited,
    observation,
    record,
)

from ccr_rules import Evaluation, UsageError
from ccr_rules.dates import Duration
from ccr_rules.record.profiles import HostProfile


def refusal(form: str, evaluation: Evaluation, **options: Any) -> str:
    with pytest.raises(UsageError) as caught:
        delivered(form, evaluation, **options)
    return caught.value.message.removeprefix("nothing was made or sent: ")


def turn(went: int, next_one: str, asked: str) -> str:
    return (
        f"earlier invitations since the review opened: {went}; so the {next_one} is next, not the {asked}. "
        "If one was for something else, say with the option since from which day on they count"
    )


# --- whose turn it is ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["letter", "sms"])
@pytest.mark.parametrize(
    ("days", "number"),
    [((), 1), (("2026-10-01",), 2), (("2026-10-01", "2026-10-20"), 3)],
)
def test_each_invitation_follows_the_one_before(kind: str, days: tuple[str, ...], number: int) -> None:
    made = delivered(f"invitation-{kind}-{number}", evaluated(*invited(*days)))
    assert made.next_on == (date(2026, 11, 28) if number < 3 else None)


def test_it_is_never_the_turn_of_another() -> None:
    assert refusal("invitation-letter-2", evaluated()) == turn(0, "first", "second")
    assert refusal("invitation-sms-3", evaluated()) == turn(0, "first", "third")
    once = evaluated(*invited("2026-10-01"))
    assert refusal("invitation-letter-1", once) == turn(1, "second", "first")
    assert refusal("invitation-letter-3", once) == turn(1, "second", "third")
    thrice = evaluated(*invited("2026-09-01", "2026-10-01", "2026-11-01"))
    for number in (1, 2, 3):
        assert refusal(f"invitation-letter-{number}", thrice).startswith("three invitations went before")


def test_two_invitations_of_one_day_are_one() -> None:
    same = evaluated(*invited("2026-10-01", "2026-10-01"))
    assert delivered("invitation-letter-2", same).record


def test_a_code_that_says_second_counts_as_two_though_the_first_is_missing() -> None:
    second = evaluated(*invited("2026-10-01", code=SECOND))
    assert refusal("invitation-letter-2", second) == turn(2, "third", "second")
    assert delivered("invitation-letter-3", second).next_on is None


def test_only_invitations_since_the_review_opened_count() -> None:
    before = evaluated(*invited("2025-12-10"))
    assert delivered("invitation-letter-1", before).record
    on_the_day = evaluated(*invited("2025-12-11"))
    assert delivered("invitation-letter-2", on_the_day).record


def test_whoever_asks_can_say_from_which_day_on_they_count() -> None:
    earlier = evaluated(*invited("2026-03-01"))
    assert delivered("invitation-letter-1", earlier, since="2026-03-02").record
    assert delivered("invitation-letter-2", earlier, since="2026-03-01").record


def test_an_invitation_that_was_planned_or_did_not_happen_is_none() -> None:
    planned = changed(invited("2026-10-01")[0], status="cancelled")
    assert delivered("invitation-letter-1", evaluated(planned)).record


# --- what the record leaves open -------------------------------------------------------------------

OPEN = (
    "it cannot be told from the record how many invitations went before; look, and say their days with the "
    "option invited (2026-10-01,2026-11-02, or none)"
)
PERHAPS = observation("perhaps", "Invitation to cancer care review sent", "2026-10-01")


@pytest.mark.parametrize("entry", [PERHAPS, observation("month", ANY, "2026-10")])
def test_an_entry_that_may_be_an_invitation_is_for_somebody_to_look_at(entry: dict[str, Any]) -> None:
    evaluation = evaluated(entry)
    for number in (1, 2):
        assert refusal(f"invitation-letter-{number}", evaluation) == OPEN
    assert delivered("invitation-letter-1", evaluation, invited="none").record
    assert delivered("invitation-letter-2", evaluation, invited="2026-10-01").record


def test_a_host_that_does_not_send_invitations_says_what_it_knows() -> None:
    host = HostProfile(
        name="narrow",
        supplies=("Condition", "Encounter", "Patient"),
        keeps={
            "*diagnosis": ("Condition",),
            "cancer-care-review": ("Encounter",),
            "palliative-care": ("Encounter",),
        },
    )
    narrow = ENGINE.evaluate(record(), AS_OF, profile=host)
    assert refusal("invitation-letter-1", narrow, review="cancer-care-review") == OPEN
    made = delivered("invitation-letter-1", narrow, review="cancer-care-review", invited="none")
    assert made.record


def test_what_is_vouched_for_adds_to_the_record_and_takes_nothing_away() -> None:
    once = evaluated(*invited("2026-10-01"))
    assert delivered("invitation-letter-3", once, invited="2026-10-20").record
    assert refusal("invitation-letter-1", once, invited="none") == turn(1, "second", "first")
    assert delivered("invitation-letter-2", once, invited="2026-10-01").record
    assert delivered("invitation-letter-2", once, invited="2020-01-01").record


def test_nobody_was_invited_tomorrow() -> None:
    assert refusal("invitation-letter-2", evaluated(), invited="2026-11-22") == (
        "option invited: a day lies after the day of the evaluation"
    )
    assert refusal("invitation-letter-2", evaluated(), invited="2026-11-21").startswith("the time since")


# --- how long to wait ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "may"), [("2026-10-07", False), ("2026-10-08", True), ("2026-10-09", True)]
)
@pytest.mark.parametrize(("number", "days"), [(2, ("2026-10-01",)), (3, ("2026-09-01", "2026-10-01"))])
def test_seven_days_must_lie_between(as_of: str, may: bool, number: int, days: tuple[str, ...]) -> None:
    evaluation = evaluated(*invited(*days), as_of=as_of)
    if may:
        assert delivered(f"invitation-letter-{number}", evaluation).record
    else:
        assert refusal(f"invitation-letter-{number}", evaluation) == (
            "the time since the last invitation is too short. "
            "Time between invitations: 7 days (nice-cancer@2025.1.0)"
        )


def test_over_a_leap_day() -> None:
    diagnosis, went = condition("2027-10-01"), invited("2028-02-22")
    asked: Json = {"review": "cancer-care-review"}
    too_soon = evaluated(*went, diagnosis=diagnosis, as_of="2028-02-28")
    assert refusal("invitation-letter-2", too_soon, **asked).startswith("the time since")
    on_leap_day = evaluated(*went, diagnosis=diagnosis, as_of="2028-02-29")
    assert delivered("invitation-letter-2", on_leap_day, **asked).next_on == date(2028, 3, 7)


def test_a_practice_can_wait_longer_but_not_shorter_than_the_rulesets() -> None:
    settings = changed(SETTINGS, second_after="1 month", third_after="3 days")
    january = evaluated(as_of="2026-01-31")
    first = delivered("invitation-letter-1", january, settings=settings, review="cancer-care-review")
    assert first.next_on == date(2026, 2, 28)
    assert first.notes[-1] == (
        "Time between invitations: 1 month (the practice's setting); 7 days (nice-cancer@2025.1.0)"
    )
    second = delivered("invitation-letter-2", evaluated(*invited("2026-10-01")), settings=settings)
    assert second.next_on == date(2026, 11, 28)
    early = evaluated(*invited("2026-10-22"))
    assert "1 month" in refusal("invitation-letter-2", early, settings=settings)


def test_where_no_ruleset_says_how_long_the_default_is_marked_as_unverified() -> None:
    alone = ENGINE.evaluate(record(SUPPORTED), AS_OF, rulesets=["best-practice-ccr@2026"])
    made = delivered("invitation-letter-1", alone)
    assert made.next_on == date(2026, 11, 28)
    assert UNVERIFIED in made.notes
    assert UNVERIFIED.startswith("unverified:")
    assert wait_of(alone, Duration(2, "week")).durations == (Duration(2, "week"),)


def test_a_ruleset_that_is_not_in_force_says_nothing_of_time() -> None:
    both = ENGINE.evaluate(record(SUPPORTED), AS_OF, rulesets=["best-practice-ccr@2026", "qof-cancer@2024"])
    assert UNVERIFIED in delivered("invitation-letter-1", both).notes


def test_the_longest_of_several_counts() -> None:
    both = Wait((Duration(1, "month"), Duration(30, "day")), "")
    assert both.after(date(2026, 2, 1)) == date(2026, 3, 3)
    assert both.after(date(2026, 1, 1)) == date(2026, 2, 1)


# --- what to record --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "days", "code", "term", "text"),
    [
        ("letter-1", (), FIRST[0], "Cancer monitoring first letter", "letter (first)"),
        ("letter-2", ("2026-10-01",), "413740006", "Cancer monitoring second letter", "letter (second)"),
        (
            "letter-3",
            ("2026-10-01", "2026-10-09"),
            "413741005",
            "Cancer monitoring third letter",
            "letter (third)",
        ),
        ("sms-1", (), ANY[0], "Cancer monitoring invitation", "text message (first)"),
        ("sms-2", ("2026-10-01",), ANY[0], "Cancer monitoring invitation", "text message (second)"),
    ],
)
def test_the_verified_code_and_the_day(
    form: str, days: tuple[str, ...], code: str, term: str, text: str
) -> None:
    (one,) = delivered(f"invitation-{form}", evaluated(*invited(*days))).record
    assert one.codelist == "cancer-invitation"
    assert one.day == date(2026, 11, 21)
    assert one.text == f"Invitation to Cancer care review by {text}"
    assert one.coding is not None
    assert (one.coding.system, one.coding.code, one.coding.display) == ("http://snomed.info/sct", code, term)


def test_an_invitation_that_was_recorded_so_is_found_again() -> None:
    (one,) = delivered("invitation-sms-1").record
    assert one.coding is not None
    kept = observation("kept", (one.coding.code, one.coding.display), one.day.isoformat())
    assert delivered("invitation-letter-2", evaluated(kept, as_of="2026-11-28")).record


def test_without_the_codelist_the_term_stands_alone_and_whoever_asks_says_what_went_before() -> None:
    evaluation = evaluated()
    for result in evaluation.results:
        result.codelists = {
            name: each for name, each in result.codelists.items() if name != "cancer-invitation"
        }
    assert refusal("invitation-letter-1", evaluation) == OPEN
    (one,) = delivered("invitation-letter-1", evaluation, invited="none").record
    assert one.coding is None
    assert one.text == "Invitation to Cancer care review by letter (first)"


def test_a_code_that_the_list_does_not_offer_is_not_given() -> None:
    evaluation = evaluated()
    for result in evaluation.results:
        if "cancer-invitation" in result.codelists:
            codelist = result.codelists["cancer-invitation"]
            kept = {code: each for code, each in codelist.codes.items() if code != FIRST[0]}
            result.codelists = dict(result.codelists) | {"cancer-invitation": replace(codelist, codes=kept)}
    (one,) = delivered("invitation-letter-1", evaluation).record
    assert one.coding is None
