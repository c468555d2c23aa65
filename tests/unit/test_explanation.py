"""Why, and why not: steps, entries, what was looked for in vain, and what would change the answer."""

from datetime import date
from typing import Any

import pytest

from ccr_rules import Consultation, Days, Explanation, PatientRecord, Response, UsageError, explain
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.derivation import Step
from ccr_rules.record.patient import KINDS
from tests.semantics.specification import ENGINE, Specification, ready

RULES = """
parameters: {window: {value: 3 months, source: spec}}
let:
  DUE: DX + window
  CHOSEN: earlier(DX, SUPPORT)
dates:
  DX: {earliest: diagnosis, title: first diagnosis}
  REVIEWED: {earliest: review, from: DX, to: DX + 24 months}
  SUPPORT: {earliest: support, after: DX, before: as_of}
  PALLIATIVE: {latest: palliative, from: DX}
conditions:
  has_cancer: DX is not null
  invited: {apart: {of: invitation, at_least: 7 days, from: DX}}
  office: "consultation.mode in {administrative}"
indicators:
  REGISTER: {title: Register, population: has_cancer, source: spec}
  COUNT:
    title: Reviewed
    population: has_cancer and patient.registered <= as_of
    period_end: "@2024-12-31"
    denominator:
      - {if: DX < @2020-01-01, then: exclude, reason: OLD}
      - {if: invited, then: except, reason: INVITED}
      - {otherwise: include}
    numerator: REVIEWED <= DUE
    achievable_until: DUE
    source: spec
reviews:
  check-up:
    title: Check-up
    applies: has_cancer
    opens: DX
    due: DUE
    remind: 28 days
    until: DX + 12 months
    done: REVIEWED
    pause: PALLIATIVE is not null
    record: [review]
    source: spec
  endless:
    title: Endless
    applies: has_cancer
    opens: DX
    due: DUE
    remind: 28 days
    until: never
    done: REVIEWED
    source: spec
prompts:
  remind:
    when: "check-up.status in {open, due soon, overdue} and not office and check-up.due > DX"
    review: check-up
    severity: info
    summary: "Check-up ({check-up.status}, {check-up.says}) by {check-up.due}, {check-up.days_left} days left"
    detail: "{CHOSEN}"
    record: [review]
    source: spec
  support:
    when: SUPPORT is null and consultation.date is null
    severity: info
    summary: Support
    source: spec
findings:
  no-support: {when: SUPPORT is null and has_cancer, severity: info, message: None, source: spec}
  either:
    when: "check-up.status in {open} or (check-up.status in {done} and true)"
    severity: warning
    message: "Within {window}"
    source: spec
payments:
  by-status:
    title: By status
    when: "check-up.status in {open} and endless.due > as_of"
    amount: 5.00
    currency: GBP
    per: year
    source: spec
  money: {title: Money, when: REVIEWED is not null, amount: 5.00, currency: GBP, per: year, source: spec}
not_computable:
  template: {title: With a template, needs: the template's id, source: spec}
"""
DIAGNOSED = "date | code | episode\n2024-01-10 | diagnosis | first"


@pytest.fixture
def spec() -> Specification:
    return Specification(RULES)


def explained(spec: Specification, rule: str, **asked: Any) -> Explanation:
    return explain(spec.answer(**{"record": DIAGNOSED, "as_of": "2024-03-01", **asked}), rule)[0]


def texts(steps: tuple[Step, ...]) -> list[str]:
    """Return every line of a derivation, indented."""
    return [
        line
        for step in steps
        for line in (
            f"{step.text} -> {step.value}",
            *(f"  note: {note}" for note in step.notes),
            *(f"  {inner}" for inner in texts(step.steps)),
        )
    ]


