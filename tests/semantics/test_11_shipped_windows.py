"""The boundary of every window of the shipped rulesets: the day before, the day, the day after.

With 29 February, month ends and year ends. A change of a ruleset that moves a boundary moves a line
of these tables.
"""

from datetime import date, timedelta

import msgspec
import pytest

from ccr_rules import Engine, Entry, Evaluation, PatientRecord
from ccr_rules.record.patient import KINDS
from tests.semantics.specification import dates_of, days_of, entries_of, indicator_words

ENGINE = Engine.default()
SUPPORT = "Provision of information about cancer support services available in primary care"
BEST, QOF = "best-practice-ccr@2025", "qof-cancer@2023"


def asked(record: str, as_of: str | date, ruleset: str = BEST, **patient: str) -> Evaluation:
    """Evaluate a table of `date | code | episode | state`, in which the last two may be left out."""
    rows = [f"{row}{' | ' * (3 - row.count('|'))}" for row in record.strip().splitlines()]
    entries = tuple(
        _shipped(each) for each in entries_of("\n".join(["date | code | episode | state", *rows]))
    )
    read = PatientRecord("Patient/p1", entries, supplied=frozenset(KINDS), **dates_of(patient))
    return ENGINE.evaluate(read, as_of, rulesets=[ruleset])


def _shipped(entry: Entry) -> Entry:
    """Return an entry of the specs as the shipped lists know it: activities are Observations."""
    kind = entry.kind if entry.kind == "Condition" else "Observation"
    text = SUPPORT if entry.text.startswith("Support") else entry.text
    return msgspec.structs.replace(entry, kind=kind, text=text)


def status(evaluation: Evaluation, review: str) -> str:
    return next(each.status for each in evaluation.reviews if each.id == review)


def shown(evaluation: Evaluation) -> set[str]:
    return {each.id for each in evaluation.prompts}


def around(day: str) -> tuple[date, date, date]:
    """Return the day before, the day, the day after."""
    middle = date.fromisoformat(day)
    return middle - timedelta(1), middle, middle + timedelta(1)


# --- best practice: reviews ------------------------------------------------------------------------


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


# --- best practice: prompts ------------------------------------------------------------------------


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


# --- best practice: findings -----------------------------------------------------------------------


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


# --- QOF 2023/24 -----------------------------------------------------------------------------------


def qof(indicator: str, record: str, as_of: str = "2024-03-31", **patient: str) -> str:
    evaluation = asked(record, as_of, QOF, **patient)
    return indicator_words(next(each for each in evaluation.indicators if each.id == indicator))


IN, OUT = "in, not applicable, not applicable", "out, not applicable, not applicable"
MET, UNMET = "in, included, met", "in, included, not met"


def excluded(reason: str) -> str:
    return f"in, excluded ({reason}), not applicable"


def excepted(reason: str) -> str:
    return f"in, excepted ({reason}), not applicable"


