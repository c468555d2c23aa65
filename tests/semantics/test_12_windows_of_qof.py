"""The boundary of every window of QOF 2023/24: the day before, the day, the day after.

With 29 February, month ends and year ends. A change of a ruleset that moves a boundary moves a line
of these tables.
"""

import pytest

from tests.semantics.shipped import QOF, around, asked, shown, status
from tests.semantics.specification import indicator_words


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