def test_a_review_from_its_parts(spec: Specification) -> None:
    """Each name is unfolded once; literals and the day of the question speak for themselves."""
    explanation = explained(spec, "check-up")
    assert (explanation.kind, explanation.answer) == ("review", "open")
    assert texts(explanation.steps) == [
        "review check-up -> open",
        "  applies: has_cancer = DX is not null -> true",
        "    DX -> 10-Jan-2024",
        "      note: First diagnosis: 10-Jan-2024 (Malignant neoplasm of breast, first: Condition/1).",
        "  opens: DX -> 10-Jan-2024",
        "  due: DUE = DX + window -> 10-Apr-2024",
        "    DX -> 10-Jan-2024",
        "  until: DX + 12 months -> 10-Jan-2025",
        "    DX -> 10-Jan-2024",
        "  done: REVIEWED -> none",
        "    note: Earliest cancer care review: not found from 10-Jan-2024 to 10-Jan-2026, "
        "looked for in Encounter and Observation.",
        "    DX -> 10-Jan-2024",
        "    DX + 24 months -> 10-Jan-2026",
        "      DX -> 10-Jan-2024",
        "  pause: PALLIATIVE is not null -> false",
        "    PALLIATIVE -> none",
        "      note: Latest palliative care: not found from 10-Jan-2024, looked for in Condition.",
        "      DX -> 10-Jan-2024",
    ]


@pytest.mark.parametrize(
    ("as_of", "changes"),
    [
        (
            "2024-03-01",
            [
                "recording cancer care review, dated 10-Jan-2024 or later, makes it done",
                "from 13-Mar-2024 it is due soon",
                "from 11-Apr-2024 it is overdue",
                "from 11-Jan-2025 it is lapsed",
            ],
        ),
        (
            "2024-05-01",
            [
                "recording cancer care review, dated 10-Jan-2024 or later, makes it done",
                "from 11-Jan-2025 it is lapsed",
            ],
        ),
        ("2026-05-01", []),
    ],
)
def test_what_would_change_a_review(spec: Specification, as_of: str, changes: list[str]) -> None:
    """The days on which it changes by itself, and what to record; nothing once it has lapsed."""
    assert list(explained(spec, "check-up", as_of=as_of).would_change) == changes


def test_a_review_without_an_end_does_not_lapse(spec: Specification) -> None:
    assert list(explained(spec, "endless", as_of="2024-05-01").would_change) == []


def test_a_review_that_cannot_be_told(spec: Specification) -> None:
    explanation = explained(spec, "check-up", without=["Observation"], keeps={"*diagnosis": ("Condition",)})
    assert explanation.answer == "cannot tell"
    assert explanation.would_change[0] == "to settle it: Observation not completely supplied (review)"
    assert explanation.steps[0].notes == ("possible: open, done",)


def test_a_due_day_known_to_the_month_is_not_counted_down(spec: Specification) -> None:
    changes = explained(spec, "check-up", record="date | code\n2024-01 | diagnosis").would_change
    assert list(changes) == ["recording cancer care review, dated Jan-2024 or later, makes it done"]


def test_a_review_that_does_not_apply(spec: Specification) -> None:
    explanation = explained(spec, "check-up", record="")
    assert texts(explanation.steps) == [
        "review check-up -> not applicable",
        "  applies: has_cancer = DX is not null -> false",
        "    DX -> none",
        "      note: First diagnosis: not found, looked for in Condition and Observation.",
    ]


def test_an_indicator_up_to_the_row_that_decides(spec: Specification) -> None:
    registered = {"registered": "2020-01-01"}
    invited = f"{DIAGNOSED}\n2024-02-01 | invitation |\n2024-02-20 | invitation |"
    explanation = explained(spec, "COUNT", record=invited, patient=registered)
    assert explanation.answer == "in, excepted (INVITED), not applicable"
    lines = texts(explanation.steps)
    assert lines[0] == "population: has_cancer and patient.registered <= as_of -> true"
    assert "row 1, exclude (OLD), if: DX < @2020-01-01 -> false" in lines
    assert "row 2, except (INVITED), if: invited -> true" in lines
    assert "  note: Cancer invitation: 2 found, at least 7 days apart: true." in lines
    assert not any("otherwise" in line for line in lines)
    met = explained(spec, "COUNT", patient=registered)
    assert "row 3: otherwise include -> decides" in texts(met.steps)
    assert met.would_change == ("the numerator can still be met until 10-Apr-2024",)


