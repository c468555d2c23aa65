"""SEMANTICS 24 and 25: what pauses reminders, when a prompt is shown, and what is left unsettled."""

from tests.semantics.specification import Specification

RULES = """
dates:
  DX: {earliest: diagnosis}
  REVIEWED: {earliest: review, from: DX}
  PALLIATIVE: {latest: palliative, episode: [first, new, review, unstated], from: DX}
  ENDED: {latest: palliative, episode: [end], from: DX}
  SUPPORT: {latest: support, from: DX}
conditions:
  in_palliative_care: PALLIATIVE is not null and (ENDED is null or ENDED < PALLIATIVE)
reviews:
  check-up:
    title: Check-up
    applies: DX is not null
    opens: DX
    due: DX + 3 months
    remind: 28 days
    until: DX + 12 months
    done: REVIEWED
    pause: in_palliative_care
    record: [review]
    source: spec
items:
  support: {title: Support information, seen: SUPPORT, applies: DX is not null, source: spec}
  any-support: {title: Support information, seen: SUPPORT, source: spec}
prompts:
  remind:
    when: "check-up.status in {open, due soon, overdue} and not (consultation.mode in {administrative})"
    severity: info
    summary: "Check-up by {check-up.due}, {check-up.days_left} days"
    record: [review, support]
    source: spec
  note-support:
    when: SUPPORT is null and DX is not null
    severity: warning
    summary: No support yet
    source: spec
findings:
  old: {when: DX < @2024-02-01, severity: info, message: "From {DX}", source: spec}
payments:
  done: {title: Done, when: REVIEWED is not null, amount: 5.00, currency: GBP, per: event, source: spec}
"""
DIAGNOSED = "date | code | episode\n2024-01-10 | diagnosis | first"


def test_a_prompt_is_shown_when_its_condition_holds(spec: Specification) -> None:
    evaluation = spec(
        record=DIAGNOSED,
        as_of="2024-03-20",
        expect={"check-up": "due soon", "remind": "shown", "old": "found", "done": "not paid"},
    )
    assert evaluation.prompts[0].summary == "Check-up by 10-Apr-2024, 21 days"
    suggested = [(each.label, each.code is not None) for each in evaluation.prompts[0].suggestions]
    assert suggested == [
        ("Record: Cancer care review", True),
        ("Record: Support information given", False),
    ]
    assert [each.code for each in evaluation.suggested_codes] == ["720006006"]
    assert [each.evidence for each in evaluation.findings] == [["Condition/1"]]


def test_not_in_an_administrative_entry(spec: Specification) -> None:
    """17. The other prompt asks nothing of the consultation."""
    spec(
        record=DIAGNOSED,
        as_of="2024-03-20",
        consultation="administrative",
        expect={"remind": "not shown", "note-support": "shown"},
    )


def test_palliative_care_pauses_reminders_and_nothing_else(spec: Specification) -> None:
    """24. The status stays, `paused` says why, and the review can still be recorded."""
    record = f"{DIAGNOSED}\n2024-02-01 | palliative |"
    evaluation = spec(
        record=record, as_of="2024-06-01", expect={"check-up": "overdue", "remind": "not shown"}
    )
    review = evaluation.reviews[0]
    assert review.paused == "latest palliative care 01-Feb-2024"
    assert evaluation.card is not None
    assert any("reminders paused" in line for line in evaluation.card.lines)


def test_what_pauses_must_follow_the_diagnosis_and_not_have_ended(spec: Specification) -> None:
    """24."""
    before = f"{DIAGNOSED}\n2024-01-09 | palliative |"
    spec(record=before, as_of="2024-06-01", expect={"remind": "shown"})
    ended = f"{DIAGNOSED}\n2024-02-01 | palliative |\n2024-03-01 | palliative | end"
    spec(record=ended, as_of="2024-06-01", expect={"remind": "shown", "in_palliative_care": "false"})
    again = f"{ended}\n2024-04-01 | palliative | new"
    spec(record=again, as_of="2024-06-01", expect={"remind": "not shown", "in_palliative_care": "true"})


