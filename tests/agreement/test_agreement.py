"""Which verdicts are more than what would be said of an empty record."""

from datetime import date

import pytest

from ccr_rules.dates import ABSENT, on
from ccr_rules.evaluation.agreement import Difference, is_telling
from ccr_rules.evaluation.decisions import Decided
from ccr_rules.truth import FALSE, TRUE, UNKNOWN

DAY = on(date(2024, 1, 1))


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("indicator/A/population", FALSE, False),
        ("indicator/A/population", UNKNOWN, True),
        ("prompt/A", TRUE, True),
        ("indicator/A/possible", frozenset({Decided("not applicable", None)}), False),
        ("indicator/A/possible", frozenset({Decided("included", None)}), True),
        ("review/A/possible", frozenset({"not applicable"}), False),
        ("review/A/possible", frozenset({"not applicable", "open"}), True),
        ("review/A/due", DAY, True),
        ("review/A/until", DAY, False),
        ("item/A", ABSENT, False),
        ("item/A", DAY, True),
        ("item/A", None, False),
        ("indicator/A/achievable_until", None, False),
        ("indicator/A/achievable_until", date(2024, 1, 1), True),
    ],
)
def test_what_a_verdict_tells(key: str, value: object, expected: bool) -> None:
    assert is_telling(key, value) is expected


def test_a_difference_says_what_differs() -> None:
    told = str(Difference(3, "drawn@2024.1.0", "prompt/P", TRUE, FALSE))
    assert told == "question 3, drawn@2024.1.0 prompt/P: true against false"
