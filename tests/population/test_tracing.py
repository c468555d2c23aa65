"""What the names of a ruleset rest on, where that is told in a roundabout way."""

from msgspec.structs import replace

from ccr_rules import Engine
from ccr_rules.evaluation.columnar.tracing import Leaf, traced
from ccr_rules.language.ast import IsNull, ReviewDate
from ccr_rules.language.ruleset import Condition, Ruleset

RULESET = Engine.default().library.find("best-practice-ccr@2025")


def leaves_of(review: str, field: str, ruleset: Ruleset = RULESET) -> tuple[Leaf, ...]:
    """Return what a condition about a date of a review rests on."""
    condition = Condition("asked", IsNull(ReviewDate(review, field), negated=False))  # type: ignore[arg-type]
    asked = replace(ruleset, conditions={**ruleset.conditions, "asked": condition})
    return traced(asked, prompting=True).leaves["asked"]


def test_a_condition_about_a_date_of_a_review_rests_on_what_that_date_is_made_of() -> None:
    assert {leaf.source for leaf in leaves_of("cancer-care-review", "due")} >= {"FIRST_DX", "NEW_DX"}


def test_a_date_that_a_review_does_not_have_rests_on_nothing() -> None:
    review = replace(RULESET.reviews["cancer-care-review"], declined=None)
    without = replace(RULESET, reviews={**RULESET.reviews, review.id: review})
    assert leaves_of(review.id, "declined", without) == ()
