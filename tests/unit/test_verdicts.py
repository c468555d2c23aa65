"""What two evaluators must agree on: everything that a run decides, and nothing that nobody reads."""

from datetime import date
from typing import Any

import msgspec

from ccr_rules.dates import ABSENT, ABSENT_DATE, MAYBE, DateValue, on
from ccr_rules.evaluation.decisions import Decided
from ccr_rules.evaluation.program import Run
from ccr_rules.evaluation.verdicts import differing, verdicts
from ccr_rules.truth import FALSE, TRUE, UNKNOWN
from tests.semantics.specification import Specification

RULES = """
dates:
  DX: {earliest: diagnosis}
  SEEN: {earliest: review, from: DX}
conditions:
  reviewed: SEEN <= DX + 12 months
indicators:
  CAN:
    title: Reviewed in time
    population: DX is not null
    denominator:
      - {if: SEEN > DX + 6 months, then: exclude, reason: LATE}
      - {otherwise: include}
    numerator: reviewed
    achievable_until: DX + 12 months
    source: spec
reviews:
  talk:
    title: Talk
    applies: DX is not null
    opens: DX
    due: DX + 3 months
    remind: notice
    until: DX + 12 months
    done: SEEN
    source: spec
items:
  letter: {title: Letter, seen: SEEN, applies: DX is not null, source: spec}
prompts:
  talk-due: {when: "talk.status in {open, due soon, overdue}", severity: info, summary: Talk, source: spec}
payments:
  visit: {title: A visit, when: reviewed, amount: 5, currency: GBP, per: year, source: spec}
findings:
  unseen: {when: SEEN is null, severity: info, message: Not seen, source: spec}
parameters:
  notice: {value: 28 days, source: spec}
"""
DIAGNOSED = "date | code\n2024-03-01 | diagnosis"
SPECIFICATION = Specification(RULES)


def run_of(record: str, **asked: Any) -> Run:
    run: Run = SPECIFICATION.answer(**{"record": record, "as_of": "2024-05-20", **asked}).results[0].run
    return run


def test_everything_that_was_decided_is_there() -> None:
    assert verdicts(run_of(DIAGNOSED)) == {
        "indicator/CAN/population": TRUE,
        "indicator/CAN/possible": frozenset({Decided("included", None)}),
        "indicator/CAN/numerator": FALSE,
        "indicator/CAN/achievable_until": date(2024, 5, 20),
        "review/talk/possible": frozenset({"due soon"}),
        "review/talk/paused": FALSE,
        "review/talk/opens": on(date(2024, 3, 1)),
        "review/talk/due": on(date(2024, 6, 1)),
        "review/talk/done": ABSENT,
        "review/talk/declined": ABSENT,
        "review/talk/until": on(date(2025, 3, 1)),
        "item/letter": ABSENT,
        "prompt/talk-due": TRUE,
        "payment/visit": FALSE,
        "finding/unseen": TRUE,
    }


def test_what_the_record_leaves_open_is_a_set() -> None:
    """Where not all kinds of a review were supplied, nobody can tell whether or when there was one."""
    found = verdicts(run_of(DIAGNOSED, without=["Encounter"], as_of="2024-12-01"))
    assert found["indicator/CAN/possible"] == {Decided("excluded", "LATE"), Decided("included", None)}
    assert found["indicator/CAN/numerator"] is UNKNOWN
    assert found["review/talk/possible"] == {"overdue", "done", "done late"}


def test_where_no_one_can_be_included_there_is_no_numerator_to_compare() -> None:
    nobody, late = run_of(""), run_of(f"{DIAGNOSED}\n2024-11-01 | review", as_of="2024-12-01")
    assert "indicator/CAN/numerator" not in verdicts(nobody) | verdicts(late)
    assert verdicts(late)["indicator/CAN/possible"] == {Decided("excluded", "LATE")}


def test_a_review_that_does_not_apply_has_no_dates_to_compare() -> None:
    found = verdicts(run_of(""))
    assert [key for key in found if key.startswith("review/")] == [
        "review/talk/possible",
        "review/talk/paused",
    ]
    assert found["item/letter"] is None


def test_out_of_force_there_are_no_prompts_to_compare() -> None:
    found = verdicts(run_of(DIAGNOSED, as_of="1999-12-31"))
    assert not [key for key in found if key.startswith("prompt/")]
    assert "payment/visit" in found


def test_an_absent_date_is_the_same_whatever_interval_it_was_left_with() -> None:
    day = date(2024, 3, 1)
    run = run_of(DIAGNOSED)
    absent = msgspec.structs.replace(run, items={"letter": DateValue(ABSENT_DATE, day, day)})
    maybe = msgspec.structs.replace(run, items={"letter": DateValue(MAYBE, day, day)})
    assert differing(verdicts(absent), verdicts(run)) == []
    assert differing(verdicts(maybe), verdicts(run)) == ["item/letter"]


def test_the_order_of_what_is_possible_does_not_matter() -> None:
    run = run_of(DIAGNOSED, without=["Encounter"], as_of="2024-12-01")
    state = run.indicators["CAN"]
    turned = msgspec.structs.replace(state, possible=state.possible[::-1])
    other = msgspec.structs.replace(run, indicators={"CAN": turned})
    assert turned.possible != state.possible
    assert differing(verdicts(other), verdicts(run)) == []


def test_what_only_one_evaluator_says_is_a_difference() -> None:
    assert differing({"prompt/P": TRUE, "item/x": None}, {"prompt/P": FALSE, "finding/F": TRUE}) == [
        "finding/F",
        "item/x",
        "prompt/P",
    ]
    assert differing({"item/x": None}, {}) == ["item/x"]