def test_an_indicator_that_is_undetermined(spec: Specification) -> None:
    explanation = explained(spec, "COUNT", patient={"registered": "2024-02-20..2024-03-10"})
    assert explanation.answer == "undetermined, undetermined, undetermined"
    assert "to settle it: the day of patient.registered is not known exactly" in explanation.would_change


def test_a_numerator_that_is_undetermined_says_what_would_settle_it(spec: Specification) -> None:
    record = f"{DIAGNOSED}\n2024-04-01..2024-04-20 | review |"
    explanation = explained(
        spec, "COUNT", record=record, patient={"registered": "2020-01-01"}, as_of="2024-06-01"
    )
    assert explanation.answer == "in, included, undetermined"
    assert explanation.would_change == (
        "to settle it: Encounter/2 is dated only between 01-Apr-2024 and 20-Apr-2024",
    )


def test_a_prompt_that_is_shown(spec: Specification) -> None:
    explanation = explained(spec, "remind", consultation="telephone")
    assert (explanation.answer, explanation.would_change) == ("shown", ())
    assert any(line.endswith("note: the mode is telephone") for line in texts(explanation.steps))
    alone = explained(spec, "remind")
    assert any(line.endswith("note: no consultation") for line in texts(alone.steps))


@pytest.mark.parametrize(
    ("asked", "answer", "why"),
    [
        (
            {"consultation": "administrative"},
            "not shown",
            "not office does not hold",
        ),
        (
            {"record": ""},
            "not shown",
            "check-up.status in {open, due soon, overdue} does not hold",
        ),
        (
            {"patient": {"died": "2024-02-01"}},
            "not shown",
            "the record says that this person has died, or may have",
        ),
        (
            {"record": f"{DIAGNOSED}\n2024-02-01 | palliative |"},
            "not shown",
            "reminders about check-up are paused, or may be",
        ),
        (
            {"responses": [Response("snoozed", prompt="remind", until=date(2024, 3, 5))]},
            "not shown",
            "it was snoozed until 05-Mar-2024",
        ),
        ({"responses": [Response("declined", prompt="remind")]}, "not shown", "it was declined"),
        (
            {"without": ["Observation"], "keeps": {"*diagnosis": ("Condition",)}},
            "not shown: cannot tell",
            "to settle it: Observation not completely supplied (review)",
        ),
        (
            {"as_of": "1999-12-31", "record": ""},
            "not shown",
            "spec@2024.1.0 is not in force on this day, so it prompts nothing",
        ),
    ],
)
def test_why_nothing_is_shown(spec: Specification, asked: dict[str, Any], answer: str, why: str) -> None:
    explanation = explained(spec, "remind", **asked)
    assert explanation.answer == answer
    assert why in explanation.would_change


def test_a_prompt_about_no_review(spec: Specification) -> None:
    explanation = explained(spec, "support")
    assert (explanation.title, explanation.answer) == ("support", "shown")
    assert texts(explanation.steps)[0] == "SUPPORT is null and consultation.date is null -> true"


def test_findings_and_payments(spec: Specification) -> None:
    assert explained(spec, "no-support").answer == "found"
    assert explained(spec, "no-support", record="").answer == "not found"
    assert explained(spec, "money").answer == "not paid"
    paid = explained(spec, "money", record=f"{DIAGNOSED}\n2024-02-01 | review |")
    assert (paid.kind, paid.title, paid.answer) == ("payment", "Money", "paid")


def test_a_review_is_unfolded_once(spec: Specification) -> None:
    lines = texts(explained(spec, "either").steps)
    assert [line.strip() for line in lines].count("review check-up -> open") == 2
    assert sum("applies: has_cancer" in line for line in lines) == 1


def test_a_register_has_no_rows(spec: Specification) -> None:
    explanation = explained(spec, "REGISTER")
    assert explanation.answer == "in, not applicable, not applicable"
    assert [step.text for step in explanation.steps] == ["population: has_cancer = DX is not null"]


