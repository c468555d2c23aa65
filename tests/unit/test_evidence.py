"""Evidence: which entries an answer rests on, and how a sentence names them."""

from datetime import date

from ccr_rules import Engine
from tests.semantics.specification import Specification

EVIDENCE_RULES = """
let:
  EITHER: earlier(DX, SUPPORT)
dates:
  DX: {earliest: diagnosis}
  LAST: {latest: diagnosis}
  SUPPORT: {latest: support}
  REVIEWED: {earliest: review, from: DX}
conditions:
  invited: {apart: {of: invitation, at_least: 7 days}}
reviews:
  check-up:
    title: Check-up
    applies: DX is not null
    opens: DX
    due: DX + 3 months
    remind: 28 days
    until: never
    done: REVIEWED
    source: spec
findings:
  by-date: {when: DX is not null, severity: info, message: M, source: spec}
  by-latest: {when: LAST is not null, severity: info, message: M, source: spec}
  by-choice: {when: EITHER is not null, severity: info, message: M, source: spec}
  by-apart: {when: invited, severity: info, message: M, source: spec}
  by-status: {when: "check-up.status in {done}", severity: info, message: M, source: spec}
  by-review: {when: check-up.due is not null, severity: info, message: M, source: spec}
  by-end: {when: check-up.until is null, severity: info, message: M, source: spec}
  by-patient: {when: patient.born < as_of, severity: info, message: M, source: spec}
  by-nobody: {when: patient.died is null, severity: info, message: M, source: spec}
  by-several:
    when: not (DX is null) and (LAST between DX and as_of or LAST + 1 day > DX)
    severity: info
    message: M
    source: spec
"""


def test_the_evidence_of_a_finding_is_that_of_its_dates() -> None:
    record = """
        date       | code
        2024-01-10 | diagnosis
        2024-02-10 | diagnosis
        2024-03-10 | support
        2024-02-01 | invitation
        2024-03-01 | invitation
        2024-03-05 | review
    """
    evaluation = Specification(EVIDENCE_RULES).answer(
        record=record, as_of="2024-06-01", patient={"born": "1960-01-01"}
    )
    found = {each.id: each.evidence for each in evaluation.findings if each.ruleset}
    assert found == {
        "by-date": ["Condition/1"],
        "by-latest": ["Condition/2"],
        "by-choice": ["Condition/1"],
        "by-apart": ["Communication/4", "Communication/5"],
        "by-status": ["Condition/1", "Encounter/6"],
        "by-review": ["Condition/1"],
        "by-end": [],
        "by-patient": ["Patient/p1"],
        "by-nobody": [],
        "by-several": ["Condition/1", "Condition/2"],
    }


def test_all_entries_that_may_be_the_one_are_evidence() -> None:
    record = "date | code\n2024-01 | diagnosis\n2024-01-20 | diagnosis\n2024-05-01 | diagnosis"
    evaluation = Specification(EVIDENCE_RULES).answer(record=record, as_of="2024-06-01")
    evidence = next(each.evidence for each in evaluation.findings if each.id == "by-date")
    assert evidence == ["Condition/1", "Condition/2"]


def test_a_sentence_names_five_entries_and_counts_the_rest() -> None:
    rows = "\n".join(f"2024-01-{day:02d}..2024-01-31 | diagnosis" for day in range(1, 8))
    evaluation = Specification(EVIDENCE_RULES).answer(record=f"date | code\n{rows}", as_of="2024-06-01")
    fact = evaluation.results[0].because.fact("DX")
    assert fact.count("Condition/") == 5
    assert fact.endswith("; 2 more).")


def test_an_entry_whose_term_was_not_sent_is_named_by_its_code() -> None:
    breast = {"coding": [{"system": "http://snomed.info/sct", "code": "254837009"}]}
    told = {"id": "c1", "subject": {"reference": "Patient/p1"}, "code": breast, "onsetDateTime": "2024-01-05"}
    evaluation = Engine.default().evaluate([{"resourceType": "Condition", **told}], date(2024, 6, 1))
    (review,) = (each for each in evaluation.reviews if each.id == "cancer-care-review")
    assert "(code 254837009: Condition/c1)" in " ".join(review.because)
