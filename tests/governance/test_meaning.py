"""What two expressions have in common that are written differently."""

import pytest
from hypothesis import given

from ccr_rules.governance.meaning import Meaning
from ccr_rules.language.ast import And, ConditionExpression, Not, Or
from ccr_rules.language.loading import load_ruleset
from tests.governance.samples import RULESET
from tests.language import drawing

NAMED = RULESET.replace("let: {", "let: {SAME: DIAGNOSED + 7 days, AGAIN: DIAGNOSED, ").replace(
    "parameters: {", "parameters: {start: {value: 2025-04-01, source: pack}, "
)


def meaning_of(test: str) -> str:
    """Return what a condition of the small ruleset means."""
    ruleset = load_ruleset(
        NAMED.replace("conditions: {", f'conditions: {{tested: "{test}", '), "ruleset.yaml"
    )
    return Meaning(ruleset).condition(ruleset.conditions["tested"].test)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("STARTS <= as_of", "SAME <= as_of"),
        ("STARTS <= as_of", "DIAGNOSED + 1 week <= as_of"),
        ("DIAGNOSED <= as_of", "as_of >= DIAGNOSED"),
        ("DIAGNOSED < as_of", "as_of > DIAGNOSED"),
        ("DIAGNOSED = as_of", "as_of = DIAGNOSED"),
        ("DIAGNOSED != as_of", "as_of != DIAGNOSED"),
        ("DIAGNOSED + 12 months < as_of", "DIAGNOSED + 1 year < as_of"),
        ("DIAGNOSED + 0 days < as_of", "DIAGNOSED < as_of"),
        ("as_of between DIAGNOSED and PLANNED", "DIAGNOSED <= as_of and as_of <= PLANNED"),
        ("DIAGNOSED is not null", "not (DIAGNOSED is null)"),
        ("not not palliative", "palliative"),
        ("palliative", "PALLIATIVE_DAT is not null"),
        ("palliative and true", "true and palliative"),
        ("palliative or true or palliative", "true or palliative"),
        ("later(DIAGNOSED, as_of) < PLANNED", "later(as_of, AGAIN) < PLANNED"),
        ("earlier(DIAGNOSED, as_of) < PLANNED", "earlier(as_of, DIAGNOSED) < PLANNED"),
        ("review.status in {open, overdue}", "review.status in {overdue, open}"),
        ("consultation.mode in {video, group}", "consultation.mode in {group, video}"),
        ("review.opens < as_of", "STARTS < as_of"),
        ("PLANNED < @2025-04-01", "PLANNED < start"),
    ],
)
def test_these_mean_the_same(one: str, other: str) -> None:
    assert meaning_of(one) == meaning_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("DIAGNOSED <= as_of", "DIAGNOSED < as_of"),
        ("DIAGNOSED <= as_of", "as_of <= DIAGNOSED"),
        ("DIAGNOSED + 12 months < as_of", "DIAGNOSED + 365 days < as_of"),
        ("DIAGNOSED - 1 day < as_of", "DIAGNOSED + 1 day < as_of"),
        ("Coalesce(DIAGNOSED, as_of) < PLANNED", "Coalesce(as_of, DIAGNOSED) < PLANNED"),
        ("later(DIAGNOSED, as_of) < PLANNED", "earlier(DIAGNOSED, as_of) < PLANNED"),
        ("palliative and true", "palliative or true"),
        ("DIAGNOSED is null", "DIAGNOSED is not null"),
        ("review.status in {open}", "review.status in {overdue}"),
        ("review.status in {open}", "later-review.status in {open}"),
        ("consultation.mode in {video}", "consultation.mode in {group}"),
        ("review.opens < as_of", "review.due < as_of"),
        ("patient.born < as_of", "patient.died < as_of"),
        ("consultation.date < as_of", "PLANNED < as_of"),
        ("PLANNED < @2025-04", "PLANNED < @2025-04-01"),
        ("later-review.until is null", "DIAGNOSED is null"),
        # REVIEWED is `from: DIAGNOSED`, and its window says so only where that is written (SEMANTICS 6).
        ("REVIEWED >= DIAGNOSED", "REVIEWED >= AGAIN"),
    ],
)
def test_these_do_not(one: str, other: str) -> None:
    assert meaning_of(one) != meaning_of(other)


@given(drawing.conditions(), drawing.conditions())
def test_order_and_double_negation_mean_nothing(one: ConditionExpression, other: ConditionExpression) -> None:
    meaning = Meaning(_NAMES)
    assert meaning.condition(And((one, other))) == meaning.condition(And((other, one)))
    assert meaning.condition(Or((one, other))) == meaning.condition(Or((other, one)))
    assert meaning.condition(Not(Not(one))) == meaning.condition(one)


_NAMES = load_ruleset(
    RULESET.replace("let: {", 'let: {A: DIAGNOSED, B: "earlier(DIAGNOSED, as_of)", MDRV-DAT: as_of, ')
    .replace("conditions: {", "conditions: {c: DIAGNOSED is null, d: c, ")
    .replace("  review:\n", "  care-review:\n")
    .replace("review.status", "care-review.status")
    .replace("review: review", "review: care-review")
    .replace("{review.due}", "{care-review.due}"),
    "ruleset.yaml",
)