def test_what_rests_on_a_review_rests_on_its_entries(spec: Specification) -> None:
    payment = next(each for each in spec.answer(record=DIAGNOSED, as_of="2024-03-01").answer.payments)
    assert payment.because == [
        "First diagnosis: 10-Jan-2024 (Malignant neoplasm of breast, first: Condition/1).",
        "Earliest cancer care review: not found from 10-Jan-2024 to 10-Jan-2026, "
        "looked for in Encounter and Observation.",
    ]


def test_a_text_may_name_a_parameter(spec: Specification) -> None:
    findings = spec.answer(record=DIAGNOSED, as_of="2024-03-01").findings
    assert next(each.message for each in findings if each.id == "either") == "Within 3 months"


@pytest.mark.parametrize(
    ("record", "asked", "need"),
    [
        (
            "2024-01-10 | diagnosis? | | |",
            {},
            "Condition/1 looks like diagnosis but its code is not in that codelist",
        ),
        ("2024-01-10 | diagnosis | | | no", {}, "Condition/1 is not a confirmed diagnosis"),
        (
            "2024-02 | diagnosis | | 2024-05-01 |",
            {"as_of": "2024-02-01", "known_on": "2024-06-01"},
            "Condition/1 is not known to have been there by then: its days are not exact",
        ),
        (
            "2024-01-10 | diagnosis | | |",
            {"patient": {"died": "2024-02-20..2024-03-10"}},
            "the day of death is not known exactly",
        ),
    ],
)
def test_what_would_settle_it(spec: Specification, record: str, asked: dict[str, Any], need: str) -> None:
    table = f"date | code | episode | recorded | certain\n{record}"
    assert explained(spec, "check-up", record=table, **asked).would_change[0] == f"to settle it: {need}"


def test_a_consultation_of_some_day_settles_nothing_about_today() -> None:
    rules = "conditions: {now: consultation.date = as_of}\n"
    rules += "prompts: {today: {when: now, severity: info, summary: Today, source: spec}}"
    month = Consultation("Encounter/1", "video", "", Days(date(2024, 3, 1), date(2024, 3, 31)))
    record = PatientRecord("Patient/p1", supplied=frozenset(KINDS))
    day = date(2024, 3, 10)
    evaluation = ENGINE.evaluate_record(record, Moment(day, day), ready(rules), month)
    assert [each.needs for each in evaluation.unsettled] == [
        ["the day of consultation.date is not known exactly"]
    ]
    on_the_day = Specification(rules.replace("= as_of", "= as_of and patient.born is null")).answer(
        as_of="2024-03-10", consultation="video", patient={"born": "2024-03-01..2024-03-31"}
    )
    assert [each.needs for each in on_the_day.unsettled] == [["the day of patient.born is not known exactly"]]


def test_a_rule_that_there_is_not(spec: Specification) -> None:
    with pytest.raises(
        UsageError, match="no rule 'chek-up' in the rulesets evaluated; there are COUNT, REGISTER, "
    ):
        explained(spec, "chek-up")


def test_only_in_one_ruleset(spec: Specification) -> None:
    evaluation = spec.answer(record=DIAGNOSED, as_of="2024-03-01")
    for name in ("", "spec", "spec@2024.1.0"):
        assert len(explain(evaluation, "check-up", name)) == 1
    with pytest.raises(UsageError):
        explain(evaluation, "check-up", "another")


def test_texts_show_dates_statuses_and_days(spec: Specification) -> None:
    def summary(**asked: Any) -> str:
        evaluation = spec.answer(**{"record": DIAGNOSED, "as_of": "2024-03-01", **asked})
        prompt = next(each for each in evaluation.prompts if each.id == "remind")
        return f"{prompt.summary} [{prompt.detail}]"

    assert summary() == "Check-up (open, open) by 10-Apr-2024, 40 days left [10-Jan-2024]"
    month = "date | code\n2024-01 | diagnosis"
    assert summary(record=month, as_of="2024-03-20") == (
        "Check-up (cannot tell, cannot tell) by Apr-2024, an unknown number of days left [Jan-2024]"
    )


def test_what_nobody_can_compute_yet_is_said(spec: Specification) -> None:
    answer = spec.answer(record=DIAGNOSED, as_of="2024-03-01").answer
    assert [each.says for each in answer.not_computable] == ["not computable: needs the template's id"]