def test_what_is_paused_is_paused_whether_or_not_its_review_applies(spec: Specification) -> None:
    """25. A prompt about a review waits for what pauses it, whatever the review's status."""
    rules = RULES.replace("applies: DX is not null", "applies: DX > @2024-01-20")
    status_test = (
        "check-up.status in {open, due soon, overdue} and not (consultation.mode in {administrative})"
    )
    rules = rules.replace(f'when: "{status_test}"', "when: DX is not null\n    review: check-up")
    for diagnosed, status in [
        ("2024-01-10", "not applicable"),
        ("2024-01-15..2024-01-25", "cannot tell: not applicable, overdue"),
    ]:
        record = f"date | code | episode\n{diagnosed} | diagnosis | first"
        spec(rules=rules, record=record, as_of="2024-06-01", expect={"check-up": status, "remind": "shown"})
        paused = f"{record}\n2024-02-01 | palliative |"
        spec(
            rules=rules, record=paused, as_of="2024-06-01", expect={"check-up": status, "remind": "not shown"}
        )


def test_a_possible_pause_leaves_the_prompt_unsettled(spec: Specification) -> None:
    """24 and 25. Three-valued: the condition holds, and whether it is paused cannot be told."""
    record = """
        date       | code       | episode | certain
        2024-01-10 | diagnosis  | first   |
        2024-02-01 | palliative |         | no
    """
    evaluation = spec(
        record=record, as_of="2024-06-01", expect={"check-up": "overdue", "remind": "unsettled"}
    )
    assert [each.needs for each in evaluation.unsettled] == [["Condition/2 is not a confirmed diagnosis"]]
    assert evaluation.reviews[0].paused is None


def test_what_cannot_be_told_is_not_shown(spec: Specification) -> None:
    """25. It stands in `unsettled`, with what would settle it; the card has one quiet line."""
    evaluation = spec(
        record=DIAGNOSED,
        without=["Observation"],
        keeps={"*diagnosis": ("Condition",), "palliative": ("Condition",)},
        as_of="2024-03-20",
        expect={
            "check-up": "cannot tell: due soon, done",
            "remind": "unsettled",
            "note-support": "unsettled",
            "done": "unsettled",
            "support": "cannot tell",
        },
    )
    assert {each.id: each.needs for each in evaluation.unsettled} == {
        "check-up": ["Observation not completely supplied (review)"],
        "remind": ["Observation not completely supplied (review)"],
        "note-support": ["Observation not completely supplied (support)"],
        "done": ["Observation not completely supplied (review)"],
    }
    assert evaluation.card is not None
    assert evaluation.card.lines == ["Cannot be told from this record: Check-up."]


def test_doubt_about_having_cancer_is_not_for_the_card(spec: Specification) -> None:
    """25. It goes to the host: the headline and `unsettled` speak of it."""
    evaluation = spec(
        record="date | code | certain\n2024-01-10 | diagnosis | no",
        as_of="2024-06-01",
        expect={"remind": "unsettled", "old": "not found"},
    )
    assert evaluation.card is None
    assert evaluation.headline == (
        "Cannot tell whether there is a cancer diagnosis: Condition/1 is not a confirmed diagnosis"
    )


def test_an_item_is_seen_not_seen_or_cannot_be_told(spec: Specification) -> None:
    """Never due. Where it is open whether it concerns this person, it is never surely seen."""
    spec(record=DIAGNOSED, as_of="2024-06-01", expect={"support": "not seen", "any-support": "not seen"})
    supported = f"{DIAGNOSED}\n2024-02-01 | support |"
    spec(record=supported, as_of="2024-06-01", expect={"support": "seen", "any-support": "seen"})
    rules = RULES.replace("SUPPORT: {latest: support, from: DX}", "SUPPORT: {latest: support}")
    doubtful = "date | code | certain\n2024-01-10 | diagnosis | no\n2024-02-01 | support |"
    spec(
        rules=rules,
        record=doubtful,
        as_of="2024-06-01",
        expect={"support": "cannot tell", "any-support": "seen"},
    )
    spec(
        rules=rules,
        record="date | code\n2024-02-01 | support",
        as_of="2024-06-01",
        expect={"support": "left out", "any-support": "seen"},
    )
