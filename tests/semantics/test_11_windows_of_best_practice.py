"""The boundary of every window of best practice: the day before, the day, the day after.

With 29 February, month ends and year ends. A change of a ruleset that moves a boundary moves a line
of these tables.
"""

from datetime import date

import msgspec
import pytest

from ccr_rules import PatientRecord
from ccr_rules.record.patient import KINDS
from tests.semantics.shipped import BEST, ENGINE, around, asked, shown, status
from tests.semantics.specification import days_of, entries_of

# --- reviews ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("review", "diagnosed", "boundary", "before", "on", "after"),
    [
        # It opens on the day of the diagnosis.
        ("support-conversation", "2025-04-10", "2025-04-10", "not applicable", "open", "open"),
        ("cancer-care-review", "2025-04-10", "2025-04-10", "not applicable", "open", "open"),
        # 28 days' notice.
        ("support-conversation", "2025-04-10", "2025-06-12", "open", "due soon", "due soon"),
        ("cancer-care-review", "2025-04-10", "2026-03-13", "open", "due soon", "due soon"),
        # The due day: three and twelve months, clamped at month ends.
        ("support-conversation", "2025-04-10", "2025-07-10", "due soon", "due soon", "overdue"),
        ("support-conversation", "2025-11-30", "2026-02-28", "due soon", "due soon", "overdue"),
        ("support-conversation", "2027-11-30", "2028-02-29", "due soon", "due soon", "overdue"),
        ("support-conversation", "2025-12-31", "2026-03-31", "due soon", "due soon", "overdue"),
        ("support-conversation", "2026-01-31", "2026-04-30", "due soon", "due soon", "overdue"),
        ("cancer-care-review", "2025-04-10", "2026-04-10", "due soon", "due soon", "overdue"),
        ("cancer-care-review", "2024-12-31", "2025-12-31", "due soon", "due soon", "overdue"),
        ("cancer-care-review", "2028-02-29", "2029-02-28", "due soon", "due soon", "overdue"),
        # It ends after twelve and after twenty-four months.
        ("support-conversation", "2025-04-10", "2026-04-10", "overdue", "overdue", "lapsed"),
        ("support-conversation", "2028-02-29", "2029-02-28", "overdue", "overdue", "lapsed"),
        ("cancer-care-review", "2025-04-10", "2027-04-10", "overdue", "overdue", "lapsed"),
        ("cancer-care-review", "2028-02-29", "2030-02-28", "overdue", "overdue", "lapsed"),
    ],
)
def test_reviews(review: str, diagnosed: str, boundary: str, before: str, on: str, after: str) -> None:
    days = around(boundary)
    record = f"{diagnosed} | diagnosis | first"
    assert tuple(status(asked(record, day), review) for day in days) == (before, on, after)


@pytest.mark.parametrize(
    ("review", "activity", "boundary", "expected"),
    [
        # Nothing before the diagnosis counts; what is done on its day does.
        ("support-conversation", "support", "2025-04-10", ("overdue", "done", "done")),
        ("support-conversation", "review", "2025-04-10", ("overdue", "done", "done")),
        ("cancer-care-review", "review", "2025-04-10", ("overdue", "done", "done")),
        ("cancer-care-review", "support", "2025-04-10", ("overdue", "overdue", "overdue")),
        # Done on the due day is in time.
        ("support-conversation", "support", "2025-07-10", ("done", "done", "done late")),
        ("support-conversation", "review", "2025-07-10", ("done", "done", "done late")),
        ("cancer-care-review", "review", "2026-04-10", ("done", "done", "done late")),
    ],
)
def test_what_was_done(review: str, activity: str, boundary: str, expected: tuple[str, str, str]) -> None:
    """A cancer care review covers the support conversation, and not the other way round."""
    as_of = "2026-04-11" if review == "cancer-care-review" else "2026-01-10"
    found = tuple(
        status(asked(f"2025-04-10 | diagnosis | first\n{day} | {activity}", max(as_of, str(day))), review)
        for day in around(boundary)
    )
    assert found == expected


@pytest.mark.parametrize("review", ["support-conversation", "cancer-care-review"])
def test_what_was_declined(review: str) -> None:
    """Declining something before the diagnosis says nothing about it."""
    code = "support" if review == "support-conversation" else "review"
    found = [
        status(asked(f"2025-04-10 | diagnosis | first\n{day} | {code} | | declined", "2026-04-10"), review)
        for day in around("2025-04-10")
    ]
    assert found[0] in ("overdue", "due soon")
    assert found[1:] == ["declined", "declined"]


def test_palliative_care_counts_from_the_diagnosis_on() -> None:
    """A day before it pauses nothing, and stands in a finding."""
    for day, paused in zip(around("2025-04-10"), (False, True, True), strict=True):
        evaluation = asked(f"2025-04-10 | diagnosis | first\n{day} | palliative", "2025-08-01")
        assert (evaluation.reviews[0].paused is not None) is paused
        assert any(each.id == "palliative-before-diagnosis" for each in evaluation.findings) is not paused


@pytest.mark.parametrize(
    ("ended", "paused"),
    [("2025-05-31", True), ("2025-06-01", True), ("2025-06-02", False)],
)
def test_palliative_care_that_ended(ended: str, paused: bool) -> None:
    """Ended on the day of the latest entry counts as still going on."""
    record = f"2025-04-10 | diagnosis | first\n2025-06-01 | palliative\n{ended} | palliative | end"
    assert (asked(record, "2025-08-01").reviews[0].paused is not None) is paused