@pytest.mark.parametrize(
    ("indicator", "record", "boundary", "expected"),
    [
        # The register begins on 1 April 2003 and reads nothing after the period.
        ("CAN001", "{day} | diagnosis", "2003-04-01", (OUT, IN, IN)),
        ("CAN001", "{day} | diagnosis", "2024-03-31", (IN, IN, OUT)),
        # CAN004: within 24 months; a review of the year before; twelve months; the year of the diagnosis.
        (
            "CAN004",
            "{day} | diagnosis",
            "2022-03-31",
            (excluded("CAN_DAT24M"), excluded("CAN_DAT24M"), UNMET),
        ),
        (
            "CAN004",
            "2022-06-10 | diagnosis\n{day} | review",
            "2023-03-31",
            (excluded("MDRV_DAT"), excluded("MDRV_DAT"), MET),
        ),
        ("CAN004", "2022-06-10 | diagnosis\n{day} | review", "2023-06-10", (MET, MET, UNMET)),
        ("CAN004", "2023-02-28 | diagnosis\n{day} | review", "2024-02-28", (MET, MET, UNMET)),
        ("CAN004", "{day} | diagnosis", "2023-03-31", (UNMET, UNMET, excluded("DIAGCRV12M"))),
        (
            "CAN004",
            "2023-06-10 | diagnosis\n{day} | review",
            "2023-06-10",
            (excluded("DIAGCRV12M"), MET, MET),
        ),
        (
            "CAN004",
            "2023-06-10 | diagnosis\n{day} | review",
            "2024-03-31",
            (MET, MET, excluded("DIAGCRV12M")),
        ),
        # CAN005: diagnosed within 15 months; 93 days; the last three months.
        ("CAN005", "{day} | diagnosis", "2022-12-31", (excluded("CANDAT15M"), excluded("CANDAT15M"), UNMET)),
        (
            "CAN005",
            "2023-01-10 | diagnosis\n{day} | support",
            "2023-03-31",
            (excluded("CANSUP12M"), excluded("CANSUP12M"), MET),
        ),
        ("CAN005", "2023-06-10 | diagnosis\n{day} | support", "2023-09-11", (MET, MET, UNMET)),
        ("CAN005", "2023-11-30 | diagnosis\n{day} | support", "2024-03-02", (MET, MET, UNMET)),
        ("CAN005", "{day} | diagnosis", "2023-12-31", (UNMET, UNMET, excluded("DIAGCSUP3M"))),
        ("CAN005", "2023-06-10 | diagnosis\n{day} | support", "2023-06-10", (UNMET, MET, MET)),
        # Two invitations seven days apart in the contract year.
        (
            "CAN005",
            "2023-06-10 | diagnosis\n2023-07-01 | invitation\n{day} | invitation",
            "2023-07-08",
            (UNMET, excepted("CANINVITE"), excepted("CANINVITE")),
        ),
        (
            "CAN005",
            "2023-06-10 | diagnosis\n2023-04-08 | invitation\n{day} | invitation",
            "2023-04-01",
            (UNMET, excepted("CANINVITE"), UNMET),
        ),
        (
            "CAN005",
            "2023-06-10 | diagnosis\n2024-03-20 | invitation\n{day} | invitation",
            "2024-03-31",
            (excepted("CANINVITE"), excepted("CANINVITE"), UNMET),
        ),
    ],
)
def test_indicators(indicator: str, record: str, boundary: str, expected: tuple[str, str, str]) -> None:
    found = tuple(qof(indicator, record.format(day=day), "2024-05-31") for day in around(boundary))
    assert found == expected


@pytest.mark.parametrize(
    ("registered", "expected"),
    [
        ("2023-12-31", UNMET),
        ("2024-01-01", excepted("REG1_DAT3")),
        ("2024-03-31", excepted("REG1_DAT3")),
        ("2024-04-01", OUT),
    ],
)
def test_newly_registered(registered: str, expected: str) -> None:
    """In the last three months of the period; after it somebody is not counted at all."""
    assert qof("CAN005", "2023-06-10 | diagnosis", "2024-05-31", registered=registered) == expected


@pytest.mark.parametrize(
    ("review", "diagnosed", "boundary", "before", "on", "after"),
    [
        ("support-conversation", "2023-06-10", "2023-06-10", "not applicable", "open", "open"),
        ("support-conversation", "2023-06-10", "2023-08-14", "open", "due soon", "due soon"),
        ("support-conversation", "2023-06-10", "2023-09-11", "due soon", "due soon", "overdue"),
        ("support-conversation", "2023-11-28", "2024-02-29", "due soon", "due soon", "overdue"),
        ("support-conversation", "2023-06-10", "2024-06-10", "overdue", "overdue", "lapsed"),
        ("cancer-care-review", "2023-06-10", "2024-05-13", "open", "due soon", "due soon"),
        ("cancer-care-review", "2023-06-10", "2024-06-10", "due soon", "due soon", "overdue"),
        ("cancer-care-review", "2024-02-29", "2025-02-28", "due soon", "due soon", "overdue"),
        ("cancer-care-review", "2023-06-10", "2025-06-10", "overdue", "overdue", "lapsed"),
    ],
)
def test_reviews_of_qof(review: str, diagnosed: str, boundary: str, before: str, on: str, after: str) -> None:
    """93 days and twelve months."""
    record = f"{diagnosed} | diagnosis | first"
    found = tuple(status(asked(record, day, QOF), review) for day in around(boundary))
    assert found == (before, on, after)


@pytest.mark.parametrize(
    ("prompt", "boundary", "expected"),
    [
        ("support-conversation-due", "2023-04-10", (False, True, True)),
        ("cancer-care-review-due", "2024-03-13", (False, True, True)),
        ("cancer-care-review-due", "2024-03-31", (True, True, False)),
    ],
)
def test_prompts_of_qof(prompt: str, boundary: str, expected: tuple[bool, bool, bool]) -> None:
    """From the diagnosis; four weeks before the due day; not after the last day in force."""
    record = "2023-04-10 | diagnosis | first"
    assert tuple(prompt in shown(asked(record, day, QOF)) for day in around(boundary)) == expected
