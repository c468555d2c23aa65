"""What clinicians answered earlier: snoozes, declines, and what they attested."""

from datetime import date

import pytest

from ccr_rules import Response, UsageError
from tests.semantics.specification import Specification

RULES = """
dates:
  DX: {earliest: diagnosis}
  REVIEWED: {earliest: review, from: DX}
reviews:
  check-up:
    title: Check-up
    applies: DX is not null
    opens: DX
    due: DX + 3 months
    remind: 28 days
    until: DX + 12 months
    done: REVIEWED
    record: [review]
    source: spec
decline_reasons:
  not-now: {display: Not now, holds: 14 days, source: spec}
  check-entry: {display: Entry needs checking, holds: until changed, source: spec}
prompts:
  remind:
    when: "check-up.status in {open, due soon, overdue}"
    severity: info
    summary: Check-up
    record: [review]
    decline: [not-now, check-entry]
    source: spec
  other: {when: DX is not null, severity: info, summary: Other, source: spec}
"""
DIAGNOSED = "date | code\n2024-01-10 | diagnosis"


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        ("2024-03-09", "snoozed until 2024-03-10"),
        ("2024-03-10", "snoozed until 2024-03-10"),
        ("2024-03-11", "shown"),
    ],
)
def test_a_snooze_holds_up_to_and_including_its_day(spec: Specification, as_of: str, said: str) -> None:
    """A held prompt is neither shown nor offers a code; the answer says until when."""
    snoozed = Response("snoozed", prompt="remind", until=date(2024, 3, 10))
    evaluation = spec(
        record=DIAGNOSED, as_of=as_of, responses=[snoozed], expect={"remind": said, "other": "shown"}
    )
    assert bool(evaluation.suggested_codes) == (said == "shown")


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (Response("declined", prompt="remind", reason="not-now"), "declined"),
        (Response("declined", review="check-up"), "declined"),
        (Response("declined", review="check-up", ruleset="spec"), "declined"),
        (Response("declined", review="check-up", ruleset="another"), "shown"),
        (Response("declined", prompt="other"), "shown"),
        (Response("declined", review="another-review"), "shown"),
    ],
)
def test_a_decline_names_a_prompt_or_a_review(spec: Specification, response: Response, said: str) -> None:
    """Without a last day it holds until the host withdraws it."""
    spec(record=DIAGNOSED, as_of="2024-06-01", responses=[response], expect={"remind": said})


def test_declining_is_not_doing(spec: Specification) -> None:
    """A declined prompt leaves the review's status as it is: only the record changes that."""
    declined = Response("declined", prompt="remind")
    spec(record=DIAGNOSED, as_of="2024-06-01", responses=[declined], expect={"check-up": "overdue"})


def test_how_long_a_decline_would_hold_is_said(spec: Specification) -> None:
    evaluation = spec(record=DIAGNOSED, as_of="2024-06-01", expect={"remind": "shown"})
    prompt = next(each for each in evaluation.prompts if each.id == "remind")
    assert [(each.code, each.holds) for each in prompt.decline] == [
        ("not-now", "14 days"),
        ("check-entry", "until the record changes"),
    ]


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2024, 4, 10), "done"),
        (date(2024, 4, 11), "done late"),
        (date(2024, 1, 9), "overdue"),
        (date(2024, 6, 2), "overdue"),
    ],
)
def test_what_was_done_elsewhere_counts_on_its_day(spec: Specification, day: date, status: str) -> None:
    """An attested review is an entry like others: before the diagnosis, or tomorrow, it does not count."""
    attested = Response("attested", codelist="review", day=day)
    spec(record=DIAGNOSED, as_of="2024-06-01", responses=[attested], expect={"check-up": status})


@pytest.mark.parametrize(
    "response", [Response("attested", day=date(2024, 2, 1)), Response("attested", codelist="review")]
)
def test_an_attestation_needs_a_codelist_and_a_day(spec: Specification, response: Response) -> None:
    with pytest.raises(UsageError, match=r"responses\[0\]: an attestation needs a codelist and a day"):
        spec.answer(record=DIAGNOSED, as_of="2024-06-01", responses=[response])


def test_an_attestation_of_an_unknown_codelist_is_refused(spec: Specification) -> None:
    """It would otherwise be passed over in silence, and the review stay open."""
    attested = Response("attested", codelist="cancer-care-reviews", day=date(2024, 2, 1))
    with pytest.raises(UsageError, match=r"responses\[0\]: there is no codelist 'cancer-care-reviews'"):
        spec(record=DIAGNOSED, as_of="2024-06-01", responses=[attested], expect={})