# --- prompts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "diagnosed", "boundary", "expected"),
    [
        ("support-conversation-due", "2025-04-10", "2025-04-10", (False, True, True)),
        ("support-conversation-due", "2025-04-10", "2026-04-10", (True, True, False)),
        ("cancer-care-review-due", "2025-04-10", "2025-10-10", (False, True, True)),
        ("cancer-care-review-due", "2025-08-31", "2026-02-28", (False, True, True)),
        ("cancer-care-review-due", "2025-04-10", "2027-04-10", (True, True, False)),
        ("invite-to-cancer-care-review", "2025-04-10", "2026-01-10", (False, True, True)),
        ("invite-to-cancer-care-review", "2025-05-31", "2026-02-28", (False, True, True)),
        ("invite-to-cancer-care-review", "2025-04-10", "2027-04-10", (True, True, False)),
    ],
)
def test_prompts(prompt: str, diagnosed: str, boundary: str, expected: tuple[bool, bool, bool]) -> None:
    record = f"{diagnosed} | diagnosis | first"
    assert tuple(prompt in shown(asked(record, day)) for day in around(boundary)) == expected


def test_an_invitation_since_the_diagnosis_ends_the_invitations() -> None:
    for day, invites in zip(around("2025-04-10"), (True, False, False), strict=True):
        evaluation = asked(f"2025-04-10 | diagnosis | first\n{day} | invitation", "2026-02-01")
        assert ("invite-to-cancer-care-review" in shown(evaluation)) is invites


def test_the_ruleset_comes_into_force_on_1_april_2025() -> None:
    record = "2025-01-10 | diagnosis | first"
    found = [bool(asked(record, day).prompts) for day in around("2025-04-01")]
    assert found == [False, True, True]


# --- findings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("finding", "record", "as_of", "boundary", "expected"),
    [
        # Older than two years: it could change no review that is still open.
        (
            "probable-same-disease",
            "2020-01-10 | diagnosis | first\n{day} | diagnosis",
            "2026-05-31",
            "2024-05-31",
            (False, True, True),
        ),
        (
            "probable-same-disease",
            "2025-01-10 | diagnosis | first\n{day} | diagnosis",
            "2026-05-31",
            "2025-01-10",
            (False, False, True),
        ),
        # A year before the first cancer entry, and the day before it.
        (
            "review-before-diagnosis",
            "2025-04-10 | diagnosis | first\n{day} | review",
            "2026-05-31",
            "2024-04-10",
            (False, True, True),
        ),
        (
            "review-before-diagnosis",
            "2025-04-10 | diagnosis | first\n{day} | review",
            "2026-05-31",
            "2025-04-10",
            (True, False, False),
        ),
        (
            "support-before-diagnosis",
            "2025-04-10 | diagnosis | first\n{day} | support",
            "2026-05-31",
            "2024-04-10",
            (False, True, True),
        ),
        (
            "support-before-diagnosis",
            "2025-04-10 | diagnosis | first\n{day} | support",
            "2026-05-31",
            "2025-04-10",
            (True, False, False),
        ),
        # Marked as first or new, later than the first primary.
        (
            "metastasis-coded-as-new",
            "{day} | diagnosis | first\n2025-06-01 | diagnosis:metastasis | new",
            "2026-05-31",
            "2025-06-01",
            (True, False, False),
        ),
        (
            "metastasis-coded-as-new",
            "2020-06-01 | diagnosis | first\n{day} | diagnosis:metastasis | new",
            "2026-05-31",
            "2024-05-31",
            (False, True, True),
        ),
        # Reviewed for an earlier diagnosis, less than a year before the new one.
        (
            "review-of-an-earlier-diagnosis",
            "2020-01-10 | diagnosis | first\n2025-04-10 | diagnosis | new\n{day} | review",
            "2026-05-31",
            "2024-04-10",
            (False, True, True),
        ),
    ],
)
def test_findings(
    finding: str, record: str, as_of: str, boundary: str, expected: tuple[bool, bool, bool]
) -> None:
    found = tuple(
        any(each.id == finding for each in asked(record.format(day=day), as_of).findings)
        for day in around(boundary)
    )
    assert found == expected


def test_entered_more_than_a_month_after_the_diagnosis() -> None:
    """Until 28 February for a diagnosis of 31 January; only while the conversation is outstanding."""

    def lags(recorded: date) -> bool:
        (entry,) = entries_of("date | code\n2026-01-31 | diagnosis")
        entered = msgspec.structs.replace(entry, recorded=days_of(str(recorded)))
        record = PatientRecord("Patient/p1", (entered,), supplied=frozenset(KINDS))
        evaluation = ENGINE.evaluate(record, "2026-04-01", rulesets=[BEST])
        return any(each.id == "confirmation-lag" for each in evaluation.findings)

    assert [lags(day) for day in around("2026-02-28")] == [False, False, True]


@pytest.mark.parametrize(
    ("born", "minor"),
    [("2008-05-30", False), ("2008-05-31", False), ("2008-06-01", True), ("2010-02-28", True)],
)
def test_the_eighteenth_birthday(born: str, minor: bool) -> None:
    evaluation = asked("2026-01-10 | diagnosis | first", "2026-05-31", born=born)
    assert any(each.id == "under-eighteen" for each in evaluation.findings) is minor


def test_registered_after_the_diagnosis() -> None:
    for day, later in zip(around("2026-01-10"), (False, False, True), strict=True):
        evaluation = asked("2026-01-10 | diagnosis | first", "2026-05-31", registered=str(day))
        assert any(each.id == "diagnosed-before-registration" for each in evaluation.findings) is later
