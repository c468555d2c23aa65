"""SEMANTICS 14, 16 and 17: episodes, entries that lie apart, and words of the consultation."""

import pytest

from ccr_rules.record.patient import Mode
from tests.semantics.specification import Specification

RULES = """
dates:
  STARTED: {latest: diagnosis, episode: [first, new]}
  ANY: {latest: diagnosis}
  DX: {latest: diagnosis, episode: [first, new, unstated]}
conditions:
  twice: {apart: {of: invitation, at_least: 7 days, after: "@2024-01-01", to: "@2024-12-31"}}
  monthly: {apart: {of: invitation, at_least: 1 month}}
  since_diagnosis: {apart: {of: invitation, at_least: 7 days, from: DX}}
  by_telephone: "consultation.mode in {telephone, video}"
  not_administrative: "not (consultation.mode in {administrative})"
  today: consultation.date = as_of
"""


@pytest.mark.parametrize(
    ("episode", "started", "unstated_counts"),
    [
        ("first", True, True),
        ("new", True, True),
        ("unstated", False, True),
        ("review", False, False),
        ("end", False, False),
        ("other", False, False),
    ],
)
def test_a_rule_selects_the_episodes_that_it_names(
    spec: Specification, episode: str, started: bool, unstated_counts: bool
) -> None:
    """14. A word that was not recognised is `other`, and no rule names it."""
    spec(
        record=f"date | code | episode\n2024-03-10 | diagnosis | {episode}",
        as_of="2024-06-01",
        expect={
            "STARTED": "2024-03-10" if started else "absent",
            "DX": "2024-03-10" if unstated_counts else "absent",
            "ANY": "2024-03-10",
        },
    )


def test_when_no_diagnosis_says_its_episode_the_answer_says_so(spec: Specification) -> None:
    """14. One that says it is enough."""
    unstated = "date | code | episode\n2024-03-10 | diagnosis |"
    evaluation = spec(record=unstated, as_of="2024-06-01", expect={"DX": "2024-03-10"})
    assert [finding.id for finding in evaluation.findings] == ["episode-not-supplied"]
    stated = f"{unstated}\n2024-04-10 | diagnosis | review"
    assert spec(record=stated, as_of="2024-06-01", expect={"DX": "2024-03-10"}).findings == []


@pytest.mark.parametrize(
    ("days", "twice"),
    [
        (["2024-02-01"], "false"),
        (["2024-02-01", "2024-02-07"], "false"),
        (["2024-02-01", "2024-02-08"], "true"),
        (["2024-02-01", "2024-02-04", "2024-02-08"], "true"),
        (["2024-01-01", "2024-01-08"], "false"),  # the first is outside: `after` 1 January
        (["2024-01-02", "2024-01-09"], "true"),
        (["2024-12-24", "2024-12-31"], "true"),
        (["2024-12-25", "2025-01-01"], "false"),  # the second is outside: `to` 31 December
        (["2024-02", "2024-02-29"], "unknown"),
        (["2024-02", "2024-04"], "true"),
        (["2024-02", "2024-02"], "unknown"),
    ],
)
def test_two_entries_so_many_days_apart(spec: Specification, days: list[str], twice: str) -> None:
    """16. Seven days are enough, six are not."""
    table = "\n".join(["date | code", *(f"{day} | invitation" for day in days)])
    spec(record=table, as_of="2025-06-01", expect={"twice": twice})


def test_a_month_apart_at_the_end_of_a_month(spec: Specification) -> None:
    """3 and 16. A month after 31 January is 29 February."""
    for second, apart in [("2024-02-28", "false"), ("2024-02-29", "true")]:
        table = f"date | code\n2024-01-31 | invitation\n{second} | invitation"
        spec(record=table, as_of="2024-06-01", expect={"monthly": apart})


def test_what_was_not_supplied_counts_as_two_entries(spec: Specification) -> None:
    """16. Two invitations may stand in the Communications that were not sent."""
    spec(as_of="2024-06-01", expect={"twice": "false"})
    spec(as_of="2024-06-01", without=["Communication"], expect={"twice": "unknown"})
    spec(as_of="2024-01-08", without=["Communication"], expect={"twice": "false"})
    spec(as_of="2024-01-09", without=["Communication"], expect={"twice": "unknown"})


def test_without_its_bound_nothing_lies_apart(spec: Specification) -> None:
    """9 and 16. Nobody was invited since a diagnosis that there is not."""
    record = "date | code\n2024-02-01 | invitation\n2024-03-01 | invitation"
    spec(record=record, as_of="2024-06-01", expect={"monthly": "true", "since_diagnosis": "false"})
    diagnosed = f"{record}\n2024-01-15 | diagnosis"
    spec(record=diagnosed, as_of="2024-06-01", expect={"since_diagnosis": "true"})


@pytest.mark.parametrize(
    ("mode", "by_telephone", "not_administrative"),
    [
        (None, "false", "true"),
        ("telephone", "true", "true"),
        ("administrative", "false", "false"),
        ("unknown", "false", "true"),
    ],
)
def test_words_of_the_consultation(
    spec: Specification, mode: Mode | None, by_telephone: str, not_administrative: str
) -> None:
    """17. Outside a consultation the mode is in no set, so that its negation holds."""
    expect = {"by_telephone": by_telephone, "not_administrative": not_administrative}
    expect["today"] = "false" if mode is None else "true"
    spec(as_of="2024-06-01", consultation=mode, expect=expect)
